import PawlModel

/// One range of a `Range` header (RFC 9110 §14.1.2).
enum ByteRange {
    /// What to send: all of it, a part, or nothing because no part of the range is there.
    enum Selection: Equatable {
        case whole
        case part(Range<Int64>)
        case unsatisfiable
    }

    /// Reads `bytes=a-b`, `bytes=a-` and `bytes=-n`. Anything else, several ranges among it, is ignored, as the RFC
    /// allows: the whole is sent.
    static func selection(_ header: String?, size: Int64) -> Selection {
        guard let header, let equals = header.firstIndex(of: "="), header[..<equals].trimmed.lowercased() == "bytes"
        else { return .whole }
        let range = header[header.index(after: equals)...].trimmed
        guard let dash = range.firstIndex(of: "-"), !range.contains(",") else { return .whole }
        let first = range[..<dash].trimmed
        let last = range[range.index(after: dash)...].trimmed
        guard first.utf8.allSatisfy(\.isDigit), last.utf8.allSatisfy(\.isDigit), !(first.isEmpty && last.isEmpty) else {
            return .whole
        }
        if first.isEmpty {
            // A number past 64 bits is past every size, too.
            let count = min(Int64(last) ?? .max, size)
            return count == 0 ? .unsatisfiable : .part(size - count..<size)
        }
        guard let start = Int64(first), start < size else { return .unsatisfiable }
        let end = last.isEmpty ? size - 1 : min(Int64(last) ?? .max, size - 1)
        return start <= end ? .part(start..<end + 1) : .whole
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
}
