extension JSONValue {
    /// The bytes of `text`, counted without making it.
    public var textSize: Int {
        switch self {
        case .null: 4
        case .bool(let truth): truth ? 4 : 5
        case .int(let number): String(number).utf8.count
        case .double: data.count
        case .string(let text): Self.size(of: text)
        // Brackets, and a comma before each element but the first.
        case .array(let values): values.reduce(1 + max(1, values.count)) { $0 + $1.textSize }
        case .object(let object):
            object.reduce(1 + max(1, object.count)) { $0 + Self.size(of: $1.key) + 1 + $1.value.textSize }
        }
    }

    private static func size(of text: String) -> Int {
        text.utf8.reduce(2) { size, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0a, 0x0c, 0x0d: size + 2
            case 0..<0x20: size + 6
            default: size + 1
            }
        }
    }
}
