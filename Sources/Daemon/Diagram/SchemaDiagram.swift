import MetadataOnSQLite
import PawlModel

/// The tables of a database and what refers to what, drawn by area as Mermaid's entity diagrams.
///
/// The columns that every resource has are left out, and so are the lines to `games`, but in the area that has it:
/// nearly every table has one.
package struct SchemaDiagram: Sendable {
    private let tables: [String: SQLiteTable]

    /// - Throws: `DaemonError` when a table is in no area.
    init(_ tables: [SQLiteTable]) throws {
        self.tables = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0) })
        let placed = Set(SchemaArea.all.flatMap(\.allTables))
        let missing = tables.map(\.name).filter { !placed.contains($0) }
        guard missing.isEmpty else {
            throw DaemonError(
                "No diagram has \(missing.joined(separator: ", ")): give it an area in Diagram/SchemaArea.swift.")
        }
    }

    /// Every area under its name, for people who want to look at once.
    package var text: String {
        SchemaArea.all.map { "\($0.name)\n\n\(mermaid(of: $0))" }.joined(separator: "\n")
    }

    /// A text with its diagrams drawn anew: each area's stands between `<!-- diagram: NAME -->` and
    /// `<!-- end of diagram -->`.
    ///
    /// - Throws: `DaemonError` when the markers of an area are not there.
    package func drawn(into text: String) throws -> String {
        try SchemaArea.all.reduce(text) { text, area in
            let begin = "<!-- diagram: \(area.name) -->\n"
            let end = "<!-- end of diagram -->"
            guard let opening = text.firstRange(of: begin),
                let closing = text[opening.upperBound...].firstRange(of: end)
            else {
                throw DaemonError("The text has no place for '\(area.name)': write \(begin)\(end) where it is to be.")
            }
            return String(text[..<opening.upperBound]) + mermaid(of: area) + String(text[closing.lowerBound...])
        }
    }

    // MARK: Mermaid

    private func mermaid(of area: SchemaArea) -> String {
        let drawn = area.allTables.compactMap { tables[$0] }
        let names = Set(drawn.map(\.name))
        let lines = drawn.flatMap { table in
            table.references.filter { $0.table != "games" || names.contains("games") }.map { line(table, $0) }
        }
        let body = drawn.flatMap(entity) + lines
        return "```mermaid\nerDiagram\n" + body.map { "    \($0)\n" }.joined() + "```\n"
    }

    private func entity(_ table: SQLiteTable) -> [String] {
        let isResource = Model.schema(named: table.name) != nil
        let common = isResource ? Self.commonColumns : []
        let columns = table.columns.filter { !common.contains($0.name) }.map { column in
            [
                column.type.lowercased(), column.name, keys(of: column.name, table),
                column.isRequired ? nil : "\"or null\"",
            ]
            .compactMap(\.self).joined(separator: " ")
        }
        return ["\(table.name) {"] + columns.map { "    \($0)" } + ["}"]
    }

    private static let commonColumns = Set(ResourceSchema.headFields.map(\.name)).subtracting(["id"])

    private func keys(of column: String, _ table: SQLiteTable) -> String? {
        var keys: [String] = []
        if table.primaryKey.contains(column) { keys.append("PK") }
        if table.references.contains(where: { $0.column == column }) { keys.append("FK") }
        if table.uniques.contains([column]) { keys.append("UK") }
        return keys.isEmpty ? nil : keys.joined(separator: ", ")
    }

    /// From the row that is referred to, one or none, to those that refer to it.
    private func line(_ table: SQLiteTable, _ reference: SQLiteTable.Reference) -> String {
        let isRequired = table.columns.contains { $0.name == reference.column && $0.isRequired }
        let many = table.isUnique(reference.column) ? "o|" : "o{"
        return "\(reference.table) \(isRequired ? "||" : "|o")--\(many) \(table.name) : \(reference.column)"
    }
}
