import Blocks
import Catalog
import Logging
import Metadata
import MetadataOnSQLite
import PawlModel
import SegmentsOnDisk
import Transfers

/// The rooms below the edges, wired to one storage directory.
struct Rooms: Sendable {
    let writePath: WritePath
    let blocks: BlockStore
    let keys: Keys
    let uploads: Uploads
    let downloads: Downloads
    let expiry: UploadExpiry

    init(storage: Storage, settings: Settings, logger: Logger) {
        let registry = ResourceRegistry(
            schemas: [Game.schema, Asset.schema, Channel.schema, Key.schema],
            rules: [ChannelRule()],
            verbs: [IssueKey(), RevokeKey(), RollBackChannel()])
        writePath = WritePath(database: storage.database, registry: registry, ambient: .system)
        blocks = BlockStore(
            storage: SegmentDirectory(files: storage.files, layout: storage.layout), database: storage.database,
            ambient: .system, uploadLifetime: settings.uploadLifetime, reserve: settings.reserve,
            observe: { BlockObserver(logger: logger).observe($0) })
        keys = Keys(writePath: writePath)
        let context = TransferContext(blocks: blocks, writePath: writePath, uploadLifetime: settings.uploadLifetime)
        uploads = Uploads(context: context)
        downloads = Downloads(context: context)
        expiry = UploadExpiry(context: context)
    }
}
