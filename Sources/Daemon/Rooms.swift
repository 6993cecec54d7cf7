import Blocks
import Catalog
import LiveOps
import Logging
import Metadata
import MetadataOnSQLite
import PawlModel
import SegmentsOnDisk
import Transfers
import Upkeep

/// The rooms below the edges, wired to one storage directory.
struct Rooms: Sendable {
    let writePath: WritePath
    let blocks: BlockStore
    let authentication: Authentication
    let uploads: Uploads
    let downloads: Downloads
    let versions: Versions
    let collector: Collector
    let expiry: UploadExpiry
    /// Nil when nobody wants digests that no client gave.
    let prover: Prover?
    let events: EventFeed

    init(storage: Storage, settings: Settings, logger: Logger) {
        let saves = SaveQuota(bytesMax: settings.saveBytes, countMax: settings.saves)
        let registry = ResourceRegistry(
            schemas: Model.schemas,
            rules: [ChannelRule(), AssetRule(), saves] + GamePlay.rules,
            verbs: [
                IssueKey(), RotateKey(), RevokeKey(), UndeleteAsset(window: settings.undeleteWindow), RollBackChannel(),
                IssuePlayerToken(), RevokePlayerTokens(),
            ] + GamePlay.verbs)
        writePath = WritePath(database: storage.database, registry: registry, ambient: .system)
        blocks = BlockStore(
            storage: SegmentDirectory(files: storage.files, layout: storage.layout), database: storage.database,
            ambient: .system, uploadLifetime: settings.uploadLifetime, reserve: settings.reserve,
            observe: { BlockObserver(logger: logger).observe($0) })
        authentication = Authentication(writePath: writePath)
        let context = TransferContext(
            blocks: blocks, writePath: writePath, uploadLifetime: settings.uploadLifetime, saves: saves,
            sizeMax: settings.sizeMax, proofPatience: .seconds(settings.proofPatience))
        uploads = Uploads(context: context)
        downloads = Downloads(context: context)
        versions = Versions(context: context, window: settings.undeleteWindow)
        collector = Collector(
            store: blocks, writePath: writePath,
            rules: CollectionRules(
                undeleteWindow: settings.undeleteWindow, epoch: settings.collectionEpoch,
                liveShare: settings.liveShare, rate: settings.compactionRate),
            observe: { CollectionObserver(logger: logger).observe($0) })
        expiry = UploadExpiry(of: uploads)
        prover = settings.proofRate == 0 ? nil : Prover(context: context, rate: Int64(settings.proofRate))
        events = EventFeed(writePath: writePath, retention: settings.eventRetention)
    }
}
