import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

/// The conditional headers of RFC 9110 §13.
enum Conditions {
    /// The entity tags of a header: nil for `*`.
    static func tags(_ header: String) -> [String]? {
        if header.trimmed == "*" { return nil }
        return header.split(separator: ",").map(\.trimmed)
    }

    static func etag(revision: JSONValue?) -> String { "\"\(revision?.int ?? 0)\"" }

    /// What `If-Match` says about the revision of a row. A strong tag never equals a weak one (§8.8.3.2).
    static func revisionMatch(of request: Request) throws(Problem) -> RevisionMatch {
        guard let header = request.headers[.ifMatch] else {
            throw Problem(
                .preconditionRequired,
                "Send If-Match with the ETag that you last read, so that nobody's change is lost; '*' for any.")
        }
        guard let tags = tags(header) else { return .any }
        return .revisions(tags.compactMap { $0.unquoted.flatMap { Int64($0) } })
    }

    /// Whether `If-None-Match` names `etag`, so that 304 is the answer. It compares weakly (§8.8.3.2).
    static func isUnchanged(_ request: Request, etag: String) -> Bool { isUnchanged(request.headers, etag: etag) }

    static func isUnchanged(_ headers: HTTPFields, etag: String) -> Bool {
        guard let header = headers[.ifNoneMatch] else { return false }
        guard let tags = tags(header) else { return true }
        return tags.contains { ($0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0) == etag }
    }
}

extension APIRequest {
    /// A row with the ETag of its revision; 304 for who has that one.
    func response(_ row: JSONValue, revision: JSONValue?) -> Response {
        let etag = Conditions.etag(revision: revision)
        if Conditions.isUnchanged(request, etag: etag) {
            return Response(status: .notModified, headers: [.eTag: etag])
        }
        var response = Response(status: .ok, json: row)
        response.headers[.eTag] = etag
        return response
    }
}

extension StringProtocol {
    var trimmed: String {
        let head = drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }

    /// The text between two quotes.
    var unquoted: String? {
        guard count >= 2, first == "\"", last == "\"" else { return nil }
        return String(dropFirst().dropLast())
    }
}
