import LiveOps
import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit

/// One game with the whole model and all that live ops adds to it, over a database of its own.
struct PlayWorld: Sendable {
    let database: any SQLDatabase
    let writePath: WritePath
    let reader: ResourceReader
    let clock: TestAmbient
    let gameID: ResourceID

    static func with<Value>(_ body: (PlayWorld) async throws -> Value) async throws -> Value {
        try await withDatabase { database in
            _ = try await database.migrate()
            return try await body(try await PlayWorld(database))
        }
    }

    private init(_ database: any SQLDatabase) async throws {
        let clock = TestAmbient()
        let registry = ResourceRegistry(schemas: Model.schemas, rules: GamePlay.rules, verbs: GamePlay.verbs)
        self.database = database
        self.clock = clock
        writePath = WritePath(database: database, registry: registry, ambient: clock.ambient)
        reader = ResourceReader(database: database, registry: registry)
        gameID = try await Self.make(Game(slug: "game", name: "A game"), by: writePath).id
    }

    // MARK: Changes

    @discardableResult
    func make<Fields: Resource>(_ fields: Fields) async throws -> Stored<Fields> {
        try await Self.make(fields, by: writePath)
    }

    private static func make<Fields: Resource>(_ fields: Fields, by path: WritePath) async throws -> Stored<Fields> {
        let body = try JSONValue(fields).object ?? [:]
        let answer = try await path.apply(by: .daemon) { writer in
            Answer(.created, .object(try writer.create(Fields.schema, body)))
        }
        return try answer.body.decoded()
    }

    @discardableResult
    func update<Fields: Resource>(_ row: Stored<Fields>, _ patch: JSONObject) async throws -> Stored<Fields> {
        let answer = try await writePath.apply(by: .daemon) { writer in
            Answer(.done, .object(try writer.update(Fields.schema, row.id, ifMatch: .any, patch: patch)))
        }
        return try answer.body.decoded()
    }

    func delete<Fields: Resource>(_ row: Stored<Fields>) async throws {
        _ = try await writePath.apply(by: .daemon) { writer in
            try writer.delete(Fields.schema, row.id, ifMatch: .any)
            return Answer(.deleted)
        }
    }

    /// Calls a verb as a request does, and answers its body.
    @discardableResult
    func call(
        _ verb: VerbSchema, _ id: ResourceID? = nil, _ body: JSONObject = [:], by caller: Caller = .daemon,
        validateOnly: Bool = false
    ) async throws -> JSONValue {
        let verb = GamePlay.verbs.first { $0.schema.resource == verb.resource && $0.schema.name == verb.name }!
        return try await writePath.apply(by: caller, validateOnly: validateOnly) { writer in
            try writer.call(verb, id, body)
        }.body
    }

    /// The same, with the body as a type of the model.
    func answer<Value: Decodable>(
        of verb: VerbSchema, _ id: ResourceID? = nil, _ body: JSONObject = [:], validateOnly: Bool = false
    ) async throws -> Value {
        try await call(verb, id, body, validateOnly: validateOnly).decoded()
    }

    func player(_ name: String, state: Player.State = .active) async throws -> Stored<Player> {
        try await make(Player(gameID: gameID, name: name, state: state))
    }

    func item(
        _ sku: String = "sword", stackable: Bool = false, giftable: Bool = true, state: CatalogState = .active
    ) async throws -> Stored<Item> {
        try await make(
            Item(gameID: gameID, sku: sku, name: sku, stackable: stackable, giftable: giftable, state: state))
    }

    func grant(_ item: Stored<Item>, to player: Stored<Player>) async throws -> Stored<Entitlement> {
        try await answer(of: Entitlement.grant, nil, ["owner_id": player.json, "item_id": item.json])
    }

    /// Changes a row as verbs do, fields of the server included.
    func force<Fields: Resource>(_ row: Stored<Fields>, _ change: JSONObject) async throws {
        _ = try await writePath.apply(by: .daemon) { writer in
            let before = try writer.existing(Fields.schema, row.id)
            return Answer(
                .done, .object(try writer.replace(before, with: before.merging(change) { $1 }, Fields.schema)))
        }
    }

    // MARK: What is there

    func now<Fields: Resource>(_ row: Stored<Fields>) async throws -> Stored<Fields> {
        try Stored(row: try await reader.row(Fields.schema, row.id, for: .daemon))
    }

    /// All rows of a resource, in the order of their making.
    func all<Fields: Resource>(_ type: Fields.Type = Fields.self) async throws -> [Stored<Fields>] {
        let ids = try await database.read { sql in
            try sql.rows("SELECT id FROM \(Fields.schema.name) ORDER BY created_at, id").map { try $0.id("id") }
        }
        var rows: [Stored<Fields>] = []
        for id in ids { rows.append(try Stored(row: try await reader.row(Fields.schema, id, for: .daemon))) }
        return rows
    }

    /// How much the journal and the outbox hold, to see that nothing happened.
    func traces() async throws -> [Int64] {
        try await database.read { sql in
            try ["changesets", "journal", "events", "idempotency_records"].map {
                try sql.row("SELECT COUNT(*) AS n FROM \($0)")!.integer("n")
            }
        }
    }

    func events(of subject: ResourceID) async throws -> [String] {
        try await database.read { sql in
            try sql.rows("SELECT type FROM events WHERE subject = ? ORDER BY sequence", [.id(subject)])
                .map { try $0.text("type") }
        }
    }
}

extension Stored {
    /// The id as it stands in JSON.
    var json: JSONValue { .string(id.description) }
}
