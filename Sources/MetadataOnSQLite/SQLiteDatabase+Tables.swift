import Metadata

extension SQLiteDatabase {
    /// Every table that the migrations made, by name, as SQLite itself describes it.
    package func tables() async throws -> [SQLiteTable] {
        try await read { sql in
            let columns = try Self.byTable(sql.rows(columnsText))
            let uniques = try Self.byTable(sql.rows(uniquesText))
            let references = try Self.byTable(sql.rows(referencesText))
            return try columns.keys.sorted().map { name in
                try SQLiteTable(
                    name: name, columns: columns[name] ?? [], uniques: uniques[name] ?? [],
                    references: references[name] ?? [])
            }
        }
    }

    private static func byTable(_ rows: [SQLRow]) throws -> [String: [SQLRow]] {
        try Dictionary(grouping: rows) { try $0.text("table_name") }
    }
}

extension SQLiteTable {
    /// From rows of the statements below.
    fileprivate init(name: String, columns: [SQLRow], uniques: [SQLRow], references: [SQLRow]) throws {
        let key = try columns.filter { try $0.integer("key_place") > 0 }
            .sorted { try $0.integer("key_place") < $1.integer("key_place") }
        let indexes = try Dictionary(grouping: uniques) { try $0.text("index_name") }.values
        try self.init(
            name: name,
            columns: columns.map {
                try Column(
                    name: $0.text("name"), type: $0.text("type"), isRequired: $0.boolean("is_required"))
            },
            primaryKey: key.map { try $0.text("name") },
            uniques: Set(indexes.map { try $0.map { try $0.text("name") } }),
            references: references.map { try Reference(column: $0.text("name"), table: $0.text("parent")) })
    }
}

// https://www.sqlite.org/pragma.html#pragfunc: a pragma without side effects can be read like a table.

private let columnsText = """
    SELECT t.name AS table_name, c.name AS name, c.type AS type, c."notnull" OR c.pk > 0 AS is_required,
        c.pk AS key_place
    FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY t.name, c.cid
    """

private let uniquesText = """
    SELECT t.name AS table_name, i.name AS index_name, c.name AS name
    FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c
    WHERE t.type = 'table' AND i."unique" = 1 AND i.origin <> 'pk' AND c.name IS NOT NULL
    ORDER BY t.name, i.name, c.seqno
    """

private let referencesText = """
    SELECT t.name AS table_name, f."from" AS name, f."table" AS parent
    FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS f
        JOIN pragma_table_info(t.name) AS c ON c.name = f."from"
    WHERE t.type = 'table'
    ORDER BY t.name, c.cid
    """
