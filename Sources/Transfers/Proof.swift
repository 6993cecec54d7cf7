import BlockFormat
import Blocks
import NIOCore
import PawlModel

/// Finds the SHA-256 of a content by reading its durable blocks, beside the upload that brings them.
///
/// It hashes what it is told of as it comes, so at the end of an upload little is left to read.
actor Proof {
    private let game: Int64
    private let store: BlockStore
    private var digest = DigestBuilder()
    /// Blocks that were not read yet, in order.
    private var rest: [BlockReference] = []
    private var isReading = false
    private var failure: (any Error)?
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(game: Int64, store: BlockStore) {
        self.game = game
        self.store = store
    }

    /// Goes on with blocks that are durable and follow those it knows.
    func add(_ blocks: [BlockReference]) {
        rest += blocks
        guard !isReading, failure == nil, !rest.isEmpty else { return }
        isReading = true
        Task { await read() }
    }

    /// The digest of all blocks so far, once they are read. Throws what kept one from being read.
    func value() async throws -> Digest {
        while isReading { await withCheckedContinuation { waiters.append($0) } }
        if let failure { throw failure }
        return digest.finalize()
    }

    private func read() async {
        do {
            while !rest.isEmpty {
                let part = rest
                rest = []
                var content = BlockSequence(part, store: store, game: game)
                do {
                    while let bytes = try await content.next() { bytes.withUnsafeReadableBytes { digest.update($0) } }
                } catch {
                    await content.close()
                    throw error
                }
                await content.close()
            }
        } catch {
            failure = error
        }
        isReading = false
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resume() }
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
