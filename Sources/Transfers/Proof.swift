import BlockFormat
import Blocks
import NIOCore
import PawlModel

/// Finds the SHA-256 of a content beside the upload that brings it: from what arrives, and where that was before, from
/// the blocks that are durable.
///
/// It hashes what it is told of as it comes, so at the end of an upload little is left. What it was told of and did not
/// become durable makes it worthless: then it has to be forgotten.
actor Proof {
    private let game: Int64
    private let store: BlockStore
    private var digest = DigestBuilder()
    /// What was not hashed yet, in order.
    private var rest: [Piece] = []
    private var isHashing = false
    private var failure: (any Error)?
    /// Who waits for its end, and who waits for it to take more.
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var feeders: [CheckedContinuation<Void, Never>] = []

    private enum Piece: Sendable {
        case bytes(ByteBuffer)
        case blocks([BlockReference])
    }

    init(game: Int64, store: BlockStore) {
        self.game = game
        self.store = store
    }

    /// Goes on with blocks that are durable and follow those it knows.
    func add(_ blocks: [BlockReference]) {
        guard !blocks.isEmpty else { return }
        add(.blocks(blocks))
    }

    /// Goes on with bytes that follow those it knows. Waits while it is behind, so that few of them are in memory.
    func add(_ bytes: ByteBuffer) async {
        while rest.count >= Limits.proofPartsMax, failure == nil {
            await withCheckedContinuation { feeders.append($0) }
        }
        add(.bytes(bytes))
    }

    private func add(_ piece: Piece) {
        guard failure == nil else { return }
        rest.append(piece)
        guard !isHashing else { return }
        isHashing = true
        Task { await hash() }
    }

    /// The digest of all so far, once it is hashed. Throws what kept a block from being read.
    func value() async throws -> Digest {
        while isHashing { await withCheckedContinuation { waiters.append($0) } }
        if let failure { throw failure }
        return digest.finalize()
    }

    private func hash() async {
        do {
            while !rest.isEmpty {
                let piece = rest.removeFirst()
                Self.wake(&feeders)
                switch piece {
                case .bytes(let bytes):
                    update(bytes)
                    // Whoever brings the next ones has its turn between two of them.
                    await Task.yield()
                case .blocks(let blocks): try await read(blocks)
                }
            }
        } catch {
            failure = error
            rest = []
            Self.wake(&feeders)
        }
        isHashing = false
        Self.wake(&waiters)
    }

    private func read(_ blocks: [BlockReference]) async throws {
        var content = BlockSequence(blocks, store: store, game: game)
        do {
            while let bytes = try await content.next() { update(bytes) }
        } catch {
            await content.close()
            throw error
        }
        await content.close()
    }

    private func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { digest.update($0) }
    }

    private static func wake(_ waiting: inout [CheckedContinuation<Void, Never>]) {
        let woken = waiting
        waiting = []
        for one in woken { one.resume() }
    }
}

/// The proofs of uploads that go on, so that the next request of one finds what was read already.
actor Proofs {
    private var proofs: [ResourceID: Proof] = [:]

    /// The proof that follows an upload; a new one reads what there is of it from the start.
    ///
    /// - Parameter blocks: The upload's blocks so far, asked for when there is no proof yet.
    func proof(
        of upload: ResourceID, game: Int64, store: BlockStore, blocks: () async throws -> [BlockReference]
    ) async throws -> Proof {
        if let proof = proofs[upload] { return proof }
        let proof = Proof(game: game, store: store)
        await proof.add(try await blocks())
        proofs[upload] = proof
        return proof
    }

    var count: Int { proofs.count }

    /// Forgets the proof of an upload that has ended.
    func forget(_ upload: ResourceID) {
        proofs[upload] = nil
    }
}
