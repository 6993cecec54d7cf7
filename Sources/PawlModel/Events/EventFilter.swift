/// Which events a reader asks for; every condition must hold.
public struct EventFilter: Hashable, Sendable {
    public var gameID: ResourceID?
    public var subject: ResourceID?
    /// A type such as `assets.created`, or all of a resource, such as `assets.*`.
    public var type: String?

    public init(gameID: ResourceID? = nil, subject: ResourceID? = nil, type: String? = nil) {
        self.gameID = gameID
        self.subject = subject
        self.type = type
    }

    /// What the conditions of a list of `schema` ask for; throws `malformed_query` with what is wrong.
    public init(_ query: ListQuery) throws(Problem) {
        var named: Set<String> = []
        for condition in query.conditions {
            guard condition.comparison == .equal, named.insert(condition.field).inserted,
                let value = condition.value.string
            else { throw Self.malformed("takes type, subject and game_id, each once and with =") }
            try read(value, as: condition.field)
        }
    }

    private mutating func read(_ value: String, as field: String) throws(Problem) {
        switch field {
        case "type":
            guard Self.isType(value) else { throw Self.malformed("names types like assets.created or assets.*") }
            type = value
        case "subject":
            guard let id = ResourceID(value) else { throw Self.malformed("compares subject with what is no id") }
            subject = id
        case "game_id":
            guard let id = ResourceID(value, kind: "gam") else {
                throw Self.malformed("compares game_id with what is no game's id")
            }
            gameID = id
        default: throw Self.malformed("takes type, subject and game_id, each once and with =")
        }
    }

    private static func isType(_ text: String) -> Bool {
        let word = text.hasSuffix(".*") ? text.dropLast(2) : text[...]
        return (1...100).contains(word.utf8.count)
            && word.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (48...57).contains($0)
                    || [UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
            }
    }

    private static func malformed(_ detail: String) -> Problem {
        .malformedQuery("filter", detail)
    }

    /// What a list of events can be asked for. Events belong to their repository: nobody makes or changes one.
    public static let schema = ResourceSchema(
        "events", idPrefix: Event.idPrefix, history: .byVerb, ownership: .field("game_id"),
        readScope: .eventsRead, writeScope: .admin,
        fields: Event.fields.filter { ["type", "subject", "game_id"].contains($0.name) },
        help: "Something that happened to a row, in the order of the commits.")
}
