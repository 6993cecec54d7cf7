internal import Foundation

/// Where a server is: scheme, host and port, perhaps with a path before `/v1`, as a reverse proxy may have it.
struct ServerAddress: Sendable {
    /// Without a `/` at its end.
    let text: String

    init(_ text: String) throws {
        var base = text.trimmingCharacters(in: .whitespacesAndNewlines)
        while base.hasSuffix("/") { base.removeLast() }
        guard let url = URL(string: base), let scheme = url.scheme, ["http", "https"].contains(scheme.lowercased()),
            let host = url.host, !host.isEmpty, url.query == nil, url.fragment == nil
        else {
            throw ClientError(
                .badAddress, "'\(text)' is not the address of a server.",
                advice: "Write it like http://127.0.0.1:7420.")
        }
        self.text = base
    }

    /// The URL of a route below it; names and values of the query are escaped here.
    func url(_ path: String, query: [(name: String, value: String)] = []) -> String {
        let pairs = query.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }
        return text + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Everything but the unreserved characters of RFC 3986 §2.3 is escaped, so that no value can break out.
    private static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
