import TestKit

/// One random request for a part of a content, and what a plain reading of RFC 9110 expects of it.
///
/// Written independently of the daemon's own reading: everything is looked up in an array of bytes.
struct RangeCase {
    /// The header fields of the request.
    private(set) var headers: [String: String] = [:]
    private(set) var expectation: Expectation

    enum Expectation: Equatable {
        case whole
        case notModified
        case failed
        case part(ClosedRange<Int>)
        case parts([ClosedRange<Int>])
        case unsatisfiable
    }

    init(size: Int, etag: String, date: String, _ random: inout SeededGenerator) {
        expectation = .whole
        let isReadable = addRange(size: size, &random)
        addConditions(etag: etag, date: date, isReadable: isReadable, &random)
    }

    // MARK: Range

    /// Returns whether the header is one; then `expectation` is what it asks for.
    private mutating func addRange(size: Int, _ random: inout SeededGenerator) -> Bool {
        guard Int.random(in: 0..<40, using: &random) > 0 else { return false }
        if Int.random(in: 0..<15, using: &random) == 0 {
            headers["Range"] = [
                "bytes=5-2", "bytes=", "bytes=-", "bytes=,", "bytes=a-b", "lines=1-2", "bytes 1-2", "bytes=+1-2", "0-5",
                "bytes=1-2;3-4", "bytes=0-1,7-3", "bytes=--1", "bytes=1--2", "bytes=0x1-2", "bytes=1.5-2", "=", "bytes",
            ].randomElement(using: &random)
            return false
        }
        let count = [1, 1, 1, 1, 2, 2, 3, 5, 20, 101].randomElement(using: &random) ?? 1
        let members = (0..<count).map { _ in Member(size: size, isShort: count > 1, &random) }
        var text = Bool.random(using: &random) ? "bytes=" : "Bytes="
        for (index, member) in members.enumerated() {
            text += index == 0 ? "" : [",", ", ", " ,\t", ",, "].randomElement(using: &random) ?? ","
            text += member.text
        }
        headers["Range"] = text
        let there = members.compactMap { $0.range(in: size) }
        let total = there.reduce(0) { $0 + $1.count }
        if count > 100 || (size == 0 && members.contains { $0.first == nil && $0.last != 0 }) {
            expectation = .whole
        } else if there.isEmpty {
            expectation = .unsatisfiable
        } else if there.count == 1 {
            expectation = .part(there[0])
        } else {
            expectation = total > size ? .whole : .parts(there)
        }
        return true
    }

    /// One member of a range set: `first-last`, `first-` or `-last`.
    private struct Member {
        var first: Int?
        var last: Int?
        var isHuge = false

        init(size: Int, isShort: Bool, _ random: inout SeededGenerator) {
            let start = Int.random(in: 0...size + (Bool.random(using: &random) ? 3 : 0), using: &random)
            let length = Int.random(in: 0...(isShort ? size / 12 : size), using: &random)
            switch Int.random(in: 0..<(isShort ? 12 : 5), using: &random) {
            case 0: first = start
            case 1: last = length
            case 2: (first, last, isHuge) = (start, start + length, true)
            default: (first, last) = (start, start + length)
            }
        }

        var text: String {
            "\(first.map(String.init) ?? "")-\(last.map(String.init) ?? "")\(isHuge ? "99999999999999999999" : "")"
        }

        func range(in size: Int) -> ClosedRange<Int>? {
            guard let first else {
                let count = min(last ?? 0, size)
                return count > 0 ? size - count...size - 1 : nil
            }
            guard first < size else { return nil }
            return first...(isHuge ? size - 1 : min(last ?? size - 1, size - 1))
        }
    }

    // MARK: Conditions

    private static let longAgo = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let farAhead = "Fri, 06 Nov 2093 08:49:37 GMT"

    private mutating func addConditions(
        etag: String, date: String, isReadable: Bool, _ random: inout SeededGenerator
    ) {
        func one(_ values: [String]) -> String? { values.randomElement(using: &random) }
        let isRare = Int.random(in: 0..<3, using: &random) > 0
        if isRare { return }
        // What the field is, and whether it holds.
        if Bool.random(using: &random) {
            let good = Bool.random(using: &random)
            headers["If-Range"] =
                good ? one([etag, date]) : one(["\"x\"", "W/" + etag, Self.longAgo, "nonsense", "*"])
            if !good, isReadable { expectation = .whole }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let good = Bool.random(using: &random)
            headers["If-None-Match"] = good ? one([etag, "*", "W/" + etag, "\"a\", \(etag)"]) : one(["\"x\"", "\"\""])
            if good { expectation = .notModified }
        } else if Int.random(in: 0..<4, using: &random) == 0 {
            let good = Bool.random(using: &random)
            headers["If-Modified-Since"] = good ? one([date, Self.farAhead]) : one([Self.longAgo, "nonsense"])
            if good { expectation = .notModified }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let good = Bool.random(using: &random)
            headers["If-Match"] = good ? one([etag, "*", "\"a\",\(etag)"]) : one(["\"x\"", "W/" + etag])
            if !good { expectation = .failed }
        } else if Int.random(in: 0..<4, using: &random) == 0 {
            let good = Bool.random(using: &random)
            headers["If-Unmodified-Since"] = good ? one([date, Self.farAhead, "nonsense"]) : Self.longAgo
            if !good { expectation = .failed }
        }
    }
}
