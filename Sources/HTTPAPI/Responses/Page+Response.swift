import Foundation
import Hummingbird
import PawlModel

extension APIRequest {
    /// One page of a list, with the link to the next one (RFC 8288).
    func page(_ items: [JSONValue], nextToken: String?) -> Response {
        var body: JSONObject = ["items": .array(items)]
        body["next_page_token"] = nextToken.map { .string($0) }
        var response = Response(status: .ok, json: .object(body))
        if let nextToken {
            var query = queryParameters.all.filter { $0.name != "page_token" }.map {
                "\(Self.escape($0.name))=\(Self.escape($0.value))"
            }
            query.append("page_token=\(nextToken)")
            response.headers[.link] = "<\(request.uri.path)?\(query.joined(separator: "&"))>; rel=\"next\""
        }
        return response
    }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986 §2.3. Not Foundation's `alphanumerics`, which has letters of all scripts.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
