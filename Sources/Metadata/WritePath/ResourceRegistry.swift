package import PawlModel

/// All declared resources, with the rules and verbs that use cases add to them. Composed once, by the daemon.
package struct ResourceRegistry: Sendable {
    package let schemas: [String: ResourceSchema]
    package let rules: [any RowRule]
    package let verbs: [any Verb]

    package init(schemas: [ResourceSchema], rules: [any RowRule], verbs: [any Verb]) {
        self.schemas = Dictionary(schemas.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.rules = rules
        self.verbs = verbs
    }

    /// The living row that `caller` may see, or a `not_found` problem that does not tell which it was.
    package func visibleRow(
        _ schema: ResourceSchema, _ id: ResourceID, to caller: Caller, in sql: any SQLConnection
    ) throws -> JSONObject {
        let table = ResourceTable(schema)
        guard let row = try table.row(id, in: sql), caller.sees(game: try table.gameID(of: row, in: sql)) else {
            throw Problem.notFound(schema.name, id)
        }
        return row
    }

    /// Whether a reference to `resource` may name `id`.
    func exists(_ resource: String, _ id: ResourceID, for caller: Caller, in sql: any SQLConnection) throws -> Bool {
        // Versions are not declared: they belong to their repository, and a rule looks who may name them. Were they
        // looked for here, the answer would tell which ones another game has.
        guard let schema = schemas[resource] else { return true }
        let table = ResourceTable(schema)
        guard let row = try table.row(id, in: sql) else { return false }
        return caller.sees(game: try table.gameID(of: row, in: sql))
    }
}

/// A rule of one resource that needs other rows. Declared by a use case, run with every write.
package protocol RowRule: Sendable {
    var resource: String { get }
    func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation]
}

/// A change that is more than CRUD: `POST /v1/{resource}/{id}:{name}`, or without a row for the whole collection.
package protocol Verb: Sendable {
    var resource: String { get }
    /// The word after the colon; empty for `POST /v1/{resource}` of a resource that only verbs change.
    var name: String { get }
    var scope: Scope { get }
    /// Runs inside the changeset's transaction. `row` is nil when the verb is the collection's.
    func run(row: JSONObject?, body: JSONObject, in writer: ChangesetWriter) throws -> Answer
}

extension Problem {
    package static let keyNeeded = Problem(
        .unauthenticated, "Send the key as 'Authorization: Bearer \(Key.secretPrefix)…'.")

    package static func notFound(_ resource: String, _ id: ResourceID) -> Problem {
        Problem(.notFound, "There is no \(id) in \(resource), or this key does not see it.")
    }
}
