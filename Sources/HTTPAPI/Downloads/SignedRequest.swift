import Catalog
import Hummingbird
import PawlModel

/// What a request claims whose query has a signature.
struct SignedRequest {
    let target: SignedURLs.Target
    let signature: String

    /// Nil for a query without a signature, where the rest of one means nothing, and must be well formed all the same.
    init?(_ request: Request) throws(Problem) {
        let query = QueryParameters(request.uri.query ?? "")
        let expires = query["expires"].map { text in Int64(text).flatMap { String($0) == text && $0 >= 0 ? $0 : nil } }
        guard let signature = query["signature"] else {
            if let expires, expires == nil { throw .malformedQuery("expires", "must be seconds since 1970") }
            return nil
        }
        self.signature = signature
        // Of what is read, whatever else stands in the URL: so a signature covers all that it opens. A row has three
        // segments; behind it come its content, its metalink, its entries and each of their paths.
        target = SignedURLs.Target(
            row: request.uri.path.split(separator: "/").prefix(3).map { "/" + $0 }.joined(),
            selector: Self.selector(version: query["version"], channel: query["channel"]),
            expires: expires.flatMap(\.self) ?? 0)
    }

    /// How a target names the version that was chosen.
    static func selector(version: String?, channel: String?) -> String {
        [version.map { "version=\($0)" }, channel.map { "channel=\($0)" }].compactMap(\.self).joined(separator: "&")
    }
}
