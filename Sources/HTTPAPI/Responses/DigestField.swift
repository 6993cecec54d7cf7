import Foundation
import PawlModel

/// A digest as `Repr-Digest` and `Content-Digest` have it (RFC 9530 §2, §3).
struct DigestField {
    let text: String

    init(_ sha256: Digest) {
        text = "sha-256=:\(Data(sha256.bytes).base64EncodedString()):"
    }
}
