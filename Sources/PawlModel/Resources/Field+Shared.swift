/// Fields that many resources have.
extension Field {
    static let game = Field(
        "game_id", .reference("games"), isRequired: true, change: .onCreate, isFilterable: true,
        help: "the game it belongs to")

    static func name(example: JSONValue) -> Field {
        Field("name", .text(max: 200), isRequired: true, example: example, help: "its name for people")
    }

    static let description = Field("description", .text(max: 2000), help: "what it is, for people")

    static func sku(example: JSONValue) -> Field {
        Field(
            "sku", .text(max: 64, rule: .sku), isRequired: true, isFilterable: true, example: example,
            help: "its name in the studio's own systems")
    }

    static func code(max: Int = 64, example: JSONValue) -> Field {
        Field(
            "code", .text(max: max, rule: .sku), isRequired: true, isFilterable: true, example: example,
            help: "its name in the game's code")
    }

    static let catalogState = Field(
        "state", .choice(CatalogState.allCases.map(\.rawValue)), isFilterable: true, default: "draft",
        help: "a draft is not given or sold yet, and what is retired not any more")

    static let scheduleState = Field(
        "state", .choice(ScheduleState.allCases.map(\.rawValue)), isFilterable: true, default: "draft",
        help: "a draft is not seen by players yet, and what has ended gives nothing any more")

    static let giftable = Field("giftable", .bool, default: true, help: "whether a player may give it to another one")

    static let timeZone = Field(
        "time_zone", .text(max: 64, rule: .timeZone), default: "UTC", example: "Europe/Berlin",
        help: "where its days begin, as a name of the IANA database")

    static let quantity = Field("quantity", .int(1...Limits.quantityMax), default: 1, help: "how many")

    /// A player whom a row or a call is about.
    static func player(_ name: String = "player_id", change: Change = .onCreate, help: String) -> Field {
        Field(name, .reference("players"), isRequired: true, change: change, isFilterable: true, help: help)
    }

    /// Why something is done, for whoever reads the journal.
    static let reason = Field("reason", .text(max: 200), help: "why, for whoever asks later")
}
