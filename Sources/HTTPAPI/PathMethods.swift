import HTTPTypes

/// Which methods each path takes: for OPTIONS, and for the 405 that any other method gets (RFC 9110 §15.5.6).
struct PathMethods: Sendable {
    /// By the path as endpoints declare it.
    let byPath: [String: Methods]

    struct Methods: Sendable {
        /// The value of the `Allow` header.
        let allow: String
        private let patterns: [Segment]
        /// Whether the last pattern stands for all segments from there on.
        private let hasRest: Bool

        init(_ path: String, _ endpoints: [Endpoint]) {
            var methods = Set(endpoints.map(\.method)).union([.options])
            if methods.contains(.get) { methods.insert(.head) }
            allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
            patterns = path.split(separator: "/").map(Segment.init)
            hasRest = path.hasSuffix(Endpoint.rest)
        }

        func match(_ segments: [Substring]) -> Bool {
            let fixed = hasRest ? patterns.dropLast() : patterns[...]
            return (hasRest ? segments.count > fixed.count : segments.count == fixed.count)
                && zip(fixed, segments).allSatisfy { $0.matches($1) }
        }
    }

    init(_ endpoints: [Endpoint]) {
        byPath = Dictionary(grouping: endpoints, by: \.path).reduce(into: [:]) {
            $0[$1.key] = Methods($1.key, $1.value)
        }
    }

    /// The `Allow` of a requested path; nil when there is nothing at it.
    func allow(at path: String) -> String? {
        let segments = path.split(separator: "/")
        return byPath.first { $0.value.match(segments) }?.value.allow
    }
}

/// One segment of a declared path: fixed, `{id}`, or `{id}:verb`.
private struct Segment: Sendable {
    private let suffix: Substring
    private let isVariable: Bool

    init(_ text: Substring) {
        if text.hasPrefix("{"), let end = text.firstIndex(of: "}") {
            isVariable = true
            suffix = text[text.index(after: end)...]
        } else {
            isVariable = false
            suffix = text
        }
    }

    func matches(_ text: Substring) -> Bool {
        guard isVariable else { return text == suffix }
        // A colon begins a verb, so `{id}` alone does not match `key_…:revoke`.
        return suffix.isEmpty ? !text.contains(":") : text.count > suffix.count && text.hasSuffix(suffix)
    }
}
