import Metadata
import MetadataOnSQLite
import PawlModel
import Testing

/// How SQLite means to read the lists of every resource: through an index that has the rows in their order, so that a
/// page costs the same wherever it lies, however many rows there are.
@Suite struct ListPlanTests {
    @Test func everyOrder_isReadFromAnIndex() async throws {
        try await with { plans in
            for schema in Model.schemas {
                let inGame: [[String]] = schema[field: "game_id"] == nil ? [[]] : [[], ["game_id"]]
                for names in inGame {
                    for order in schema.listed where order.isOrderable {
                        for isDescending in [false, true] {
                            for isFirst in [true, false] {
                                let plan = try await plans.plan(
                                    schema, names, order, isDescending: isDescending, isFirst: isFirst)
                                #expect(!plan.sorts, "\(schema.name) of \(names) by \(order.name): \(plan.steps)")
                                #expect(
                                    plan.steps[0].contains("USING INDEX"), "\(schema.name) of \(names): \(plan.steps)")
                                if !names.isEmpty { #expect(plan.steps[0].contains("game_id="), "\(schema.name)") }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A key of one game has the condition on the game without asking for it.
    @Test func keyOfOneGame_readsOnlyItsRows() async throws {
        let caller = Caller(id: ResourceID(prefix: "key", value: 1), scopes: [.admin], gameID: Plans.game)
        try await with { plans in
            for schema in Model.schemas where schema[field: "game_id"] != nil {
                for order in schema.listed where order.isOrderable {
                    let plan = try await plans.plan(schema, [], order, isFirst: false, caller: caller)
                    #expect(!plan.sorts && plan.steps[0].contains("game_id="), "\(schema.name): \(plan.steps)")
                }
            }
        }
    }

    /// A filter finds its rows by the field, in the order of ids unless another is asked for, also within a game.
    @Test func everyFilter_isLookedUp() async throws {
        let id = ResourceSchema.headFields[0]
        try await with { plans in
            for schema in Model.schemas {
                for field in schema.listed where field.isFilterable && field.name != "game_id" {
                    for names in schema[field: "game_id"] == nil
                        ? [[field.name]] : [[field.name], ["game_id", field.name]]
                    {
                        let plan = try await plans.plan(schema, names, id, isFirst: false)
                        #expect(plan.steps[0].contains("\(field.name)="), "\(schema.name) of \(names): \(plan.steps)")
                        // No more than one row has a unique name.
                        let isUnique = schema.uniques.contains { Set($0).isSubset(of: names) }
                        #expect(!plan.sorts || isUnique, "\(schema.name) of \(names): \(plan.steps)")
                    }
                }
            }
        }
    }

    /// Of several conditions the rarest one leads: what somebody has is not looked for among all that is active.
    @Test func ofTwoConditions_theRarerLeads() async throws {
        try await with { plans in
            for schema in Model.schemas {
                let common = schema.listed.filter { $0.isFilterable && $0.isChoice }
                let rare = schema.listed.filter { $0.isFilterable && $0.isReference && $0.name != "game_id" }
                for (first, second) in common.flatMap({ common in rare.map { (common, $0) } }) {
                    for names in [[first.name, second.name], ["game_id", first.name, second.name]] {
                        guard names.allSatisfy({ schema[field: $0] != nil }) else { continue }
                        let plan = try await plans.plan(schema, names, ResourceSchema.headFields[3], isFirst: true)
                        #expect(plan.steps[0].contains("\(second.name)="), "\(schema.name) of \(names): \(plan.steps)")
                    }
                }
            }
        }
    }

    private func with(_ body: (Plans) async throws -> Void) async throws {
        try await withDatabase { database in
            _ = try await database.migrate()
            try await body(Plans(database))
        }
    }
}

/// Asks for pages, and looks how SQLite would read them.
private struct Plans {
    static let game = ResourceID(prefix: "gam", value: 1)

    private let recorder: QueryRecorder
    private let database: any SQLDatabase
    private let reader: ResourceReader

    init(_ database: any SQLDatabase) {
        self.database = database
        recorder = QueryRecorder(database)
        reader = ResourceReader(
            database: recorder, registry: ResourceRegistry(schemas: Model.schemas, rules: [], verbs: []))
    }

    struct Plan {
        var steps: [String]
        var sorts: Bool { steps.contains { $0.contains("TEMP B-TREE") } }
    }

    func plan(
        _ schema: ResourceSchema, _ names: [String], _ order: Field, isDescending: Bool = false, isFirst: Bool,
        caller: Caller = .daemon
    ) async throws -> Plan {
        let conditions = names.map { "\($0)=\"\(schema[field: $0]?.anyValue.filterText ?? "")\"" }
        var query = try ListQuery(
            filter: conditions.isEmpty ? nil : conditions.joined(separator: " AND "),
            orderBy: order.name + (isDescending ? " desc" : ""), pageSize: nil, pageToken: nil, of: schema)
        if !isFirst {
            query.after = ListQuery.Position(
                value: order.anyValue, id: ResourceID(prefix: schema.idPrefix, value: 1))
        }
        _ = try await reader.page(schema, query, for: caller)
        let asked = try #require(recorder.takeQueries().first { $0.text.contains(" FROM \(schema.name) ") })
        let steps = try await database.read { sql in
            try sql.rows("EXPLAIN QUERY PLAN " + asked.text, asked.arguments).map { try $0.text("detail") }
        }
        return Plan(steps: steps)
    }
}

extension ResourceSchema {
    fileprivate var listed: [Field] { Self.headFields + fields }
}

extension Field {
    fileprivate var isChoice: Bool { if case .choice = type { true } else { false } }
    fileprivate var isReference: Bool { if case .reference = type { true } else { false } }

    /// Some value of its type.
    fileprivate var anyValue: JSONValue {
        switch type {
        case .int: 1
        case .bool: true
        case .time: "2026-01-01T00:00:00.000000Z"
        default: "text"
        }
    }
}

extension JSONValue {
    /// How a filter writes it between quotes.
    fileprivate var filterText: String { string ?? text }
}
