/// One line of a `.pawlignore`, as gitignore(5) has it.
///
/// Paths are given relative to the directory of the file that the line stands in, by their segments.
package struct IgnorePattern: Sendable {
    /// Whether it takes back what an earlier line ignores (`!`).
    package let isNegated: Bool
    /// Whether it means directories only (`/` at the end).
    package let isForDirectories: Bool
    private let segments: [Segment]

    private enum Segment: Sendable {
        /// `**`: any number of directories, none among them.
        case directories
        case name([Piece])
    }

    private enum Piece: Sendable {
        case scalar(Unicode.Scalar)
        /// `?`
        case one
        /// `*`
        case many
        /// `[…]`
        case set(ScalarSet)
    }

    /// Reads a line; nil for one that says nothing: an empty one, a comment, or one that could never match.
    package init?(_ line: some StringProtocol) {
        var scalars = Array(line.unicodeScalars)
        if scalars.last == "\r" { scalars.removeLast() }
        while scalars.last == " ", scalars.dropLast().last != "\\" { scalars.removeLast() }
        guard let first = scalars.first, first != "#" else { return nil }
        isNegated = first == "!"
        if isNegated { scalars.removeFirst() }
        isForDirectories = scalars.last == "/"
        if isForDirectories { scalars.removeLast() }
        guard !scalars.isEmpty else { return nil }
        // With a `/` at its start or inside, it means one place; without, a name at any depth.
        var parts = scalars.split(separator: "/", omittingEmptySubsequences: false)
        var segments: [Segment] = []
        if parts.count == 1 { segments.append(.directories) } else if parts[0].isEmpty { parts.removeFirst() }
        for part in parts {
            guard !part.isEmpty else { return nil }
            if part.elementsEqual("**".unicodeScalars) {
                segments.append(.directories)
            } else {
                guard let pieces = Self.pieces(of: part) else { return nil }
                segments.append(.name(pieces))
            }
        }
        // `a/**` means all that is in `a`, and not `a` itself.
        if case .directories = segments[segments.count - 1] { segments.append(.name([.many])) }
        self.segments = segments
    }

    private static func pieces(of text: ArraySlice<Unicode.Scalar>) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = text
        while let scalar = rest.popFirst() {
            switch scalar {
            case "?": pieces.append(.one)
            case "*":
                // Two in a row say no more than one.
                if case .many? = pieces.last { continue }
                pieces.append(.many)
            case "[":
                guard let set = ScalarSet(reading: &rest) else { return nil }
                pieces.append(.set(set))
            case "\\":
                // fnmatch(3): a pattern that ends in a backslash matches nothing.
                guard let escaped = rest.popFirst() else { return nil }
                pieces.append(.scalar(escaped))
            default: pieces.append(.scalar(scalar))
            }
        }
        return pieces
    }

    // MARK: Matching

    package func matches(_ path: ArraySlice<[Unicode.Scalar]>, isDirectory: Bool) -> Bool {
        guard isDirectory || !isForDirectories else { return false }
        return Self.match(segments[...], path) { segment, name in
            guard case .name(let pieces) = segment else { return .run }
            return .one(
                Self.match(pieces[...], name[...]) { piece, scalar in
                    switch piece {
                    case .many: .run
                    case .one: .one(true)
                    case .scalar(let wanted): .one(wanted == scalar)
                    case .set(let set): .one(set.contains(scalar))
                    }
                } isRun: {
                    if case .many = $0 { true } else { false }
                })
        } isRun: {
            if case .directories = $0 { true } else { false }
        }
    }

    /// What an element of a pattern says of one of a text.
    private enum Verdict {
        /// It stands for exactly one, and for this one or not.
        case one(Bool)
        /// It stands for any number of them.
        case run
    }

    /// Whether a pattern matches all of a text. It only ever goes back to the last run, so no pattern takes exponential
    /// time.
    private static func match<Pattern, Element>(
        _ wholePattern: ArraySlice<Pattern>, _ wholeText: ArraySlice<Element>, _ verdict: (Pattern, Element) -> Verdict,
        isRun: (Pattern) -> Bool
    ) -> Bool {
        var (pattern, text) = (wholePattern, wholeText)
        // Behind the last run, and what it does not stand for so far.
        var retry: (pattern: ArraySlice<Pattern>, text: ArraySlice<Element>)?
        while let element = text.first {
            if let head = pattern.first {
                switch verdict(head, element) {
                case .run:
                    pattern = pattern.dropFirst()
                    retry = (pattern, text)
                    continue
                case .one(true):
                    pattern = pattern.dropFirst()
                    text = text.dropFirst()
                    continue
                case .one(false): break
                }
            }
            guard let last = retry else { return false }
            (pattern, text) = (last.pattern, last.text.dropFirst())
            retry = (pattern, text)
        }
        return pattern.allSatisfy(isRun)
    }
}
