/// A game on its way in: its row is there, and all else comes with the commit.
public struct GameImport: Codable, Hashable, Sendable {
    /// Of the upload that its blocks are sent to.
    public var id: ResourceID
    public var gameID: ResourceID
    /// Which export it is: another one of the same game is another import.
    public var exportID: String
    public var state: Upload.State
    /// Rows that are here already.
    public var rowCount: Int64
    public var expiresAt: Timestamp

    public init(
        id: ResourceID, gameID: ResourceID, exportID: String, state: Upload.State, rowCount: Int64,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.gameID = gameID
        self.exportID = exportID
        self.state = state
        self.rowCount = rowCount
        self.expiresAt = expiresAt
    }

    /// What the head of an export says that it is.
    public static let format = "pawl export 1"

    /// What `POST /v1/imports` takes.
    public static let begin: [Field] = [
        Field(
            "export_id", .text(max: 64, rule: .sha256), isRequired: true, change: .onCreate,
            help: "which export it is, as its first entry says"),
        Field("game", .object(Game.schema.copiedFields), isRequired: true, help: "the game, with all that its row has"),
    ]

    /// The body of a beginning, checked; throws one `invalid` problem with every violation.
    public static func input(from body: JSONObject) throws(Problem) -> JSONObject {
        var check = ObjectCheck(begin, of: "an import")
        let input = check.object(from: body)
        guard check.violations.isEmpty else { throw .invalid("imports", check.violations) }
        return input
    }

    /// What an answer has.
    public static let answer: [Field] = [
        Field("id", .text(max: 30), isRequired: true, help: "the import's; blocks are sent to the upload with this id"),
        Field("game_id", .reference("games"), isRequired: true, help: "the game"),
        Field("export_id", .text(max: 64), isRequired: true, help: "which export it is"),
        Field(
            "state", .choice(Upload.State.allCases.map(\.rawValue)), isRequired: true,
            help: "open while it goes on, done when the game is whole"),
        Field("row_count", .int(0...Int64.max), isRequired: true, help: "rows that are here already"),
        Field("expires_at", .time, isRequired: true, help: "when it ends, unless it goes on"),
    ]

    enum CodingKeys: String, CodingKey {
        case id, state
        case gameID = "game_id"
        case exportID = "export_id"
        case rowCount = "row_count"
        case expiresAt = "expires_at"
    }
}

extension ResourceSchema {
    /// What a row has that comes from another daemon: the head and all fields, each as it is there.
    var copiedFields: [Field] {
        (Self.headFields + fields).filter { !$0.isWriteOnly }.map { field in
            var field = field
            field.change = .onCreate
            return field
        }
    }

    /// A row as another daemon told it, checked and canonical; what its model did not have yet gets its default.
    ///
    /// Throws one `invalid` problem with every violation.
    public func copy(of row: JSONObject) throws(Problem) -> JSONObject {
        var check = ObjectCheck(copiedFields, rules: rules, of: name)
        let copy = check.object(from: row)
        if check.violations.isEmpty, ResourceID(copy["id"]?.string ?? "", kind: idPrefix) == nil {
            check.violations.append(.init("/id", "must be an id that begins with \(idPrefix)_"))
        }
        guard check.violations.isEmpty else { throw .invalid(name, check.violations) }
        return copy
    }
}
