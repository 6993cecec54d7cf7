package import Metadata
package import PawlModel

/// An asset that a content gives to players is not deleted under them.
package struct AssetRule: RowRule {
    package let resource = Asset.schema.name

    package init() {}

    package func clear(_ row: JSONObject, in sql: any SQLConnection) throws {
        let asset = try Stored<Asset>(row: row)
        let contents = try DeletedVersions(sql).contents(of: asset.id)
        guard contents.isEmpty else {
            throw Problem(
                .inUse,
                "Contents refer to \(asset.path): \(contents.joined(separator: ", ")). Give them another asset first.",
                members: ["contents": .array(contents.map { .string($0) })])
        }
    }
}
