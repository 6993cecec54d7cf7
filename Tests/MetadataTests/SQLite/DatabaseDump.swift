import GRDB

/// Schema and content of a database file, as text that can be compared; `schema_migrations` is left out.
struct DatabaseDump: Equatable, CustomStringConvertible {
    var schema: [String]
    var content: [String]

    init(_ path: String) throws {
        (schema, content) = try DatabaseQueue(path: path).read { database in
            let objects = try Row.fetchAll(
                database,
                sql: """
                    SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
                    WHERE name <> 'schema_migrations' ORDER BY type, name
                    """)
            let schema = objects.map { "\($0[0] as String) \($0[1] as String) \($0[2] as String) \($0[3] as String)" }
            let tables = objects.filter { $0[0] == "table" }.map { $0[1] as String }
            let content = try tables.flatMap { table in
                let columns = try database.columns(in: table).map { "quote(\"\($0.name)\")" }
                return try String.fetchAll(
                    database,
                    sql: "SELECT '\(table) ' || \(columns.joined(separator: "||' '||")) FROM \"\(table)\" ORDER BY 1")
            }
            return (schema, content)
        }
    }

    var description: String { (schema + content).joined(separator: "\n") }

    /// Tables without a row.
    static func emptyTables(_ path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { database in
            try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ).filter { try Row.fetchOne(database, sql: "SELECT 1 FROM \"\($0)\" LIMIT 1") == nil }
        }
    }

    /// What the CHECK of a column takes.
    private static let fitting = [
        "uploads.door": "'tus'", "uploads.state": "'open'", "contents.kind": "'level'", "contents.giftable": "1",
        "contents.state": "'draft'", "accomplishments.hidden": "0", "accomplishments.repeatable": "1",
    ]

    /// Puts rows into every table, without knowing any.
    ///
    /// In row number i each value is made from i and the column's type alone, so rows that reference each other by
    /// columns of the same type fit. CHECK constraints are not kept, but those of `fitting`: of tables that a migration
    /// copies into ones that check again, or to which it adds a column with a CHECK.
    static func fill(_ path: String, rows: Int = 3) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: path, configuration: configuration).write { database in
            try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
            let tables = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                    AND name <> 'schema_migrations' AND sql NOT LIKE 'CREATE VIRTUAL%'
                    """)
            for table in tables {
                let columns = try database.columns(in: table)
                for index in 1...rows {
                    let values = columns.map { column in
                        if let value = fitting["\(table).\(column.name)"] { return value }
                        return switch column.type.uppercased() {
                        case "TEXT": "'t\(index)'"
                        // As long as a digest: a migration may copy it into a table whose CHECK asks for that.
                        case "BLOB": "x'" + String(repeating: "0\(index)", count: 32) + "'"
                        case "REAL": "\(index).5"
                        default: "\(index)"
                        }
                    }
                    let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
                    try database.execute(
                        sql: "INSERT OR IGNORE INTO \"\(table)\" (\(names)) VALUES (\(values.joined(separator: ", ")))")
                }
            }
        }
    }
}
