import HTTPTypes
import Hummingbird

extension APIRequest {
    /// The scheme and authority by which the client has reached the daemon, or a proxy before it; empty where it does not
    /// say, and a relative URL has to do.
    var origin: String {
        let (head, headers) = (request.head, request.headers)
        guard let authority = head.authority, (1...300).contains(authority.utf8.count),
            authority.utf8.allSatisfy({ Self.authorityBytes.contains($0) })
        else { return "" }
        // Of several proxies the first one is what the client has reached.
        let forwarded = headers[.forwardedProto]?.split(separator: ",").first?.trimmed.lowercased()
        let scheme = forwarded ?? head.scheme ?? "http"
        return ["http", "https"].contains(scheme) ? "\(scheme)://\(authority)" : ""
    }

    private static let authorityBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]".utf8)
}

extension HTTPField.Name {
    /// Set by proxies that end TLS.
    fileprivate static let forwardedProto = Self("X-Forwarded-Proto")!
}
