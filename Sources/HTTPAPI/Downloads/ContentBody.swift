import Hummingbird
import NIOCore
import PawlModel
import Transfers

/// The body of a download: some ranges of a content, framed where there are several.
///
/// What is damaged at its start is a problem; further on it breaks the response off, so that the client sees too few
/// bytes, and gets the problem when it asks for the rest.
struct ContentBody: Sendable {
    /// Of the whole body, in bytes.
    let length: Int64
    private let parts: [Part]
    private let end: String
    private let content: Downloads.Content
    private let downloads: Downloads

    private struct Part: Sendable {
        var head: String
        var range: Range<Int64>
    }

    init(ranges: [Range<Int64>], of content: Downloads.Content, _ downloads: Downloads) {
        length = ranges.reduce(0) { $0 + Int64($1.count) }
        parts = ranges.map { Part(head: "", range: $0) }
        end = ""
        self.content = content
        self.downloads = downloads
    }

    init(_ multipart: Multipart, of content: Downloads.Content, _ downloads: Downloads) {
        length = multipart.length
        parts = multipart.ranges.map { Part(head: multipart.head(of: $0), range: $0) }
        end = multipart.end
        self.content = content
        self.downloads = downloads
    }

    /// The body as it is read.
    ///
    /// - Parameter loop: The connection's. Between two writes it has its turn, while the next run is read: it says whether
    ///   the line takes more, and until it has, on a busy machine, any number of writes would be taken into memory.
    func streamed(on loop: any EventLoop) async throws -> ResponseBody {
        let first = downloads.stream(parts[0].range, of: content)
        let beginning = try await first.next()
        return ResponseBody(contentLength: Int(length)) { writer in
            var turn = loop.makeSucceededVoidFuture()
            for (index, part) in parts.enumerated() {
                if !part.head.isEmpty { try await writer.write(ByteBuffer(string: part.head)) }
                let stream = index == 0 ? first : downloads.stream(part.range, of: content)
                if index == 0, let beginning { try await writer.write(beginning) }
                try await stream.forEach { run in
                    try await turn.get()
                    try await writer.write(run)
                    turn = loop.submit {}
                }
            }
            if !end.isEmpty { try await writer.write(ByteBuffer(string: end)) }
            try await writer.finish(nil)
        }
    }

    /// All of it in memory.
    func collected() async throws -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(Int(length))
        for part in parts {
            bytes.writeString(part.head)
            let stream = downloads.stream(part.range, of: content)
            while let run = try await stream.next() { bytes.writeImmutableBuffer(run) }
        }
        bytes.writeString(end)
        return bytes
    }
}
