import Blocks
import Metadata
import PawlModel
import TestKit
import Transfers
import Upkeep

extension BlockWorld.Rooms {
    /// Collects with these rules; by default at once, and so that nothing is left that is not needed.
    @discardableResult
    func collect(
        window: Int64 = 0, epoch: Int64 = 0, liveShare: Int = 95, dryRun: Bool = false,
        for duration: Duration = .seconds(60)
    ) async throws -> CollectionReport {
        let collector = Collector(
            store: store, writePath: writePath, journal: journal,
            rules: CollectionRules(undeleteWindow: window, epoch: epoch, liveShare: liveShare, rate: 0),
            observe: { _ in })
        return dryRun ? try await collector.preview() : try await collector.collect(for: duration)
    }

    func delete(_ version: Version) async throws {
        try await versions.delete(version.id, ifMatch: .any, by: .daemon)
    }

    func undelete(_ version: Version) async throws -> Version {
        try await versions.undelete(version.id, by: .daemon).body.decoded()
    }

    func change(_ schema: ResourceSchema, _ id: ResourceID, _ patch: JSONObject) async throws {
        _ = try await writePath.apply(by: .daemon) {
            Answer(.done, .object(try $0.update(schema, id, ifMatch: .any, patch: patch)))
        }
    }

    func delete(_ schema: ResourceSchema, _ id: ResourceID) async throws {
        _ = try await writePath.apply(by: .daemon) {
            try $0.delete(schema, id, ifMatch: .any)
            return Answer(.deleted)
        }
    }

    func release(_ version: Version, on channel: String) async throws -> ResourceID {
        try await create(
            Channel.schema,
            [
                "asset_id": .string(version.assetID.description), "name": .string(channel),
                "version_id": .string(version.id.description),
            ])
    }

    /// Bytes of all segments on disk.
    func diskBytes() async throws -> Int64 {
        var bytes: Int64 = 0
        for number in try await store.storage.numbers() { bytes += try await store.storage.length(of: number) ?? 0 }
        return bytes
    }

    /// Ends what uploads hold, so that only versions do.
    func settle() async throws {
        try await sweep()
        // Gives the open segments back to the pool.
        await store.rest(unusedSince: Timestamp(microseconds: Int64.max))
    }
}
