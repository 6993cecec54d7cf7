import PawlModel

/// Changes of rows as people read them: `+` made, `~` changed, `-` deleted, each with its fields.
enum ChangeText {
    static func tell(_ changes: [RowChange], irreversible: [String]) {
        for change in changes { lines(of: change).forEach(Output.line) }
        for sentence in irreversible { Output.line("! A revert leaves it: \(Text.plain(sentence))") }
    }

    static func lines(of change: RowChange) -> [String] {
        let sign = ["created": "+", "updated": "~", "deleted": "-"][change.kind.rawValue] ?? " "
        let title =
            "\(sign) \(change.resource) \(name(of: change.after ?? change.before ?? [:]))\(Text.plain(change.rowID))"
        let fields = change.kind == .deleted ? [] : change.fields
        return [title]
            + fields.map { field in
                let (before, after) = (change.before?[field] ?? .null, change.after?[field] ?? .null)
                return change.kind == .created
                    ? "    \(field): \(value(after))" : "    \(field): \(value(before)) → \(value(after))"
            }
    }

    /// `3 rows made, 1 changed, 2 deleted`.
    static func sum(_ changes: [RowChange]) -> String {
        let counts = RowChange.Kind.allCases.map { kind in Int64(changes.count { $0.kind == kind }) }
        guard counts.contains(where: { $0 > 0 }) else { return "no change" }
        let words = zip(counts, ["made", "changed", "deleted"]).filter { $0.0 > 0 }
        return words.enumerated().map { place, part in
            place == 0
                ? "\(Text.count(part.0)) row\(part.0 == 1 ? "" : "s") \(part.1)" : "\(Text.count(part.0)) \(part.1)"
        }.joined(separator: ", ")
    }

    /// What a person knows the row by, with room behind it.
    private static func name(of row: JSONObject) -> String {
        let name = ["slug", "sku", "code", "path", "name", "display_name"].lazy.compactMap { row[$0]?.string }.first
        return name.map { Text.plain($0) + "  " } ?? ""
    }

    /// A value on one line.
    static func value(_ value: JSONValue) -> String {
        let text = value.text
        return Text.plain(text.count > 200 ? text.prefix(199) + "…" : text)
    }
}
