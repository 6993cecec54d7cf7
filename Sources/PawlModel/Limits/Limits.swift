/// Every bound of the system, with its reason. Sizes are in bytes, times in seconds.
///
/// Here are those of blocks and their ways in and out; the files beside this one have the others.
public enum Limits {
    // MARK: Blocks

    /// The chunker cuts no block shorter than this, but the last one of a file.
    public static let blockSizeMin = 32 * 1024
    /// The chunker cuts at this length at the latest; no door takes a larger block. With a mean of 64 KiB,
    /// four times the mean leaves forced cuts rare.
    public static let blockSizeMax = 256 * 1024
    /// A deflated block may be this much longer than its raw bytes: zlib's own bound is far below it.
    public static let storedSizeMax = blockSizeMax + 1024

    // MARK: Requests of the block door

    /// The body of one `PUT …/blocks`: what a client at most has to send again after a broken connection.
    public static let blockRequestSizeMax = 4 * 1024 * 1024
    /// What a client keeps unacknowledged for one upload over all its connections.
    public static let unacknowledgedMax = 4 * 1024 * 1024
    /// Ids in one `POST …/have`: 128 KiB of body, and a few milliseconds of the one writer.
    public static let haveCountMax = 4096
    /// Concurrent `PUT …/blocks` of one upload; more only queue for the same disk.
    public static let blockRequestsPerUploadMax = 16
    /// Concurrent `PUT …/blocks` in all: each holds up to `receiveRunSize` and one record in memory.
    public static let blockRequestsMax = 48
    /// Verified records are handed to the disk in runs of about this size: one write call, no large buffer.
    public static let receiveRunSize = 256 * 1024
    /// A stream is cut, hashed and looked up in parts of about this size: few lookups, and some parts fit in memory.
    public static let streamRunSize = 512 * 1024
    /// Seconds after which a stream that has not brought a part is kept as far as it is: what a kill of the daemon costs
    /// who sends slowly.
    public static let slowStreamKeep: Int64 = 1
    /// Parts of one stream that are hashed and looked up at once: enough for two cores.
    public static let streamPartsPerUploadMax = 2
    /// Parts of all streams between the socket and the disk: some are hashed, some looked up, some wait for the disk.
    public static let streamPartsMax = 8
    /// Parts of a stream that wait for the digest of the whole.
    public static let proofPartsMax = 2
    /// Buffers up to this size stay in the heap when they are freed: above that of any run on its way in or out.
    public static let heapBufferMax = 4 * 1024 * 1024
    /// A client that asked for it is told how far its upload is durable after so many more bytes.
    public static let progressStep: Int64 = 4 * 1024 * 1024
    /// What one upload may have waiting for the disk. Little of a run may hold much memory, where the game had most of
    /// its blocks, so runs are counted too.
    public static let queuedBytesMax = 1024 * 1024
    public static let queuedRunsMax = 4
    /// Bytes that are worth a sync and a commit of their own, and milliseconds after which fewer are: what a client gains
    /// by smaller ones is little against what all pay for them.
    public static let groupSizeMin = 8 * 1024 * 1024
    public static let groupDelay: Int64 = 100
    /// What of one upload may be written and not yet synced: enough to write on while a sync runs, and little enough that
    /// the next one does not take long. It is in the system's cache, not in the daemon's memory.
    public static let unsyncedMax = 32 * 1024 * 1024
    /// The packed manifest of a commit: 36 bytes a block, so a file of about 100 GiB.
    public static let manifestSizeMax = 64 * 1024 * 1024
    /// Ids listed in a `blocks_missing` problem; a client asks `have` for the rest.
    public static let missingListedMax = 1000

    /// Uploads of a player that go on at once: more than parts of a save are sent beside each other, and few, for each may
    /// hold as much as all that she may keep.
    public static let playerUploadsMax = 32

    // MARK: Segments

    /// A segment is sealed when it has grown this far: large enough for long runs, small enough to copy.
    public static let segmentSizeMax: Int64 = 64 * 1024 * 1024
    /// One write to a segment, past the system's cache: about as fast as larger ones, and twice as fast as a quarter.
    public static let segmentWriteSize = 1024 * 1024
    /// Space is reserved ahead in steps of this size, so that a full disk is met before a write.
    public static let segmentReserveStep: Int64 = 8 * 1024 * 1024
    /// Each synced group ends on a multiple of this, so that no acknowledged sector is written again.
    public static let syncAlignment = 4096

    /// Bytes that stay free on the volume, unless configured: SQLite can still commit, and deletion still work.
    public static let storageReserve: Int64 = 256 * 1024 * 1024

    // MARK: Reading

    /// One read from disk on the way out: few turns of the threads for each MiB. A download has up to three of them in
    /// memory: read ahead, waiting, and on their way through the socket.
    public static let readRunSize = 768 * 1024
    /// What all downloads together should have in memory. Beyond it their reads become smaller, down to the least: a
    /// crowd of clients that take nothing would else fill any memory.
    public static let readSpaceMax = 32 * 1024 * 1024
    public static let readRunSizeMin = 64 * 1024
    /// Ranges of one request: more than any viewer of documents or films asks for at once. Apache takes 200.
    public static let rangesMax = 100
    /// A partial answer of up to this size is held in memory, so that its digest can stand before it: what a download
    /// holds anyway.
    public static let contentDigestMax = 1024 * 1024
    /// Seconds after which a change has its date in `Last-Modified`.
    public static let dateAge: Int64 = 3
    /// The name under which a download is saved, in bytes of UTF-8: what file systems take.
    public static let fileNameMax = 255
    /// A media type with its parameters, in characters: registered ones have a third of it.
    public static let mediaTypeMax = 255
    /// `Upload-Metadata` and `Upload-Concat`, in characters: nearly what any header field may have.
    public static let uploadFieldMax = 15 * 1024
    /// Uploads that one request joins: their URLs have to fit into one header field.
    public static let joinedUploadsMax = 200
    /// Pieces of one content that a metalink lists at most: 350 KB of XML. A piece is longer where the content is.
    public static let piecesMax: Int64 = 4096
    /// The shortest piece: what a client fetches again when one is wrong.
    public static let pieceSizeMin: Int64 = 1024 * 1024
    /// Contents whose piece digests are remembered: up to 8 MiB of them.
    public static let pieceListsKept = 64
    /// Contents whose pieces are digested at once: each keeps half a core busy.
    public static let pieceReadsMax = 2
    /// Entries in one manifest page.
    public static let manifestPageEntries = 1024

    // MARK: Directories

    /// Files, directories and links of one version: some times what a large build has, and a hundred MiB of names while
    /// they are looked at.
    public static let entriesMax = 500_000
    /// Names in one version, those of the directories on the way to its entries among them: twice the entries, and a
    /// hundred MiB while they are looked at.
    public static let entryNamesMax = 2 * entriesMax
    /// Entries in one page of them, and about the bytes that end one before: a file is found by reading a single page.
    public static let entryPageEntries = 256
    public static let entryPageSize = 64 * 1024
    /// The path of an entry, in bytes: what Linux takes with the directory that it is written to.
    public static let entryPathMax = 4096
    /// Entries of a manifest that are told to break a rule: more than anybody mends before the next try.
    public static let entriesListedMax = 100
    /// Ranges of one plan: 2 MB of JSON. Where more would differ, those nearest to each other are joined.
    public static let planRangesMax = 50_000
    /// Plans that are made at once: each keeps eight bytes of every block of two versions, up to 64 MiB, and a core busy.
    public static let plansMax = 2

    /// One file of the page at `/docs`: Swagger UI's script has 1.7 MB, and is kept in memory.
    public static let docsFileSizeMax: Int64 = 8 * 1024 * 1024
}
