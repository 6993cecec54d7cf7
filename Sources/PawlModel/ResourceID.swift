/// The id of a resource: three letters for its kind, an underscore, and a UUIDv7 in Crockford base32.
///
/// Ids sort by the millisecond they were made in, as text and as values. `ast_06f3k…` names an asset.
public struct ResourceID: Hashable, Sendable {
    /// The three letters of the prefix, one a byte, the first one highest.
    private let letters: UInt32
    // Two halves, because a struct with a UInt128 inside is aligned to 16 bytes: Swift 6.3.1 miscompiles async
    // functions that return one with many fields.
    private let high: UInt64
    private let low: UInt64

    /// - Parameters:
    ///   - prefix: Three lower-case letters.
    ///   - value: See `value`.
    public init(prefix: String, value: UInt128) {
        precondition(prefix.utf8.count == 3, "a prefix has three letters")
        letters = prefix.utf8.reduce(0) { $0 << 8 | UInt32($1) }
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    /// Three lower-case letters that name the kind, such as `ast`.
    public var prefix: String {
        String(decoding: [16, 8, 0].map { UInt8(truncatingIfNeeded: letters >> $0) }, as: UTF8.self)
    }

    /// The UUIDv7 (RFC 9562 §5.7) as one big-endian number.
    public var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Makes a new id: 48 bits of `now` in milliseconds, and 74 random bits.
    public init(prefix: String, now: Timestamp, random: inout some RandomNumberGenerator) {
        let milliseconds = UInt128(UInt64(max(0, now.microseconds / 1000)) & 0xffff_ffff_ffff)
        let high = UInt128(UInt16.random(in: 0...0xfff, using: &random))
        let low = UInt128(UInt64.random(in: 0...(1 << 62 - 1), using: &random))
        self.init(
            prefix: prefix,
            value: milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
    }

    /// Reads `prefix_26digits`, or returns nil. When `kind` is given, another prefix is refused too.
    public init?(_ text: some StringProtocol, kind: String? = nil) {
        let bytes = Array(text.utf8)
        guard bytes.count == 30, bytes[3] == UInt8(ascii: "_"),
            bytes[0..<3].allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        let prefix = String(decoding: bytes[0..<3], as: UTF8.self)
        guard kind == nil || kind == prefix else { return nil }
        // 26 digits carry 130 bits; the first one has only three of its own.
        guard let first = Self.digitValues[Int(bytes[4])], first < 8 else { return nil }
        var value: UInt128 = 0
        for byte in bytes[4...] {
            guard let digit = Self.digitValues[Int(byte)] else { return nil }
            value = value << 5 | UInt128(digit)
        }
        self.init(prefix: prefix, value: value)
    }

    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let digitValues: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (index, digit) in digits.enumerated() { values[Int(digit)] = UInt8(index) }
        return values
    }()
}

extension ResourceID: CustomStringConvertible {
    public var description: String {
        var text = prefix + "_"
        for index in 0..<26 {
            let digit = Int(truncatingIfNeeded: value >> UInt128(5 * (25 - index))) & 31
            text.unicodeScalars.append(Unicode.Scalar(Self.digits[digit]))
        }
        return text
    }
}

extension ResourceID: Comparable {
    public static func < (left: ResourceID, right: ResourceID) -> Bool {
        (left.letters, left.high, left.low) < (right.letters, right.high, right.low)
    }
}

extension ResourceID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ResourceID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an id is three letters, an underscore and 26 base32 digits")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
