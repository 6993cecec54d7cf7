import BlockFormat
import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

extension APIRequest {
    /// The `Idempotency-Key`, quoted or bare, with what it stands for; nil when none was sent and none is needed.
    func idempotency(
        payload: some Collection<UInt8>, isRequired: Bool = false
    ) throws(Problem) -> IdempotencyClaim? {
        guard let header = request.headers[.idempotencyKey] else {
            guard isRequired else { return nil }
            throw Problem(
                .idempotencyKeyRequired,
                "Send an Idempotency-Key, a new one for each new request: so a repeat gives nothing twice.")
        }
        let key = header.trimmed.unquoted ?? header.trimmed
        guard (1...Limits.idempotencyKeyMax).contains(key.count) else {
            throw Problem(.malformedRequest, "An Idempotency-Key has 1 to \(Limits.idempotencyKeyMax) characters.")
        }
        let digest = Digest(sha256Of: Array(payload))
        return IdempotencyClaim(
            key: key, route: "\(request.method.rawValue) \(request.uri.path)", fingerprint: digest)
    }
}
