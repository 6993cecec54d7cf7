import Blocks
import Catalog
import Files
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
    let journal: SegmentJournal
    let scrub: Scrub
    let authentication: Authentication
    let uploads: Uploads
    let downloads: Downloads
    let versions: Versions
    let changesets: Changesets
    let v0: V0Catalog
    let usage: UsageCounts
    let collector: Collector
    let expiry: UploadExpiry
    /// Nil when nobody wants digests that no client gave.
    let prover: Prover?
    let events: EventFeed
    /// Nil when nothing is to be read without being asked for.
    let scrubPass: ScrubPass?

    init(storage: Storage, settings: Settings, logger: Logger) {
        let saves = SaveQuota(bytesMax: settings.saveBytes, countMax: settings.saves)
        let registry = ResourceRegistry(
            schemas: Model.schemas,
            rules: [ChannelRule(), AssetRule(), saves] + GamePlay.rules,
            verbs: [
                IssueKey(), RotateKey(), RevokeKey(), UndeleteAsset(window: settings.undeleteWindow), PublishUpload(),
                RollBackChannel(),
                IssuePlayerToken(), RevokePlayerTokens(),
            ] + GamePlay.verbs)
        let (files, layout) = (storage.files, storage.layout)
        let hold = layout.hold
        blocks = BlockStore(
            storage: SegmentDirectory(files: storage.files, layout: storage.layout), database: storage.database,
            ambient: .system, uploadLifetime: settings.uploadLifetime, reserve: settings.reserve,
            claimRemoval: { try FileHold.alone(hold) },
            observe: { BlockObserver(logger: logger).observe($0) })
        journal = SegmentJournal(
            storage: SegmentDirectory(files: storage.files, layout: storage.layout, kind: .journal), store: blocks)
        scrub = Scrub(store: blocks, journal: journal)
        writePath = WritePath(
            database: storage.database, registry: registry, ambient: .system, journal: journal)
        authentication = Authentication(writePath: writePath)
        let context = TransferContext(
            blocks: blocks, writePath: writePath, uploadLifetime: settings.uploadLifetime, saves: saves,
            sizeMax: settings.sizeMax, proofPatience: .seconds(settings.proofPatience))
        uploads = Uploads(context: context)
        downloads = Downloads(context: context)
        versions = Versions(context: context, window: settings.undeleteWindow)
        changesets = Changesets(writePath: writePath, undeleteWindow: settings.undeleteWindow)
        v0 = V0Catalog(settings: settings.v0, writePath: writePath)
        usage = UsageCounts(writePath: writePath)
        let expiry = UploadExpiry(of: uploads)
        self.expiry = expiry
        collector = Collector(
            store: blocks, writePath: writePath, journal: journal,
            rules: CollectionRules(
                undeleteWindow: settings.undeleteWindow, epoch: settings.collectionEpoch,
                liveShare: settings.liveShare, rate: settings.compactionRate),
            sweep: { _ = try await expiry.sweep() },
            obstacle: {
                guard try await files.exists(layout.rebuildFindings) else { return nil }
                return "Nothing is taken away: the last rebuild did not bring everything back. Remove "
                    + "\(layout.rebuildFindings) once what it names is settled."
            },
            observe: { CollectionObserver(logger: logger).observe($0) })
        prover = settings.proofRate == 0 ? nil : Prover(context: context, rate: Int64(settings.proofRate))
        events = EventFeed(writePath: writePath, retention: settings.eventRetention)
        scrubPass =
            settings.scrubRate == 0
            ? nil
            : ScrubPass(
                scrub: scrub, database: storage.database, ambient: .system, rate: Int64(settings.scrubRate),
                interval: settings.scrubInterval)
    }

    /// Lets what is on its way to the disk end.
    func close() async {
        await blocks.close()
        await journal.close()
    }
}
