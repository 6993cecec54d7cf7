import BlockFormat
import Metadata
import NIOCore
package import PawlModel

/// Finds the SHA-256 of versions that came without one, so that it can be told to people and to other tools.
///
/// It reads with moderation: what clients wait for comes first. Content that is known by its root is not read again.
package struct Prover: Sendable {
    private let context: TransferContext
    /// Bytes read in a second.
    private let rate: Int64

    package init(context: TransferContext, rate: Int64) {
        self.context = context
        self.rate = rate
    }

    /// Proves the next version behind `last`, in the order in which they were made, and answers which one that was; nil
    /// when there is none. One that cannot be read is passed over.
    package func prove(after last: ResourceID?) async throws -> ResourceID? {
        let found = try await context.database.read { sql -> (version: Version, game: ResourceID, number: Int64)? in
            guard let version = try VersionRows(sql).unproven(after: last),
                let game = try VersionRows(sql).game(of: version), let number = try GameNumbers(sql).existing(game)
            else { return nil }
            return (version, game, number)
        }
        guard let (version, game, number) = found else { return nil }
        // A directory's files one after another are nothing that anybody has a digest of.
        guard try await !context.database.read({ try EntryRows($0).isDirectory(version.id) }) else { return version.id }
        let known = try await context.database.read { try VersionRows($0).provenDigest(of: version.root, game: game) }
        let digest = if let known { known as Digest? } else { try await read(version, game: number) }
        if let digest {
            let now = context.ambient.now()
            try await context.database.transaction { try VersionRows($0).setDigest(digest, of: version.id, now: now) }
        }
        return version.id
    }

    private func read(_ version: Version, game: Int64) async throws -> Digest? {
        let blocks = try await context.database.read { try VersionRows($0).blocks(of: version.id) }
        var content = BlockSequence(blocks, store: context.blocks, game: game)
        var digest = DigestBuilder()
        let clock = ContinuousClock()
        var next = clock.now
        do {
            while let bytes = try await content.next() {
                bytes.withUnsafeReadableBytes { digest.update($0) }
                next = max(next, clock.now) + .seconds(Double(bytes.readableBytes) / Double(rate))
                try await clock.sleep(until: next)
            }
        } catch is CancellationError {
            await content.close()
            throw CancellationError()
        } catch {
            await content.close()
            return nil
        }
        await content.close()
        return digest.finalize()
    }
}
