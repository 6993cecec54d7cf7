package import PawlModel

/// One row of a result, its values by column name.
///
/// The typed accessors expect what the schema promises: a NOT NULL column of that type. A row that breaks
/// the promise is a damaged database, reported as `SQLError.corrupt`, never a trap.
package struct SQLRow: Sendable {
    private let columns: SQLColumns
    private let values: [SQLValue]

    package init(columns: SQLColumns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of a column; `.null` when there is no such column.
    package subscript(_ column: String) -> SQLValue {
        columns.names.firstIndex(of: column).map { values[$0] } ?? .null
    }

    package func integer(_ column: String) throws(SQLError) -> Int64 {
        guard let value = optionalInteger(column) else { throw .corrupt("\(column) is not an integer") }
        return value
    }

    package func optionalInteger(_ column: String) -> Int64? {
        switch self[column] {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    package func text(_ column: String) throws(SQLError) -> String {
        guard let value = optionalText(column) else { throw .corrupt("\(column) is not text") }
        return value
    }

    package func optionalText(_ column: String) -> String? {
        guard case .text(let value) = self[column] else { return nil }
        return value
    }

    package func blob(_ column: String) throws(SQLError) -> [UInt8] {
        guard case .blob(let value) = self[column] else { throw .corrupt("\(column) is not a blob") }
        return value
    }

    package func boolean(_ column: String) throws(SQLError) -> Bool {
        try integer(column) != 0
    }

    package func time(_ column: String) throws(SQLError) -> Timestamp {
        Timestamp(microseconds: try integer(column))
    }

    package func optionalTime(_ column: String) -> Timestamp? {
        optionalInteger(column).map(Timestamp.init(microseconds:))
    }

    package func id(_ column: String) throws(SQLError) -> ResourceID {
        guard let id = optionalID(column) else { throw .corrupt("\(column) is not an id") }
        return id
    }

    package func optionalID(_ column: String) -> ResourceID? {
        optionalText(column).flatMap { ResourceID($0) }
    }

    package func digest(_ column: String) throws(SQLError) -> Digest {
        guard let digest = optionalDigest(column) else { throw .corrupt("\(column) is not a digest") }
        return digest
    }

    package func optionalDigest(_ column: String) -> Digest? {
        guard case .blob(let bytes) = self[column] else { return nil }
        return Digest(bytes: bytes)
    }
}

/// The column names of one result, shared by its rows.
///
/// A list that is searched from its start: of names as few as a table's columns that is quicker than to hash one, and
/// nothing has to be built for a result of one row.
package final class SQLColumns: Sendable {
    package let names: [String]

    package init(_ names: [String]) {
        self.names = names
    }
}
