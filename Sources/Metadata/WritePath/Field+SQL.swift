import PawlModel

extension Field {
    /// The list that has a table of its own; nil for a field with a column.
    var list: RowList? {
        guard case .rows(let list) = type else { return nil }
        return list
    }

    /// The column's name in SQL. Quoted, because `window` for one is a word of SQL too.
    var column: String { "\"\(name)\"" }

    /// A valid value as its column holds it.
    func sqlValue(_ value: JSONValue) -> SQLValue {
        switch (type, value) {
        case (_, .null): .null
        case (.time, .string(let text)): Timestamp(text).map { .time($0) } ?? .null
        case (.json, _), (.list, _), (.object, _): .text(value.text)
        case (_, .string(let text)): .text(text)
        case (_, .int(let number)): .integer(number)
        case (_, .bool(let truth)): .boolean(truth)
        default: .null
        }
    }

    /// A column's value; throws `corrupt` for one of another type.
    func jsonValue(_ value: SQLValue, in table: String) throws -> JSONValue {
        switch (type, value) {
        case (_, .null): return .null
        case (.time, .integer(let microseconds)): return .string(Timestamp(microseconds: microseconds).description)
        case (.bool, .integer(let number)): return .bool(number != 0)
        // Most are empty, and a parser takes its time to find that out.
        case (.json, .text("{}")): return .object([:])
        case (.list, .text("[]")): return .array([])
        case (.json, .text(let text)), (.list, .text(let text)), (.object, .text(let text)):
            return try JSONValue(parsing: text.utf8)
        case (_, .text(let text)): return .string(text)
        case (_, .integer(let number)): return .int(number)
        case (_, .boolean(let truth)): return .bool(truth)
        default: throw SQLError.corrupt("\(table).\(name) holds a value of another type")
        }
    }
}
