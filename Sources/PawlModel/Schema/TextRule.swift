import Foundation

/// A rule for text beyond its length. Both ends check it: the client for a quick answer, the server for good.
public enum TextRule: String, Sendable {
    /// `[a-z0-9-]`, not at the ends a dash: names a game in URLs and commands.
    case slug
    /// A path of DESIGN's rules: see `assetPathViolation`.
    case assetPath
    /// `[a-z0-9][a-z0-9._-]*`: names a channel.
    case channelName
    /// `type/subtype` of RFC 9110 §8.3.1, with parameters.
    case mediaType

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

extension UInt8 {
    fileprivate var isLowerLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }

    /// A `tchar` of RFC 9110 §5.6.2, less those that no registered type uses.
    fileprivate var isMediaTypeCharacter: Bool {
        isLowerLetterOrDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || "!#$&-^_.+".utf8.contains(self)
    }
}
