import Foundation

/// A rule for text beyond its length. Both ends check it: the client for a quick answer, the server for good.
public enum TextRule: String, Sendable, CaseIterable {
    /// `[a-z0-9-]`, not at the ends a dash: names a game in URLs and commands.
    case slug
    /// A path of DESIGN's rules: see `assetPathViolation`.
    case assetPath
    /// `[a-z0-9][a-z0-9._-]*`: names a channel.
    case channelName
    /// `type/subtype` of RFC 9110 §8.3.1, with parameters.
    case mediaType
    /// `[A-Za-z0-9][A-Za-z0-9._-]*`: names a thing in the studio's own systems or in a game's code.
    case sku
    /// `[a-z][a-z0-9_]*`: names a column.
    case snakeCase
    /// One `@` between two runs without spaces: whether mail arrives only sending some can tell.
    case email
    /// The shape of a language tag of BCP 47: `en`, `pt-BR`, `zh-Hant-TW`.
    case locale
    /// The shape of a name in the IANA time zone database: `UTC`, `Europe/Berlin`, `Etc/GMT+1`.
    case timeZone
    /// `http` or `https`, a host, maybe a port, a path and a query (RFC 3986); no user, whose password would be shown,
    /// and no fragment, which is never sent.
    case httpURL
    /// At least 24 printable ASCII characters without spaces: the least that Standard Webhooks signs with.
    case secret
    /// A SHA-256: 64 lower-case hexadecimal digits.
    case sha256
    /// Printable ASCII with something in it beside spaces and the quotes that may stand around it.
    case idempotencyKey
    /// `*`, or entity tags with commas between them, each in its quotes (RFC 9110 §8.8.3); of ours none has a comma in it.
    case entityTags

    /// What is wrong with `text`, as the end of a sentence that begins with the field's name; nil when it keeps the rule.
    public func violation(in text: String) -> String? {
        switch self {
        case .slug:
            let legal = text.utf8.allSatisfy { $0.isLowerLetterOrDigit || $0 == UInt8(ascii: "-") }
            return legal && !text.isEmpty && !text.hasPrefix("-") && !text.hasSuffix("-")
                ? nil : "must be made of a-z, 0-9 and inner dashes"
        case .channelName:
            let legal = text.utf8.allSatisfy {
                $0.isLowerLetterOrDigit || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
            }
            return legal && text.utf8.first?.isLowerLetterOrDigit == true
                ? nil : "must begin with a-z or 0-9 and be made of a-z, 0-9, '.', '_' and '-'"
        case .sku:
            return text.utf8.first?.isLetterOrDigit == true && text.utf8.allSatisfy { $0.isLetterOrDigit(or: "._-") }
                ? nil : "must begin with a letter or digit and be made of A-Z, a-z, 0-9, '.', '_' and '-'"
        case .snakeCase:
            let begins = text.utf8.first.map { $0.isLowerLetterOrDigit && !$0.isDigit } ?? false
            return begins && text.utf8.allSatisfy { $0.isLowerLetterOrDigit || $0 == UInt8(ascii: "_") }
                ? nil : "must begin with a-z and be made of a-z, 0-9 and '_'"
        case .email:
            let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains { $0 <= 0x20 || $0 == 0x7f } }
                ? nil : "must be an e-mail address such as name@example.com"
        case .locale:
            return Self.isLocale(text) ? nil : "must be a language tag such as en or pt-BR"
        case .timeZone:
            return Self.isTimeZone(text) ? nil : "must be a time zone such as UTC or Europe/Berlin"
        case .httpURL:
            return Self.isHTTPURL(text)
                ? nil : "must be a URL that begins with http:// or https://, without a user and without a fragment"
        case .secret:
            return text.utf8.count >= 24 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
                ? nil : "must be at least 24 characters of ASCII without spaces"
        case .sha256:
            return text.utf8.count == 64 && text.utf8.allSatisfy { $0.isDigit || "abcdef".utf8.contains($0) }
                ? nil : "must be a SHA-256 of 64 lower-case hexadecimal digits"
        case .idempotencyKey:
            return text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
                && text.utf8.contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\"") }
                ? nil : "must be printable ASCII, and not empty"
        case .entityTags:
            let tags = text.utf8.split(separator: UInt8(ascii: ",")).map(\.withoutSpaces).filter { !$0.isEmpty }
            return text == "*" || !tags.isEmpty && tags.allSatisfy(\.isEntityTag)
                ? nil : "must be * or an ETag in its quotes, such as \"1\""
        case .mediaType:
            let parts = text.prefix { $0 != ";" }.split(separator: "/", omittingEmptySubsequences: false)
            // It becomes a header of every download, so a line break in a parameter would be one more header.
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isMediaTypeCharacter) }
                && text.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
                ? nil : "must be a media type such as application/zip"
        case .assetPath:
            return Self.assetPathViolation(text)
        }
    }

    private static func isLocale(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let language = parts.first, (2...8).contains(language.count) else { return false }
        return language.allSatisfy { $0.isLetterOrDigit && !$0.isDigit }
            && parts.dropFirst().allSatisfy { (1...8).contains($0.count) && $0.allSatisfy(\.isLetterOrDigit) }
    }

    private static func isTimeZone(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isLetterOrDigit, !first.isDigit else { return false }
        return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetterOrDigit(or: "_+-") } }
    }

    private static func isHTTPURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.utf8.starts(with: $0.utf8) }) else {
            return false
        }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        return isAuthority(authority)
            && rest.dropFirst(authority.count).allSatisfy { $0.isLetterOrDigit(or: "._~:/?@!$&'()*+,;=%-") }
    }

    /// A name, an IPv4 address or an IPv6 address in brackets, and maybe a port behind it.
    private static func isAuthority(_ authority: Substring.UTF8View) -> Bool {
        var host = authority
        var port: Substring.UTF8View?
        let end = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        if let colon = authority[end...].lastIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        if let port, !(1...5).contains(port.count) || !port.allSatisfy(\.isDigit) { return false }
        guard host.first == UInt8(ascii: "[") else {
            return !host.isEmpty && host.allSatisfy { $0.isLetterOrDigit(or: "._-") }
        }
        let address = host.dropFirst().dropLast()
        return host.last == UInt8(ascii: "]") && IPv6Text.isAddress(String(Substring(address)))
    }

    /// Asset paths are relative and NFC, without empty, `.` or `..` segments, without `:`, which the commands use for
    /// channels, and without a last segment that ends in `@` and digits, which they use for version numbers.
    private static func assetPathViolation(_ path: String) -> String? {
        guard !path.isEmpty else { return "must not be empty" }
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }) else {
            return "must not contain control characters"
        }
        // Byte by byte: to a Character, a '/' with a combining mark behind it is another letter; to a disk it is not.
        let bytes = Array(path.utf8)
        guard !bytes.contains(UInt8(ascii: ":")) else { return "must not contain ':'" }
        for segment in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if segment.isEmpty { return "must not begin or end with '/', nor contain '//'" }
            if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
                return "must not contain '.' or '..' as a segment"
            }
        }
        if let at = bytes.lastIndex(of: UInt8(ascii: "@")) {
            let digits = bytes[(at + 1)...]
            if !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) {
                return "must not end in '@' and digits: that names a version"
            }
        }
        guard path.unicodeScalars.elementsEqual(path.precomposedStringWithCanonicalMapping.unicodeScalars) else {
            return "must be in Unicode normalization form C"
        }
        return nil
    }
}

extension Substring.UTF8View {
    fileprivate var withoutSpaces: Self {
        let head = drop { $0 == UInt8(ascii: " ") }
        return head.lastIndex { $0 != UInt8(ascii: " ") }.map { head[...$0] } ?? head
    }

    fileprivate var isEntityTag: Bool {
        let tag = starts(with: "W/".utf8) ? dropFirst(2) : self
        return tag.count >= 2 && tag.first == UInt8(ascii: "\"") && tag.last == UInt8(ascii: "\"")
            && tag.dropFirst().dropLast().allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }
    }
}

extension UInt8 {
    fileprivate var isLowerLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }

    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLetterOrDigit: Bool {
        isLowerLetterOrDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }

    fileprivate func isLetterOrDigit(or others: String) -> Bool {
        isLetterOrDigit || others.utf8.contains(self)
    }

    /// A `tchar` of RFC 9110 §5.6.2, less those that no registered type uses.
    fileprivate var isMediaTypeCharacter: Bool {
        isLowerLetterOrDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || "!#$&-^_.+".utf8.contains(self)
    }
}
