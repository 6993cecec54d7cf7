/// Frames of HTTP/2 byte by byte (RFC 9113 §4.1): for what no client would do.
enum RawHTTP2 {
    static let data: UInt8 = 0
    static let reset: UInt8 = 3

    /// What a client sends that asks once and then says nothing more, so that no window is ever opened again.
    static func get(_ path: String, authorization: String) -> [UInt8] {
        // HPACK (RFC 7541): two names with their values, and names with values behind them.
        let fields: [UInt8] =
            [0x82, 0x87] + literal([0x04], path) + literal([0x01], "here")
            + literal([0x0f, 0x08], authorization)
        return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4, flags: 0, stream: 0, [])
            + frame(type: 1, flags: 0x5, stream: 1, fields)
    }

    /// The types of all whole frames, in order.
    static func types(in bytes: [UInt8]) -> [UInt8] {
        var types: [UInt8] = []
        var start = 0
        while start + 9 <= bytes.count {
            let length = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
            guard start + 9 + length <= bytes.count else { break }
            types.append(bytes[start + 3])
            start += 9 + length
        }
        return types
    }

    /// A field whose value has fewer than 127 bytes.
    private static func literal(_ name: [UInt8], _ value: String) -> [UInt8] {
        name + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    private static func frame(type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xff), type, flags, 0, 0, 0, stream] + payload
    }
}
