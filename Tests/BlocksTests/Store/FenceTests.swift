import Metadata
import NIOCore
import PawlModel
import TestKit
import Testing
import Transfers
import UploadDialects

/// A body that tells when somebody asks for its next part.
struct Watched<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable {
    typealias Element = Base.Element

    let base: Base
    let onNext: @Sendable () -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let onNext: @Sendable () -> Void

        mutating func next() async throws -> Base.Element? {
            onNext()
            return try await base.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), onNext: onNext)
    }
}

/// A client that lost its connection comes back before the daemon has noticed.
struct FenceTests {
    typealias Line = AsyncThrowingStream<ByteBuffer, any Error>

    /// A request that has its turn: it reads its body.
    private func start(
        _ line: Line, _ sender: Line.Continuation, to upload: ResourceID, length: Int, _ rooms: BlockWorld.Rooms
    ) async -> Task<StreamOutcome, any Error> {
        let (begun, signal) = AsyncStream<Void>.makeStream()
        let request = Task {
            try await rooms.uploads.append(
                Watched(base: line) { signal.yield() }, bodyLength: Int64(length), to: upload,
                as: NewPart(end: .atLength), by: .daemon, fence: { sender.finish(throwing: Body.Broken()) })
        }
        for await _ in begun { break }
        return request
    }

    @Test func newRequest_stopsTheOldOne_whichKeepsWhatItHas() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            var generator = SeededGenerator(seed: testSeed)
            let bytes = generator.bytes(1_000_000)
            let upload = try await rooms.beginStream(world.asset, length: bytes.count)
            let (line, sender) = Line.makeStream()
            sender.yield(ByteBuffer(bytes: bytes[..<600_000]))
            let old = await start(line, sender, to: upload, length: bytes.count, rooms)
            let offset = try await rooms.offset(of: upload)
            #expect(offset == 600_000)
            let problem = try await thrown(Problem.self) { _ = try await old.value }
            #expect(problem.code == .truncatedBody)
            let last = try await rooms.append(Body(bytes: Array(bytes[600_000...])), to: upload, at: offset)
            #expect(try await rooms.content(of: try #require(last.version).id) == bytes)
        }
    }

    @Test func looking_stopsNobody() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let upload = try await rooms.beginStream(world.asset, length: 10)
            let (line, sender) = Line.makeStream()
            let writer = await start(line, sender, to: upload, length: 10, rooms)
            sender.yield(ByteBuffer(repeating: 1, count: 5))
            for _ in 0..<100 { _ = try await rooms.uploads.upload(upload, for: .daemon) }
            sender.yield(ByteBuffer(repeating: 2, count: 5))
            sender.finish()
            #expect(try await writer.value.version != nil)
        }
    }

    @Test func upload_thatIsGivenUpWhileItIsSent_isGone() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let upload = try await rooms.beginStream(world.asset, length: 10)
            let (line, sender) = Line.makeStream()
            let writer = await start(line, sender, to: upload, length: 10, rooms)
            sender.yield(ByteBuffer(repeating: 1, count: 5))
            try await rooms.uploads.cancel(upload, by: .daemon)
            _ = try await thrown(Problem.self) { _ = try await writer.value }
            let gone = try await thrown(Problem.self) {
                try await rooms.append(Body(bytes: [1]), to: upload, at: 5)
            }
            #expect(gone.code == .uploadGone)
        }
    }
}
