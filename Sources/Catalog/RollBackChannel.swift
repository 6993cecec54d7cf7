package import Metadata
package import PawlModel

/// `POST /v1/channels/{id}:rollback`: points the channel at what was released on it before.
///
/// The journal tells: each move is a release on top of those before it, and a rollback takes the topmost one off. So a
/// second rollback goes one release further back, and never to a version that was not released on this channel.
package struct RollBackChannel: RowVerb {
    package let schema = Channel.rollback

    /// The event that a rollback leaves beside the channel's own, by which the next one knows it.
    private static let mark = "channels.rolled_back"

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let channel = try Stored<Channel>(row: row)
        var releases = try releases(of: channel.id, in: writer.sql)
        _ = releases.popLast()
        // A version that was deleted since cannot be gone back to.
        while let last = releases.last, try VersionRows(writer.sql).ready(last) == nil { releases.removeLast() }
        guard let target = releases.last else {
            throw Problem(
                .noVersion, "Nothing was released on the channel '\(channel.name)' before this version.")
        }
        var after = row
        after["version_id"] = .string(target.description)
        let moved = try writer.replace(row, with: after, Channel.schema)
        try writer.tell(Self.mark, of: moved, Channel.schema)
        return Answer(.done, .object(moved))
    }

    /// The versions released on a channel, the current one last.
    private func releases(of channel: ResourceID, in sql: any SQLConnection) throws -> [ResourceID] {
        var releases: [ResourceID] = []
        for (state, isRollback) in try RowHistory(sql).states(of: channel, markedBy: Self.mark) {
            guard let version = state["version_id"]?.string.flatMap({ ResourceID($0) }), version != releases.last else {
                continue
            }
            if isRollback {
                while let last = releases.last, last != version { releases.removeLast() }
            } else {
                releases.append(version)
            }
        }
        return releases
    }
}
