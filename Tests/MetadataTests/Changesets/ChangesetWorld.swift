import BlockFormat
import Catalog
import LiveOps
import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit

/// The whole model with all its rules and verbs, changed by changesets alone.
struct ChangesetWorld: Sendable {
    let database: any SQLDatabase
    let changesets: Changesets
    let writePath: WritePath
    let registry: ResourceRegistry
    let clock: TestAmbient

    static func with<Value>(_ body: (ChangesetWorld) async throws -> Value) async throws -> Value {
        try await withDatabase { database in
            _ = try await database.migrate()
            return try await body(ChangesetWorld(database))
        }
    }

    private init(_ database: any SQLDatabase) {
        let clock = TestAmbient()
        registry = ResourceRegistry(
            schemas: Model.schemas, rules: [ChannelRule(), AssetRule()] + GamePlay.rules,
            verbs: [IssueKey(), RevokeKey(), UndeleteAsset(window: 3600), RollBackChannel()] + GamePlay.verbs)
        self.database = database
        self.clock = clock
        writePath = WritePath(database: database, registry: registry, ambient: clock.ambient)
        changesets = Changesets(writePath: writePath, undeleteWindow: 3600)
    }

    @discardableResult
    func apply(
        _ operations: [ChangesetOperation], validateOnly: Bool = false, expectPlan: Digest? = nil,
        by caller: Caller = .daemon
    ) async throws -> ChangesetOutcome {
        let request = ChangesetRequest(
            message: "a test", validateOnly: validateOnly, expectPlan: expectPlan, operations: operations)
        return try await changesets.apply(request.json, by: caller).body.decoded()
    }

    @discardableResult
    func revert(
        _ outcome: ChangesetOutcome, _ request: ChangesetRevert = .init(), by caller: Caller = .daemon
    ) async throws -> ChangesetOutcome {
        guard let id = outcome.id else { throw ProcessError("nothing was changed") }
        return try await changesets.revert(id, request.json, by: caller).body.decoded()
    }

    /// All living rows of all declared resources, without what grows with each change.
    func rows() async throws -> [String: JSONObject] {
        var all: [String: JSONObject] = [:]
        let reader = ResourceReader(database: database, registry: registry)
        for schema in registry.schemas {
            var query = try ListQuery(filter: nil, orderBy: nil, pageSize: "500", pageToken: nil, of: schema)
            while true {
                let page = try await reader.page(schema, query, for: .daemon)
                for var row in page.rows {
                    row["revision"] = nil
                    row["updated_at"] = nil
                    all[row.idText ?? ""] = row
                }
                guard let token = page.nextToken else { break }
                query = try ListQuery(filter: nil, orderBy: nil, pageSize: "500", pageToken: token, of: schema)
            }
        }
        return all
    }

    /// Every revision that a row had, in the order of its changes.
    func revisions() async throws -> [String: [Int64]] {
        try await database.read { sql in
            var revisions: [String: [Int64]] = [:]
            let rows = try sql.rows(
                """
                SELECT journal.row_id AS row_id, journal.after AS after FROM journal
                JOIN events ON events.changeset_id = journal.changeset_id AND events.subject = journal.row_id
                WHERE journal.after IS NOT NULL ORDER BY events.sequence, journal.step
                """)
            for row in rows {
                let revision = try JSONValue(parsing: try row.text("after").utf8).object?["revision"]?.int
                revisions[try row.text("row_id"), default: []].append(revision ?? 0)
            }
            return revisions
        }
    }

    /// All changesets, in order.
    func list(_ filter: String? = nil) async throws -> [Changeset] {
        let query = try ListQuery(
            filter: filter, orderBy: nil, pageSize: "500", pageToken: nil, of: Changeset.schema)
        return try await changesets.page(query, limit: 500, for: .daemon)
    }

    func events(_ type: String) async throws -> [JSONObject] {
        try await database.read { sql in
            try sql.rows("SELECT data FROM events WHERE type = ? ORDER BY sequence", [.text(type)]).map {
                try JSONValue(parsing: try $0.text("data").utf8).object ?? [:]
            }
        }
    }
}

extension ChangesetOutcome {
    /// The row that an operation made, changed or found.
    func row(_ operation: String) -> ResourceID {
        results.first { $0.id == operation }?.rowID.flatMap { ResourceID($0) } ?? ResourceID(prefix: "non", value: 0)
    }
}

/// The problem of a changeset, with the state of each operation.
extension Problem {
    func state(of operation: String) -> String? {
        guard case .array(let operations)? = members["operations"] else { return nil }
        let member = operations.compactMap(\.object).first { $0["id"] == .string(operation) }
        return member?["code"]?.string ?? member?["status"]?.string
    }
}
