import Metadata

/// What SQLite knows of a table.
struct TableFacts: Sendable {
    struct Column: Equatable {
        var name: String
        var type: String
        var isRequired: Bool
    }

    struct Index: Hashable {
        var columns: [String]
        var isUnique: Bool
    }

    struct ForeignKey: Hashable {
        var column: String
        var table: String
        var onDelete: String
    }

    var columns: [Column]
    var primaryKey: [String]
    var indexes: Set<Index>
    var foreignKeys: Set<ForeignKey>
    /// The statement that made it.
    var text: String

    init(_ table: String, in sql: any SQLConnection) throws {
        let info = try sql.rows(
            "SELECT name, type, \"notnull\" AS is_required, pk FROM pragma_table_info('\(table)') ORDER BY cid")
        columns = try info.map {
            Column(name: try $0.text("name"), type: try $0.text("type"), isRequired: try $0.integer("is_required") == 1)
        }
        primaryKey = try info.filter { try $0.integer("pk") > 0 }
            .sorted { try $0.integer("pk") < $1.integer("pk") }.map { try $0.text("name") }
        let parts = try sql.rows(
            """
            SELECT i.name AS name, i."unique" AS is_unique, c.name AS part FROM pragma_index_list('\(table)') AS i
            JOIN pragma_index_info(i.name) AS c ORDER BY i.name, c.seqno
            """)
        let named = try Dictionary(grouping: parts) { try $0.text("name") }
        indexes = Set(
            try named.values.map { parts in
                Index(columns: try parts.map { try $0.text("part") }, isUnique: try parts[0].integer("is_unique") == 1)
            })
        foreignKeys = Set(
            try sql.rows(
                "SELECT \"from\" AS part, \"table\" AS parent, on_delete FROM pragma_foreign_key_list('\(table)')"
            )
            .map {
                ForeignKey(
                    column: try $0.text("part"), table: try $0.text("parent"), onDelete: try $0.text("on_delete"))
            })
        text = try sql.rows("SELECT sql FROM sqlite_schema WHERE name = '\(table)'").first?.text("sql") ?? ""
    }

    /// Whether an index begins with these columns, the primary key's included.
    func hasIndex(beginning columns: [String]) -> Bool {
        (indexes.map(\.columns) + [primaryKey]).contains { $0.starts(with: columns) }
    }
}
