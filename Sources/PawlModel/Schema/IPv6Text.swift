/// An IPv6 address as URLs write it between brackets (RFC 3986 §3.2.2): groups of hexadecimal digits, of which one `::`
/// may stand for some zeros. The form with an IPv4 address at its end is not taken.
enum IPv6Text {
    static func isAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        let counts = halves.map(groupCount)
        guard !counts.contains(nil) else { return false }
        let count = counts.reduce(0) { $0 + ($1 ?? 0) }
        return halves.count == 2 ? count <= 7 : count == 8
    }

    /// How many groups there are, none in an empty text; nil where one is no number of four digits.
    private static func groupCount(_ text: Substring) -> Int? {
        if text.isEmpty { return 0 }
        let groups = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return groups.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(isDigit) } ? groups.count : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { "0123456789abcdefABCDEF".utf8.contains(byte) }

    /// The same as a regular expression, without anchors.
    static let pattern: String = {
        let group = "[0-9A-Fa-f]{1,4}"
        let bothSides = (1...5).map { "(\(group):){1,\($0)}(:\(group)){1,\(7 - $0)}" }
        let forms =
            ["(\(group):){7}\(group)", "(\(group):){1,7}:", "(\(group):){1,6}:\(group)"] + bothSides
            + [":((:\(group)){1,7}|:)"]
        return "(" + forms.joined(separator: "|") + ")"
    }()
}
