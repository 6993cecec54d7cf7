import HTTPTypes
import RawStructuredFieldValues

/// Whether a client wants a SHA-256 digest: `Want-Repr-Digest` and `Want-Content-Digest` (RFC 9530 §4).
enum WantedDigest {
    /// False only for who says so: no other digest is to be had, and one that nobody looks at does no harm.
    static func isWanted(_ name: HTTPField.Name, _ headers: HTTPFields) -> Bool {
        guard let header = headers[name] else { return true }
        var parser = StructuredFieldValueParser(Array(header.utf8))
        guard let preferences = try? parser.parseDictionaryFieldValue(), case .item(let item)? = preferences["sha-256"],
            case .integer(let weight) = item.rfc9651BareItem
        else { return true }
        return weight != 0
    }
}

extension HTTPField.Name {
    static let reprDigest = Self("Repr-Digest")!
    static let contentDigest = Self("Content-Digest")!
    static let wantReprDigest = Self("Want-Repr-Digest")!
    static let wantContentDigest = Self("Want-Content-Digest")!
}
