package import PawlModel

/// All declared resources, with the rules and verbs that use cases add to them. Composed once, by the daemon.
package struct ResourceRegistry: Sendable {
    /// In the order in which rows depend on each other.
    package let schemas: [ResourceSchema]
    package let rules: [any RowRule]
    package let verbs: [any Verb]
    private let schemaByName: [String: ResourceSchema]

    package init(schemas: [ResourceSchema], rules: [any RowRule], verbs: [any Verb]) {
        self.schemas = schemas
        self.rules = rules
        self.verbs = verbs
        schemaByName = Dictionary(schemas.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(schema name: String) -> ResourceSchema? { schemaByName[name] }

    /// The declared resource whose ids begin so.
    func schema(idPrefix: String) -> ResourceSchema? { schemas.first { $0.idPrefix == idPrefix } }

    package func verb(_ name: String, of resource: String) -> (any Verb)? {
        verbs.first { $0.schema.resource == resource && $0.schema.name == name }
    }

    /// The deleted row that `caller` might see if it were not, or a `not_found` problem; `wrong_state` for one that is not
    /// deleted.
    package func deletedRow(
        _ schema: ResourceSchema, _ id: ResourceID, to caller: Caller, in sql: any SQLConnection
    ) throws -> JSONObject {
        if let row = try ResourceTable(schema).row(id, in: sql), caller.sees(row, of: schema) {
            throw Problem(.wrongState, "\(id) is not deleted.")
        }
        guard let row = try ResourceTable(schema).deletedRow(id, in: sql), caller.sees(row, of: schema) else {
            throw Problem.notFound(schema.name, id)
        }
        return row
    }

    /// The living row that `caller` may see, or a `not_found` problem that does not tell which it was.
    package func visibleRow(
        _ schema: ResourceSchema, _ id: ResourceID, to caller: Caller, in sql: any SQLConnection
    ) throws -> JSONObject {
        guard let row = try ResourceTable(schema).row(id, in: sql), caller.sees(row, of: schema) else {
            throw Problem.notFound(schema.name, id)
        }
        return row
    }
}

/// A rule of one resource that needs other rows. Declared by a use case, run with every write.
package protocol RowRule: Sendable {
    var resource: String { get }
    func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation]
    /// What follows from a row that was written, in what no client sees. Called after.
    func follow(_ row: JSONObject, in sql: any SQLConnection) throws
    /// What goes with a row that is deleted, beside what foreign keys take along. Called before; throws where it may not go.
    func clear(_ row: JSONObject, in sql: any SQLConnection) throws
    /// What is lost with a row that is deleted, such as "its scores": it does not come back with the row. Nil for nothing.
    /// Asked before.
    func lost(with row: JSONObject, in sql: any SQLConnection) throws -> String?
}

extension RowRule {
    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] { [] }

    package func follow(_ row: JSONObject, in sql: any SQLConnection) throws {}

    package func clear(_ row: JSONObject, in sql: any SQLConnection) throws {}

    package func lost(with row: JSONObject, in sql: any SQLConnection) throws -> String? { nil }
}

extension Problem {
    package static let keyNeeded = Problem(
        .unauthenticated, "Send the key as 'Authorization: Bearer \(Key.secretPrefix)…'.")

    package static func notFound(_ resource: String, _ id: ResourceID) -> Problem {
        Problem(.notFound, "There is no \(id) in \(resource), or this key does not see it.")
    }
}
