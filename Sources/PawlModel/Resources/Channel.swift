/// A movable name on an asset that points at a version: moving it is a release.
public struct Channel: Resource {
    /// Set by the server: the asset's.
    public var gameID: ResourceID?
    public var assetID: ResourceID
    public var name: String
    public var versionID: ResourceID

    public init(assetID: ResourceID, name: String, versionID: ResourceID) {
        self.assetID = assetID
        self.name = name
        self.versionID = versionID
    }

    enum CodingKeys: String, CodingKey {
        case name
        case gameID = "game_id"
        case assetID = "asset_id"
        case versionID = "version_id"
    }

    public static let schema = ResourceSchema(
        "channels", idPrefix: "chn", modelVersion: 2, history: .reversible,
        ownership: .parent(field: "asset_id", Asset.schema), readScope: .assetsRead, writeScope: .assetsWrite,
        fields: [
            Field(
                "asset_id", .reference("assets"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "the asset it names a version of"),
            Field(
                "name", .text(max: 64, rule: .channelName), isRequired: true, change: .onCreate, isFilterable: true,
                example: "live", help: "live, beta, …"),
            Field("version_id", .reference("versions"), isRequired: true, isFilterable: true, help: "where it points"),
        ],
        uniques: [["asset_id", "name"]],
        help: "A movable name on an asset that points at a version; moving it is a release, moving it back a rollback.")

    public static let rollback = VerbSchema(
        schema.name, "rollback", scope: .assetsWrite, problems: [.noVersion],
        help: "Points the channel at what was released on it before; a second call goes one release further back.")
}
