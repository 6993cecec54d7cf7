/// What one player is to another one, as the first one sees it.
public struct PlayerLink: Resource {
    /// Set by the server: the player's.
    public var gameID: ResourceID?
    public var playerID: ResourceID
    public var otherID: ResourceID
    public var kind: Kind

    public init(playerID: ResourceID, otherID: ResourceID, kind: Kind) {
        self.playerID = playerID
        self.otherID = otherID
        self.kind = kind
    }

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case friend, blocked
    }

    enum CodingKeys: String, CodingKey {
        case kind
        case gameID = "game_id"
        case playerID = "player_id"
        case otherID = "other_id"
    }

    public static let schema = ResourceSchema(
        "player_links", idPrefix: "lnk", history: .reversible,
        ownership: .parent(field: "player_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["player_id"]),
        fields: [
            .player(help: "whose link it is"),
            .player("other_id", help: "whom it leads to"),
            Field(
                "kind", .choice(Kind.allCases.map(\.rawValue)), isRequired: true, isFilterable: true,
                help: "a friend, or somebody not to be met"),
        ],
        uniques: [["player_id", "other_id"]],
        help: "What one player is to another one, as the first one sees it.")
}
