import HTTPTypes
import PawlModel
import RawStructuredFieldValues

/// The digests that come with a request (RFC 9530). Those of algorithms that are not known are left alone, as §5 says.
extension HTTPFields {
    /// What the body of the request has: `Content-Digest`.
    func contentDigests() throws(Problem) -> [Checksum] {
        try digests(.contentDigest, [("sha-256", .sha256), ("sha-512", .sha512)])
    }

    /// The SHA-256 of the whole content: `Repr-Digest`.
    func representationDigest() throws(Problem) -> Digest? {
        try digests(.reprDigest, [("sha-256", .sha256)]).first.flatMap { Digest(bytes: $0.bytes) }
    }

    /// Whether `Want-Repr-Digest` asks for a SHA-256: a weight of 0 says that it is not wanted (§4).
    var wantsRepresentationDigest: Bool {
        let wishes = members(["sha-256"], of: .wantReprDigest) { (item: RFC9651BareItem) -> Int64? in
            guard case .integer(let weight) = item else { return nil }
            return weight
        }
        return (wishes?.first?.value ?? 0) > 0
    }

    /// Throws for a value that no content can have: it is a mistake, and must not pass for a digest that was proven.
    private func digests(
        _ name: HTTPField.Name, _ known: [(key: String, algorithm: Checksum.Algorithm)]
    ) throws(Problem) -> [Checksum] {
        let members = members(known.map(\.key), of: name) { (item: RFC9651BareItem) -> String? in
            guard case .undecodedByteSequence(let text) = item else { return nil }
            return text
        }
        var checksums: [Checksum] = []
        for (key, text) in members ?? [] {
            guard let algorithm = known.first(where: { $0.key == key })?.algorithm else { continue }
            guard let bytes = Base64.bytes(text), bytes.count == algorithm.byteCount else {
                throw Problem(
                    .malformedRequest, "\(name.rawName): \(key) has \(algorithm.byteCount) bytes, in base64.")
            }
            checksums.append(Checksum(algorithm, bytes))
        }
        return checksums
    }
}
