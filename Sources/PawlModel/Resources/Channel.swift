/// A movable name on an asset that points at a version: moving it is a release.
public struct Channel: Resource, Hashable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var assetID: ResourceID
    public var name: String
    public var versionID: ResourceID

    enum CodingKeys: String, CodingKey {
        case id, revision, name
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case assetID = "asset_id"
        case versionID = "version_id"
    }

    public static let schema = ResourceSchema(
        "channels", idPrefix: "chn", history: .reversible, ownership: .parent(field: "asset_id", Asset.schema),
        readScope: .assetsRead, writeScope: .assetsWrite,
        fields: [
            Field(
                "asset_id", .reference("assets"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "the asset it names a version of"),
            Field(
                "name", .text(max: 64, rule: .channelName), isRequired: true, change: .onCreate, isFilterable: true,
                help: "live, beta, …"),
            Field("version_id", .reference("versions"), isRequired: true, isFilterable: true, help: "where it points"),
        ],
        uniques: [["asset_id", "name"]],
        help: "A movable name on an asset that points at a version; moving it is a release, moving it back a rollback.")
}
