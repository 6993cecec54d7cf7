import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import PawlModel

/// The body of a request, which a client that waits is told to send when the first of it is wanted (RFC 9110 §10.1.1): so
/// a body that is refused never comes.
struct ExpectedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let request: APIRequest
    /// Bytes at its start that are passed over.
    private let passed: Int64

    init(_ request: APIRequest, passing passed: Int64 = 0) {
        self.request = request
        self.passed = passed
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(request: request, left: passed)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let request: APIRequest
        fileprivate var left: Int64
        private var parts: RequestBody.AsyncIterator?

        fileprivate init(request: APIRequest, left: Int64) {
            self.request = request
            self.left = left
        }

        mutating func next() async throws -> ByteBuffer? {
            if parts == nil { parts = try await request.body().makeAsyncIterator() }
            while var bytes = try await parts?.next() {
                let count = Int(Swift.min(left, Int64(bytes.readableBytes)))
                bytes.moveReaderIndex(forwardBy: count)
                left -= Int64(count)
                if bytes.readableBytes > 0 { return bytes }
            }
            return nil
        }
    }
}
