import BlockFormat
import Catalog
import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit

/// The resource engine with every declared resource, over a database of its own.
struct EngineWorld: Sendable {
    let database: any SQLDatabase
    let writePath: WritePath
    let reader: ResourceReader
    let clock: TestAmbient

    static func with<Value>(_ body: (EngineWorld) async throws -> Value) async throws -> Value {
        try await withDatabase { database in
            _ = try await database.migrate()
            return try await body(EngineWorld(database))
        }
    }

    private init(_ database: any SQLDatabase) {
        let clock = TestAmbient()
        let registry = ResourceRegistry(
            schemas: Model.schemas, rules: [ChannelRule()], verbs: [IssueKey(), RevokeKey(), RollBackChannel()])
        self.database = database
        self.clock = clock
        writePath = WritePath(database: database, registry: registry, ambient: clock.ambient)
        reader = ResourceReader(database: database, registry: registry)
    }

    // MARK: Changes

    @discardableResult
    func create(
        _ schema: ResourceSchema, _ body: JSONObject, by caller: Caller = .daemon, key: IdempotencyClaim? = nil,
        validateOnly: Bool = false
    ) async throws -> JSONObject {
        try await writePath.apply(by: caller, idempotency: key, validateOnly: validateOnly) { writer in
            Answer(.created, .object(try writer.create(schema, body)))
        }.body.object!
    }

    @discardableResult
    func update(
        _ schema: ResourceSchema, _ row: JSONObject, _ patch: JSONObject, ifMatch: RevisionMatch = .any,
        by caller: Caller = .daemon, validateOnly: Bool = false
    ) async throws -> JSONObject {
        try await writePath.apply(by: caller, validateOnly: validateOnly) { writer in
            Answer(.done, .object(try writer.update(schema, row.resourceID, ifMatch: ifMatch, patch: patch)))
        }.body.object!
    }

    func delete(
        _ schema: ResourceSchema, _ row: JSONObject, ifMatch: RevisionMatch = .any, by caller: Caller = .daemon,
        validateOnly: Bool = false
    ) async throws {
        _ = try await writePath.apply(by: caller, validateOnly: validateOnly) { writer in
            try writer.delete(schema, row.resourceID, ifMatch: ifMatch)
            return Answer(.deleted)
        }
    }

    @discardableResult
    func game(_ slug: String = "game") async throws -> JSONObject {
        try await create(Game.schema, ["slug": .string(slug), "name": "A game"])
    }

    @discardableResult
    func asset(_ game: JSONObject, _ path: String = "builds/win64") async throws -> JSONObject {
        try await create(Asset.schema, ["game_id": game["id"] ?? .null, "path": .string(path)])
    }

    /// A ready version of an asset, as a commit makes it.
    func version(of asset: JSONObject, number: Int64 = 1) async throws -> ResourceID {
        let id = ResourceID(prefix: "ver", value: asset.resourceID.value &+ UInt128(number))
        let version = Version(
            id: id, createdAt: clock.now, assetID: asset.resourceID, number: number, state: .ready, size: 0,
            root: Digest(bytes: [UInt8](repeating: 1, count: 32))!, sha256: nil, blockCount: 0, entryCount: 1,
            label: nil,
            notes: nil, createdBy: nil)
        try await database.transaction { try VersionRows($0).insert(version, VersionPages(Manifest(file: []))) }
        return id
    }

    // MARK: What is there

    func row(_ schema: ResourceSchema, _ row: JSONObject, for caller: Caller = .daemon) async throws -> JSONObject {
        try await reader.row(schema, row.resourceID, for: caller)
    }

    func count(_ table: String) async throws -> Int64 {
        try await database.read { try $0.row("SELECT COUNT(*) AS n FROM \(table)")!.integer("n") }
    }

    /// The rows of every table of the engine, to see that nothing changed.
    func counts() async throws -> [Int64] {
        var counts: [Int64] = []
        for table in [
            "games", "assets", "channels", "keys", "key_secrets", "changesets", "journal", "events",
            "idempotency_records",
        ] {
            counts.append(try await count(table))
        }
        return counts
    }

    struct JournalEntry: Equatable {
        var resource: String
        var step: Int64
        var before: JSONObject?
        var after: JSONObject?
    }

    /// What the journal says of a row, oldest first.
    func journal(of row: JSONObject) async throws -> [JournalEntry] {
        let id = row.resourceID
        return try await database.read { sql in
            try sql.rows(
                """
                SELECT resource, step, before, after FROM journal JOIN events ON events.changeset_id = journal.changeset_id
                AND events.subject = journal.row_id WHERE row_id = ? ORDER BY events.sequence
                """, [.id(id)]
            ).map { row in
                func object(_ column: String) throws -> JSONObject? {
                    try row.optionalText(column).map { try JSONValue(parsing: $0.utf8) }?.object
                }
                return JournalEntry(
                    resource: try row.text("resource"), step: try row.integer("step"), before: try object("before"),
                    after: try object("after"))
            }
        }
    }

    /// Types of all events, in commit order.
    func events() async throws -> [String] {
        try await database.read { try $0.rows("SELECT type FROM events ORDER BY sequence").map { try $0.text("type") } }
    }
}

extension JSONObject {
    var resourceID: ResourceID { ResourceID(self["id"]?.string ?? "")! }
}

/// The problem that `body` throws.
func problem<Value>(_ body: () async throws -> Value) async throws -> Problem {
    try await thrown(Problem.self) { try await body() }
}
