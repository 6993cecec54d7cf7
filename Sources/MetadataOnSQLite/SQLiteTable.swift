/// What SQLite knows of a table, for whoever draws or describes the schema.
package struct SQLiteTable: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package var name: String
        /// `TEXT`, `INTEGER`, `REAL` or `BLOB`: tables are STRICT.
        package var type: String
        package var isRequired: Bool
    }

    /// A foreign key of one column.
    package struct Reference: Hashable, Sendable {
        package var column: String
        package var table: String
    }

    package var name: String
    package var columns: [Column]
    package var primaryKey: [String]
    /// The columns of each unique index, the primary key's own left out.
    package var uniques: Set<[String]>
    /// In the order of the columns.
    package var references: [Reference]

    /// Whether no two rows have the same value there.
    package func isUnique(_ column: String) -> Bool { primaryKey == [column] || uniques.contains([column]) }
}
