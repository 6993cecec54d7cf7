package import Blocks
package import Metadata
package import PawlModel

/// What every transfer works with: rows, bytes, the write path, and what a studio configures.
package struct TransferContext: Sendable {
    package let blocks: BlockStore
    package let writePath: WritePath
    /// Seconds that an open upload is kept after its last sign of life.
    package let uploadLifetime: Int64
    package let saves: SaveQuota
    /// What a version may have at most, in bytes; nil when only the disk bounds it.
    package let sizeMax: Int64?
    /// How long a client waits for the proof of a digest that it gave, before it is told that the proof goes on.
    package let proofPatience: Duration
    /// For the parts of streams between the socket and the disk, over all uploads: two cores hash no more at once, and
    /// whoever waits for a place holds its sender back.
    let places = Places(Limits.streamPartsMax)
    let readers = Readers()

    package init(
        blocks: BlockStore, writePath: WritePath, uploadLifetime: Int64, saves: SaveQuota = SaveQuota(),
        sizeMax: Int64? = nil, proofPatience: Duration = .seconds(Limits.proofPatience)
    ) {
        self.blocks = blocks
        self.writePath = writePath
        self.uploadLifetime = uploadLifetime
        self.saves = saves
        self.sizeMax = sizeMax
        self.proofPatience = proofPatience
    }

    var database: any SQLDatabase { writePath.database }
    var registry: ResourceRegistry { writePath.registry }
    var ambient: Ambient { writePath.ambient }

    /// Throws `body_too_large` for a content that is larger than any may be.
    func checkSize(_ size: Int64) throws(Problem) {
        guard let sizeMax, size > sizeMax else { return }
        throw Problem(
            .bodyTooLarge, "A version may have at most \(sizeMax) bytes here (uploads.size_max).",
            members: ["limit": .int(sizeMax)])
    }

    /// The asset that the caller may see, or a `not_found` problem.
    func asset(_ id: ResourceID, for caller: Caller, in sql: any SQLConnection) throws -> Stored<Asset> {
        try Stored<Asset>(row: try registry.visibleRow(Asset.schema, id, to: caller, in: sql))
    }
}
