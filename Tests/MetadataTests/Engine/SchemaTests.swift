import Metadata
import PawlModel
import TestKit
import Testing

/// A resource is declared twice, as a struct and as a schema, and its tables are written by hand: here all of them are
/// held equal.
struct SchemaTests {
    // MARK: Structs and rows

    /// A full row of each resource is written, comes back as it was written, and is what its struct says.
    @Test func structsAndSchemas_haveTheSameFields_filled() async throws {
        try await withRows { world, rows in
            for type in Model.resources {
                let row = try #require(rows[type.schema.name])
                try check(type, row)
                #expect(try await world.reader.row(type.schema, row.resourceID, for: .daemon) == row)
                let optional = type.schema.rules.flatMap(\.alternatives)
                for field in type.schema.fields where !field.isWriteOnly && field.change != .byServer {
                    let isThere = row[field.name]?.isNull == false
                    #expect(isThere || optional.contains(field.name), "\(type.schema.name).\(field.name)")
                }
            }
        }
    }

    @Test func structsAndSchemas_haveTheSameFields_nullsIncluded() async throws {
        try await withRows(onlyRequired: true) { _, rows in
            for type in Model.resources { try check(type, try #require(rows[type.schema.name])) }
        }
    }

    /// Decodes a row into its struct, encodes it back, and compares with the row and the declaration.
    private func check<Fields: Resource>(_ type: Fields.Type, _ row: JSONObject) throws {
        let fields = ResourceSchema.headFields + Fields.schema.fields
        let names = fields.filter { !$0.isWriteOnly }.map(\.name)
        #expect(Set(row.keys) == Set(names) && names.count == Set(names).count, "\(Fields.schema.name)")
        for field in fields where !field.isNullable && !field.isWriteOnly {
            #expect(row[field.name]?.isNull == false, "\(Fields.schema.name).\(field.name)")
        }
        let value = try Stored<Fields>(row: row)
        #expect(try JSONValue(value).withoutNulls == JSONValue.object(row).withoutNulls, "\(Fields.schema.name)")
        #expect(value.id.prefix == Fields.schema.idPrefix && value.revision == row["revision"]?.int)
    }

    /// What is in a list goes with the row that has it, and holds what it refers to as long as that row is there.
    @Test func lists_goWithTheirRow() async throws {
        try await withRows { world, rows in
            let item = try #require(rows["items"])
            let used = try await problem { try await world.delete(Item.schema, item) }
            #expect(used.code == .inUse)
            let schemas = Model.schemas.drop { $0.name != "items" }
            for schema in schemas.reversed() { try await world.delete(schema, try #require(rows[schema.name])) }
            for table in DeclaredTable.all where table.owner != nil && table.owner != "accounts" {
                let count = try await world.database.read { sql in
                    try sql.row("SELECT COUNT(*) AS n FROM \(table.name)")?.integer("n")
                }
                #expect(count == 0, "\(table.name)")
            }
        }
    }

    // MARK: Tables

    @Test func everyField_hasItsColumn() async throws {
        try await withTables { table, facts in
            let fields = table.fields.filter { !$0.isList }
            let unseen = table.place + ["deleted_at", "collected_at"]
            let own = facts.columns.filter { !unseen.contains($0.name) }
            #expect(Set(own.map(\.name)) == Set(fields.map(\.name)), "\(table.name)")
            for field in fields {
                let column = try #require(facts.columns.first { $0.name == field.name })
                #expect(column.type == field.columnType, "\(table.name).\(field.name)")
                #expect(column.isRequired == !field.isNullable, "\(table.name).\(field.name)")
            }
            #expect(facts.primaryKey == (table.owner == nil ? ["id"] : table.place), "\(table.name)")
            #expect(facts.text.contains("STRICT"), "\(table.name)")
        }
    }

    /// SQLite itself refuses a choice, a number or a length that the declaration has not.
    @Test func bounds_areInTheTables() async throws {
        try await withTables { table, facts in
            for field in table.fields {
                switch field.type {
                case .choice(let choices):
                    let list = choices.map { "'\($0)'" }.joined(separator: ", ")
                    #expect(facts.text.contains("IN (\(list))"), "\(table.name).\(field.name)")
                case .int(let range) where range.upperBound != Int64.max:
                    let bounds = "\(field.name) BETWEEN \(range.lowerBound) AND \(range.upperBound)"
                    #expect(facts.text.contains(bounds), "\(table.name).\(field.name)")
                case .bool:
                    #expect(facts.text.contains("\(field.name) IN (0, 1)"), "\(table.name).\(field.name)")
                case .text(let max, _) where !Self.unbounded.contains(table.name) && field.name != "id":
                    let bound = try Regex("length\\(\(field.name)\\) (<=|BETWEEN [0-9]+ AND) \(max)\\)")
                    #expect(facts.text.contains(bound), "\(table.name).\(field.name)")
                default: continue
                }
            }
            for rule in table.rules {
                let text = facts.text.replacing(/\s+/, with: " ")
                #expect(text.contains("CHECK (\(rule.condition))"), "\(table.name): \(rule.condition)")
            }
        }
    }

    /// Tables of the first migration that leave lengths to the declaration.
    private static let unbounded = ["games", "keys", "assets"]

    @Test func everyReference_isAForeignKey_withAnIndex() async throws {
        try await withTables { table, facts in
            var expected: Set<TableFacts.ForeignKey> = []
            for case (let name, .reference(let resource)) in table.fields.map({ ($0.name, $0.type) }) {
                expected.insert(.init(column: name, table: resource, onDelete: "NO ACTION"))
            }
            if let owner = table.owner { expected.insert(.init(column: "owner_id", table: owner, onDelete: "CASCADE")) }
            #expect(facts.foreignKeys == expected, "\(table.name)")
            // Without one, each deletion of what is referred to reads the whole table.
            for key in expected { #expect(facts.hasIndex(beginning: [key.column]), "\(table.name).\(key.column)") }
        }
    }

    @Test func everyFilterAndOrder_hasItsIndex() async throws {
        try await withTables { table, facts in
            guard let schema = table.schema else { return }
            for names in schema.uniques {
                #expect(facts.indexes.contains(.init(columns: names, isUnique: true)), "\(schema.name): \(names)")
            }
            func check(_ columns: [String]) {
                let isThere =
                    facts.indexes.contains(.init(columns: columns + ["id"], isUnique: false))
                    || facts.indexes.contains(.init(columns: columns, isUnique: true))
                #expect(isThere, "\(schema.name): \(columns)")
            }
            for field in table.fields where field.isFilterable && field.name != "id" { check([field.name]) }
            guard schema[field: "game_id"] != nil else { return }
            for field in table.fields where field.isOrderable && !["id", "game_id"].contains(field.name) {
                check(["game_id", field.name])
            }
        }
    }

    @Test func anIdentity_belongsToOneAccount() async throws {
        let facts = try await EngineWorld.with { world in
            try await world.database.read { try TableFacts("account_identities", in: $0) }
        }
        #expect(facts.indexes.contains(.init(columns: ["provider", "subject"], isUnique: true)))
    }

    // MARK: Fixtures

    private func withTables(_ body: (DeclaredTable, TableFacts) throws -> Void) async throws {
        try await EngineWorld.with { world in
            for table in DeclaredTable.all {
                try body(table, try await world.database.read { try TableFacts(table.name, in: $0) })
            }
        }
    }

    /// A database with one row of each resource, by the resource's name.
    private func withRows(
        onlyRequired: Bool = false, _ body: (SampleWorld, [String: JSONObject]) async throws -> Void
    ) async throws {
        try await EngineWorld.with { engine in
            let world = SampleWorld(engine)
            try await body(world, try await world.fill(onlyRequired: onlyRequired))
        }
    }
}

extension FieldRule {
    /// The rule as a CHECK says it.
    fileprivate var condition: String {
        switch self {
        case .exactlyOne(let names): names.map { "(\($0) IS NOT NULL)" }.joined(separator: " + ") + " = 1"
        case .before(let first, let second): "\(first) < \(second)"
        case .atMost(let first, let second): "\(first) <= \(second)"
        }
    }
}

extension JSONValue {
    /// Without members that are null, at any depth: an optional of a struct leaves them out.
    fileprivate var withoutNulls: JSONValue {
        switch self {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }
}
