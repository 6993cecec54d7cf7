/// What a page token holds, so that one of another list is refused.
struct PageToken: Codable {
    var resource: String
    var conditions: [ListQuery.Condition]
    var order: ListQuery.Order
    var position: ListQuery.Position

    init(
        resource: String, conditions: [ListQuery.Condition], order: ListQuery.Order, position: ListQuery.Position
    ) {
        self.resource = resource
        self.conditions = conditions
        self.order = order
        self.position = position
    }

    init?(_ text: String) {
        guard let bytes = HexBytes(text)?.bytes, let json = try? JSONValue(parsing: bytes),
            let token: PageToken = try? json.decoded()
        else { return nil }
        self = token
    }

    var text: String {
        guard let json = try? JSONValue(self) else { return "" }
        return HexBytes(bytes: Array(json.data)).text
    }
}

/// Bytes as hexadecimal digits: safe in every URL without escapes.
private struct HexBytes {
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        bytes = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
    }

    var text: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
