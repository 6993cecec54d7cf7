import NIOCore

/// The length of the first line of a head, as it arrives.
struct FirstLine {
    /// In bytes, without its end.
    private(set) var count = 0
    private var hasEnded = false

    mutating func take(_ bytes: ByteBufferView) {
        guard !hasEnded else { return }
        // Empty lines before it are passed over (RFC 9112 §2.2).
        let line = count == 0 ? bytes.drop { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") } : bytes
        let end = line.firstIndex(of: UInt8(ascii: "\n"))
        hasEnded = end != nil
        count += line.distance(from: line.startIndex, to: end ?? line.endIndex)
    }
}
