import Crypto
import Foundation
package import Metadata
package import PawlModel

/// URLs that work without a key until they expire, signed with the keys of players' tokens.
///
/// Such a URL is a capability: whoever has it may read what it names, whatever becomes of the key or the player that
/// asked for it. So it names one thing, and `Limits.signedURLLifetimes` keeps it short.
package struct SignedURLs: Sendable {
    private let writePath: WritePath

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// What a signature covers: no method, so that HEAD and ranges work, and nothing behind the row, so that the metalink of
    /// the same content and the files of a directory do.
    package struct Target: Hashable, Sendable {
        /// The path of the row, such as `/v1/versions/ver_…`.
        package var row: String
        /// What chooses the version, such as `channel=live`; empty for none.
        package var selector: String
        /// Seconds since 1970.
        package var expires: Int64

        package init(row: String, selector: String = "", expires: Int64) {
            self.row = row
            self.selector = selector
            self.expires = expires
        }

        /// No token begins like this, so neither signature can pass for the other.
        fileprivate var signedBytes: Data { Data("pawl url 1\n\(row)\n\(selector)\n\(expires)".utf8) }
    }

    /// The values of `expires` and `signature` that open a target, as they stand in a query.
    package func query(for target: Target) async throws -> String {
        let key = try await signingKey()
        let code = HMAC<SHA256>.authenticationCode(
            for: target.signedBytes, using: SymmetricKey(data: key.secret))
        return "expires=\(target.expires)&signature=\(key.id).\(Data(code).base64URL)"
    }

    /// The moment at which a URL for so many seconds from now expires.
    package func expiry(after lifetime: Int64) -> Timestamp {
        Timestamp(microseconds: (writePath.ambient.now().microseconds / 1_000_000 + lifetime) * 1_000_000)
    }

    /// Throws unless the signature is one of the target's, and in time. Whoever has no signature learns nothing else.
    package func prove(_ target: Target, signature: String) async throws {
        let refusal = Problem(
            .badSignature, "This URL was not signed here, or something in it was changed: ask for a new one.")
        let parts = signature.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = ResourceID(String(parts[0]), kind: TokenKeys.idPrefix),
            let code = Data(base64URL: parts[1]), code.base64URL == parts[1],
            let key = try await writePath.database.read({ try TokenKeys($0).key(id) }),
            // In a time that does not depend on where they differ.
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: target.signedBytes, using: SymmetricKey(data: key.secret))
        else { throw refusal }
        let now = writePath.ambient.now().microseconds / 1_000_000
        guard now < target.expires else { throw Problem(.urlExpired, "This URL has expired: ask for a new one.") }
    }

    private func signingKey() async throws -> TokenKey {
        if let key = try await writePath.database.read({ try TokenKeys($0).signing() }) { return key }
        _ = try await writePath.apply(by: .daemon) { writer in
            _ = try PlayerTokens.signingKey(in: writer)
            return Answer(.done)
        }
        return try await signingKey()
    }
}

extension Caller {
    /// Whoever has a signed URL: may read what it names, and the daemon asks nothing else of her.
    package static let signedURL = Caller(id: nil, scopes: [.assetsRead], gameID: nil)
}
