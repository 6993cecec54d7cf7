/// Reads one JSON text (RFC 8259, UTF-8 only) in a single pass.
///
/// By hand, because every body and every stored JSON column passes here, and a general decoder has to guess the kind of
/// each value by trying. It never traps: what is not JSON is an error, and so is what lies too deep for the stack.
struct JSONReader {
    /// Arrays and objects inside each other. What the API takes is bounded far below this, in `Limits`.
    private static let depthMax = 512

    struct SyntaxError: Error {
        var message: String
        /// Where it was met, in bytes.
        var offset: Int
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        // A byte order mark may be ignored (§8.1).
        if self.bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    }

    /// The one value of the text.
    mutating func document() throws(SyntaxError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw error("something follows the value") }
        return value
    }

    private mutating func value() throws(SyntaxError) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try nested { reader throws(SyntaxError) in try reader.object() })
        case UInt8(ascii: "["): return .array(try nested { reader throws(SyntaxError) in try reader.array() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested<Value>(
        _ read: (inout JSONReader) throws(SyntaxError) -> Value
    ) throws(SyntaxError) -> Value {
        guard depth < Self.depthMax else { throw error("it is nested too deeply") }
        depth += 1
        offset += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(SyntaxError) -> JSONObject {
        var object: JSONObject = [:]
        if take(UInt8(ascii: "}")) { return object }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a name must be a string") }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw error("a name must be followed by a colon") }
            let value = try value()
            // Of a name that comes twice the first one counts.
            if object[name] == nil { object[name] = value }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("an object must end") }
        return object
    }

    private mutating func array() throws(SyntaxError) -> [JSONValue] {
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        repeat { values.append(try value()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("an array must end") }
        return values
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(SyntaxError) -> JSONValue {
        let end = offset + text.utf8CodeUnitCount
        let isThere = text.withUTF8Buffer { end <= bytes.count && bytes[offset..<end].elementsEqual($0) }
        guard isThere else { throw error("a value must stand here") }
        offset = end
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(SyntaxError) -> JSONValue {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        guard let first = next, isDigit(first) else { throw error("a value must stand here") }
        offset += 1
        // A 0 stands alone: digits after it are met as something that follows the value.
        if first != UInt8(ascii: "0") { skipDigits() }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            try requireDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try requireDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw error("a number is too large") }
        return Int64(exactly: number).map { .int($0) } ?? .double(number)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipDigits() {
        while let byte = next, isDigit(byte) { offset += 1 }
    }

    private mutating func requireDigits() throws(SyntaxError) {
        guard let byte = next, isDigit(byte) else { throw error("a digit must stand here") }
        skipDigits()
    }

    // MARK: Strings

    private mutating func string() throws(SyntaxError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        // Most strings have no escape and are taken as they stand.
        var text = Array(bytes[start..<offset])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character must be escaped") }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                text += try escape()
            } else {
                text.append(byte)
            }
        }
        guard next == UInt8(ascii: "\"") else { throw error("a string must end") }
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return string
    }

    /// The bytes that an escape stands for; the backslash was read.
    private mutating func escape() throws(SyntaxError) -> [UInt8] {
        guard let byte = next else { throw error("a string must end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw error("this is no escape")
        }
    }

    /// A character by its code; one beyond 0xffff comes as two (§7).
    private mutating func scalar() throws(SyntaxError) -> Character {
        var code = try hexadecimal()
        if (0xd800..<0xdc00).contains(code), next == UInt8(ascii: "\\") {
            offset += 1
            guard next == UInt8(ascii: "u") else { throw error("half of a character stands alone") }
            offset += 1
            let low = try hexadecimal()
            guard (0xdc00..<0xe000).contains(low) else { throw error("half of a character stands alone") }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a character stands alone") }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(SyntaxError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("four hexadecimal digits must stand here")
            }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }

    // MARK: Bytes

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    /// Goes past a byte, and the space before it, if it is the next one.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private func error(_ message: String) -> SyntaxError { SyntaxError(message: message, offset: offset) }
}
