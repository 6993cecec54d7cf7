package import Metadata
package import PawlModel

/// A channel points at a version of its own asset that readers can see.
package struct ChannelRule: RowRule {
    package let resource = Channel.schema.name

    package init() {}

    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] {
        let channel = try Stored<Channel>(row: after)
        guard let version = try VersionRows(sql).ready(channel.versionID), version.assetID == channel.assetID else {
            return [.init("/version_id", "is not a ready version of the asset")]
        }
        return []
    }

    /// What was released stays known, also when the channel has moved on or is gone: retention may hold it.
    package func follow(_ row: JSONObject, in sql: any SQLConnection) throws {
        try DeletedVersions(sql).markReleased(try Stored<Channel>(row: row).versionID)
    }
}
