package import NIOCore

/// Gives the bytes of a range run after run, and reads the next run while the last one is taken: two are in memory, and
/// no more.
package struct ContentStream: Sendable {
    private let source: Source

    init(_ reader: consuming ContentReader) {
        source = Source(reader)
    }

    /// The next run; nil at the end. One call at a time.
    package func next() async throws -> ByteBuffer? { try await source.next() }

    /// Hands every run that is left to `body`, in order. Where `body` fails, the read that runs beside it is waited for.
    package func forEach(_ body: (ByteBuffer) async throws -> Void) async throws {
        var run = try await source.next()
        while let bytes = run.take() {
            async let following = source.next()
            try await body(bytes)
            run = try await following
        }
    }

    /// Keeps the reader between two calls.
    private actor Source {
        /// Nil at the end, after an error, and while a call is under way.
        private var reader: ContentReader?

        init(_ reader: consuming ContentReader) {
            self.reader = consume reader
        }

        func next() async throws -> ByteBuffer? {
            guard var reader = reader.take() else { return nil }
            do {
                guard let bytes = try await reader.next() else {
                    await reader.close()
                    return nil
                }
                self.reader = consume reader
                return bytes
            } catch {
                await reader.close()
                throw error
            }
        }
    }
}
