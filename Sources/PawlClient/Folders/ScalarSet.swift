/// A bracket expression: `[a-z]`, `[!0-9]`, `[[:digit:]_]`.
struct ScalarSet: Sendable {
    private var ranges: [ClosedRange<UInt32>] = []
    private var isNegated = false

    /// Reads on behind the `[`; nil when there is no `]`.
    init?(reading rest: inout ArraySlice<Unicode.Scalar>) {
        if rest.first == "!" || rest.first == "^" {
            isNegated = true
            rest.removeFirst()
        }
        var isFirst = true
        while let scalar = rest.popFirst() {
            if scalar == "]", !isFirst { return }
            isFirst = false
            if scalar == "[", rest.first == ":", let end = rest.firstIndex(of: "]"), end - rest.startIndex >= 2,
                rest[end - 1] == ":"
            {
                let name = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<(end - 1)]))
                guard let named = Self.named[name] else { return nil }
                ranges += named
                rest = rest[(end + 1)...]
                continue
            }
            guard let low = Self.literal(scalar, &rest) else { return nil }
            if rest.first == "-", let next = rest.dropFirst().first, next != "]" {
                rest.removeFirst(2)
                guard let high = Self.literal(next, &rest) else { return nil }
                if low.value <= high.value { ranges.append(low.value...high.value) }
            } else {
                ranges.append(low.value...low.value)
            }
        }
        return nil
    }

    private static func literal(
        _ scalar: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>
    ) -> Unicode.Scalar? {
        scalar == "\\" ? rest.popFirst() : scalar
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    /// The classes of POSIX, in ASCII.
    private static let named: [String: [ClosedRange<UInt32>]] = [
        "digit": [48...57], "upper": [65...90], "lower": [97...122], "alpha": [65...90, 97...122],
        "alnum": [48...57, 65...90, 97...122], "xdigit": [48...57, 65...70, 97...102], "blank": [9...9, 32...32],
        "space": [9...13, 32...32], "cntrl": [0...31, 127...127], "graph": [33...126], "print": [32...126],
        "punct": [33...47, 58...64, 91...96, 123...126],
    ]
}
