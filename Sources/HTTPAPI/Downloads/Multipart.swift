import PawlModel

/// The frame of a `multipart/byteranges` body (RFC 9110 §14.6), known to the byte before anything is read.
struct Multipart {
    let ranges: [Range<Int64>]
    private let size: Int64
    private let contentType: String
    /// Of the content's own root. No content holds the digest that is made of itself, so none can end a part early.
    private let boundary: String

    init(_ ranges: [Range<Int64>], size: Int64, contentType: String, root: Digest) {
        self.ranges = ranges
        self.size = size
        self.contentType = contentType
        boundary = "pawl-\(root.hex.prefix(40))"
    }

    var mediaType: String { "multipart/byteranges; boundary=\(boundary)" }

    /// What stands before the bytes of a range.
    func head(of range: Range<Int64>) -> String {
        """
        \r\n--\(boundary)\r
        Content-Type: \(contentType)\r
        Content-Range: \(range.contentRange(of: size))\r
        \r\n
        """
    }

    var end: String { "\r\n--\(boundary)--\r\n" }

    /// Of the whole body, in bytes.
    var length: Int64 {
        ranges.reduce(Int64(end.utf8.count)) { $0 + Int64(head(of: $1).utf8.count + $1.count) }
    }
}

extension Range<Int64> {
    /// As `Content-Range` says it (RFC 9110 §14.4).
    func contentRange(of size: Int64) -> String { "bytes \(lowerBound)-\(upperBound - 1)/\(size)" }
}
