/// Reads words, comparisons and values off a filter.
struct FilterScanner {
    private var rest: Substring

    init(_ text: String) { rest = Substring(text) }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    mutating func word() -> String? {
        skipSpace()
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    mutating func comparison() -> ListQuery.Comparison? {
        skipSpace()
        // The cases stand longest first, so that `<=` is not read as `<`.
        guard let comparison = ListQuery.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
            return nil
        }
        rest = rest.dropFirst(comparison.rawValue.count)
        return comparison
    }

    /// Whether the bare word `null` stands here; it is taken off.
    mutating func null() -> Bool {
        var ahead = self
        guard ahead.word() == "null" else { return false }
        self = ahead
        return true
    }

    /// `"text"` with `\"` and `\\` inside, or a run without spaces.
    mutating func value() -> String? {
        skipSpace()
        guard rest.first == "\"" else {
            let run = rest.prefix { !$0.isWhitespace }
            rest = rest.dropFirst(run.count)
            return run.isEmpty ? nil : String(run)
        }
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            default: text.append(character)
            }
        }
        return nil
    }
}

extension FieldType {
    /// The value that a filter's text stands for, or nil when it cannot be one of this type.
    func literal(_ text: String) -> JSONValue? {
        switch self {
        case .int: Int64(text).map { .int($0) }
        case .bool: Bool(text).map { .bool($0) }
        case .time: Timestamp(text).map { .string($0.description) }
        case .text, .reference, .choice: .string(text)
        case .json, .list, .object, .rows: nil
        }
    }
}
