import BlockFormat
import Metadata
import NIOCore
package import PawlModel
import Synchronization

/// The SHA-256 digests of a content's pieces of equal length, as metalinks list them.
///
/// Blocks are cut by content, so none of their digests is of use here: the content is read through once, at some 0.8
/// seconds of a core a GiB, and the digests are remembered by its root. Whoever asks meanwhile waits for the same read,
/// and it goes on when they leave, so that the next one finds it further on.
package final class PieceDigests: Sendable {
    private struct State {
        var known: [Digest: [Digest]] = [:]
        /// Roots by when they were last asked for, the oldest first.
        var order: [Digest] = []
        var running: [Digest: Task<[Digest], any Error>] = [:]
    }

    private let state = Mutex(State())

    /// The length of all pieces but the last one: a power of two of MiB, so that they are few.
    package static func length(ofSize size: Int64) -> Int64 {
        var length = Limits.pieceSizeMin
        while size / length >= Limits.piecesMax { length *= 2 }
        return length
    }

    /// How many pieces there are.
    package static func count(ofSize size: Int64) -> Int64 {
        let length = length(ofSize: size)
        return size / length + (size % length == 0 ? 0 : 1)
    }

    func digests(
        of root: Digest, size: Int64, _ stream: @escaping @Sendable () -> ContentStream
    ) async throws -> [Digest] {
        switch try state.withLock({ try Self.step(&$0, root, size, stream, self) }) {
        case .known(let digests): return digests
        case .running(let task): return try await task.value
        }
    }

    private enum Step {
        case known([Digest])
        case running(Task<[Digest], any Error>)
    }

    /// What is known, or else the read that finds it, begun if need be.
    private static func step(
        _ state: inout State, _ root: Digest, _ size: Int64, _ stream: @escaping @Sendable () -> ContentStream,
        _ owner: PieceDigests
    ) throws(Problem) -> Step {
        if let digests = state.known[root] {
            state.order.removeAll { $0 == root }
            state.order.append(root)
            return .known(digests)
        }
        if let task = state.running[root] { return .running(task) }
        guard state.running.count < Limits.pieceReadsMax else {
            throw Problem(.unavailable, "The pieces of other contents are being digested: try again in a moment.")
        }
        let task = Task {
            let result = await Result { try await Self.read(stream(), length: length(ofSize: size)) }
            owner.end(root, try? result.get())
            return try result.get()
        }
        state.running[root] = task
        return .running(task)
    }

    private func end(_ root: Digest, _ digests: [Digest]?) {
        state.withLock { state in
            state.running[root] = nil
            guard let digests else { return }
            state.known[root] = digests
            state.order.append(root)
            if state.order.count > Limits.pieceListsKept { state.known[state.order.removeFirst()] = nil }
        }
    }

    private static func read(_ stream: ContentStream, length: Int64) async throws -> [Digest] {
        var digests: [Digest] = []
        var piece = DigestBuilder()
        var room = Int(length)
        try await stream.forEach { run in
            var run = run
            while let part = run.readSlice(length: min(room, run.readableBytes)), part.readableBytes > 0 {
                part.withUnsafeReadableBytes { piece.update($0) }
                room -= part.readableBytes
                guard room == 0 else { continue }
                digests.append(piece.finalize())
                (piece, room) = (DigestBuilder(), Int(length))
            }
        }
        if room < Int(length) { digests.append(piece.finalize()) }
        return digests
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
