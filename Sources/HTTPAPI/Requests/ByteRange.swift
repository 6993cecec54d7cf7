import PawlModel

/// What a `Range` header asks for (RFC 9110 §14).
enum ByteRange {
    /// What to send.
    enum Selection: Equatable {
        case whole
        case part(Range<Int64>)
        /// Two or more, in the order in which they were asked for.
        case parts([Range<Int64>])
        /// Nothing, because no part of what was asked for is there.
        case unsatisfiable
    }

    /// Reads `bytes=a-b`, `bytes=a-`, `bytes=-n` and lists of them.
    ///
    /// A header that cannot be read is ignored (§14.2): the whole is sent. So is one that asks for more ranges than
    /// `Limits.rangesMax`, as Apache does, or for more bytes than there are, as nginx does: whatever overlaps, an answer
    /// never has more bytes of the content than it has.
    static func selection(_ header: String?, size: Int64) -> Selection {
        guard let header, let specifiers = specifiers(header) else { return .whole }
        let ranges = specifiers.compactMap { $0.range(in: size) }
        // A suffix of nothing is all of it, and no Content-Range could say so.
        if size == 0, specifiers.contains(where: \.isSuffixWithBytes) { return .whole }
        switch ranges.count {
        case 0: return .unsatisfiable
        case 1: return .part(ranges[0])
        default:
            let total = ranges.reduce(into: (sum: Int64(0), isOver: false)) { total, range in
                let (sum, isOver) = total.sum.addingReportingOverflow(Int64(range.count))
                total = (sum, total.isOver || isOver)
            }
            return total.isOver || total.sum > size ? .whole : .parts(ranges)
        }
    }

    /// One member of a range set (§14.1.2).
    private enum Specifier {
        case from(Int64, through: Int64)
        case last(Int64)

        init?(_ text: Substring) {
            guard let dash = text.firstIndex(of: "-") else { return nil }
            let (first, last) = (text[..<dash], text[text.index(after: dash)...])
            guard first.utf8.allSatisfy(\.isDigit), last.utf8.allSatisfy(\.isDigit) else { return nil }
            // A number past 64 bits is past every size, too.
            switch (first.isEmpty, last.isEmpty) {
            case (true, true): return nil
            case (true, false): self = .last(Int64(last) ?? .max)
            case (false, true): self = .from(Int64(first) ?? .max, through: .max)
            case (false, false):
                let (start, end) = (Int64(first) ?? .max, Int64(last) ?? .max)
                guard start <= end else { return nil }
                self = .from(start, through: end)
            }
        }

        var isSuffixWithBytes: Bool {
            if case .last(let count) = self { count > 0 } else { false }
        }

        /// The bytes that are there; nil for none.
        func range(in size: Int64) -> Range<Int64>? {
            switch self {
            case .last(let count): count > 0 && size > 0 ? size - min(count, size)..<size : nil
            case .from(let start, let end): start < size ? start..<min(end, size - 1) + 1 : nil
            }
        }
    }

    /// The members of the range set; nil when there are none, too many, or one that is wrong.
    private static func specifiers(_ header: String) -> [Specifier]? {
        guard let equals = header.firstIndex(of: "="), header[..<equals].lowercased() == "bytes" else { return nil }
        let set = header[header.index(after: equals)...]
        // Empty members of a list are passed over (§5.6.1.2).
        let members = set.split(separator: ",").map { $0.trimmedSpaces }.filter { !$0.isEmpty }
        guard !members.isEmpty, members.count <= Limits.rangesMax else { return nil }
        let specifiers = members.compactMap { Specifier($0) }
        return specifiers.count == members.count ? specifiers : nil
    }
}

extension Substring {
    /// Without the white space that a list may have around its members (RFC 9110 §5.6.3).
    fileprivate var trimmedSpaces: Substring {
        let head = drop { $0 == " " || $0 == "\t" }
        return head.lastIndex { $0 != " " && $0 != "\t" }.map { head[...$0] } ?? head[head.endIndex...]
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}
