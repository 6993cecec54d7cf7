import Foundation
import PawlModel

/// What a client calls a file: one segment of a path that no terminal and no header stumbles over.
struct FileName: Hashable {
    let text: String

    /// Takes what stands behind the last separator, whichever system it came from; nil when nothing is left, or too much.
    init?(_ name: some StringProtocol) {
        let segment = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
        let scalars = segment.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
        let text = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
        guard !text.isEmpty, text != ".", text != "..", text.utf8.count <= Limits.fileNameMax else { return nil }
        self.text = text
    }

    /// Reads `Content-Disposition` (RFC 6266): `filename*` counts for more than `filename` (§4.3).
    init?(disposition field: String) {
        let parameters = Self.parameters(of: field)
        let extended = parameters["filename*"].flatMap(Self.decoded)
        guard let name = extended ?? parameters["filename"], let fileName = FileName(name) else { return nil }
        self = fileName
    }

    /// `name=value` behind semicolons; a value may stand in quotes, in which a backslash takes the next character as it is.
    private static func parameters(of field: String) -> [String: String] {
        var parameters: [String: String] = [:]
        var rest = field.drop { $0 != ";" }
        while rest.popFirst() != nil {
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop { $0 == " " }
            let value = rest.first == "\"" ? quoted(&rest) : bare(&rest)
            parameters[name.trimmingCharacters(in: .whitespaces).lowercased()] = value
            rest = rest.drop { $0 != ";" }
        }
        return parameters
    }

    private static func quoted(_ rest: inout Substring) -> String {
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            guard let next = character == "\\" ? rest.popFirst() : character else { break }
            value.append(next)
        }
        return value
    }

    private static func bare(_ rest: inout Substring) -> String {
        let value = rest.prefix { $0 != ";" }
        rest = rest.dropFirst(value.count)
        return value.trimmingCharacters(in: .whitespaces)
    }

    /// `UTF-8''…` with percent escapes (RFC 8187 §3.2.1). No other coding is in use.
    private static func decoded(_ value: String) -> String? {
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return String(parts[2]).removingPercentEncoding
    }
}
