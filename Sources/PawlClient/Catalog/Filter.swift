/// The conditions of a list, joined by AND: `Filter("game_id", id).and("path", "builds/win64")`.
public struct Filter: Hashable, Sendable {
    /// The text of the query parameter; empty for no condition.
    public private(set) var text = ""

    public init() {}

    /// Conditions as they are written: `sku="sword" AND state="active"`.
    public init(text: String) {
        self.text = text
    }

    public init(_ field: String, _ value: some CustomStringConvertible) {
        self = Filter().and(field, value)
    }

    /// The same with one condition more: that `field` equals `value`. Quotes in it are escaped.
    public func and(_ field: String, _ value: some CustomStringConvertible) -> Filter {
        and(field, "=", value)
    }

    /// The same with one condition more: that `field` is null.
    public func andNull(_ field: String) -> Filter {
        Filter(text: text + (text.isEmpty ? "" : " AND ") + "\(field)=null")
    }

    /// The same with one condition more; `comparison` is one of AIP-160's: `=`, `!=`, `<`, `<=`, `>`, `>=`.
    public func and(_ field: String, _ comparison: String, _ value: some CustomStringConvertible) -> Filter {
        var escaped = ""
        for character in value.description {
            if character == "\"" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        var filter = self
        filter.text += (text.isEmpty ? "" : " AND ") + "\(field)\(comparison)\"\(escaped)\""
        return filter
    }
}
