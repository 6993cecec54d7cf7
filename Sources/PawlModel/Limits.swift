/// Every bound of the system, with its reason. Sizes are in bytes, times in seconds.
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

    // MARK: Collection

    /// A deleted version can be taken back for a week, unless configured: somebody was on holiday.
    public static let undeleteWindow: Int64 = 7 * 24 * 3600
    /// A block that nobody holds stays for a day, unless configured: whoever pushes the same again need not send it.
    public static let collectionEpoch: Int64 = 24 * 3600
    /// Seconds between two collections, unless configured.
    public static let collectionInterval: Int64 = 3600
    /// A collection that is asked for, and each part of one that is not, ends after so many seconds and is gone on with:
    /// clients give up on an answer after a minute.
    public static let collectionSlice: Int64 = 20
    /// The percentage of a segment that must be needed, unless configured: at half, what is copied is never more than what
    /// is gained.
    public static let segmentLiveShare = 50
    /// Bytes a second that are copied out of segments, unless configured: a sixth of what a slow disk does.
    public static let compactionRate: Int64 = 32 * 1024 * 1024
    /// A segment that is not full is copied only where this much of it is not needed: less is not worth two syncs.
    public static let compactionGainMin: Int64 = 64 * 1024
    /// What a copy leaves free on the volume beside its own bytes, for SQLite and for reserving ahead.
    public static let compactionSpare: Int64 = 32 * 1024 * 1024
    /// One piece that is copied: as large as a run on its way in.
    public static let compactionRunSize = 1024 * 1024
    /// Blocks of a version whose references are given back in one pass over its pages: some 10 MiB of memory.
    public static let releasedIDsMax = 100_000
    /// Manifest pages that are removed in one transaction: 36 KiB each.
    public static let pagesRemovedAtOnce = 100
    /// Versions that retention lets go in one transaction, each with its journal entry and its event.
    public static let versionsDeletedAtOnce = 100
    /// Segments whose use is counted in one read: a thousand index entries each.
    public static let segmentsCountedAtOnce = 50
    /// Versions that a report of a collection tells one by one.
    public static let goingVersionsListed = 1000
    /// Blocks that are looked up again where their segment has gone: some runs of them, for the next ones may have moved too.
    public static let relocatedAtOnce = 64

    // MARK: Upkeep

    /// A segment of the journal is sealed when it has grown this far: quick to read at a start.
    public static let journalSegmentSizeMax: Int64 = 16 * 1024 * 1024
    /// Entries of about so many bytes are told with one sync.
    public static let journalBatchSize = 4 * 1024 * 1024
    /// Entries that are deflated: shorter ones save nothing, and of longer ones nearly all is digests.
    public static let journalDeflateSizes = 512...256 * 1024
    /// Seconds after which it is noted how far the journal is: what a stop has told twice.
    public static let journalMarkDelay: Int64 = 1
    /// Rows that a rebuild puts in beside each other: they share a commit. Of versions few, for each holds its manifest.
    public static let rebuildRowsAtOnce = 256
    public static let rebuildVersionsAtOnce = 16
    /// Bytes a second that the scrub reads, unless configured: a terabyte takes less than a day.
    public static let scrubRate: Int64 = 16 * 1024 * 1024
    /// Seconds from the begin of one pass of the scrub to the next, unless configured: a week.
    public static let scrubInterval: Int64 = 7 * 24 * 3600
    /// Milliseconds that a request to scrub reads before it answers how far it is.
    public static let scrubSlice: Int64 = 1000
    /// Findings in one answer of the scrub; the log has all.
    public static let scrubFindingsMax = 10_000

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

    // MARK: Rows

    /// The body of a JSON request.
    public static let jsonBodySizeMax = 1024 * 1024
    /// Arrays and objects inside each other in such a body: no studio needs as many, and reading takes time with the
    /// square of it.
    public static let jsonDepthMax = 32
    /// Rows on one page of a list.
    public static let pageSizeMax = 500
    public static let pageSizeDefault = 50
    /// A page ends after the row that brings its JSON to this many bytes, however few rows it has: what one request
    /// holds in memory stays small. Two hundred of the largest metadata fit.
    public static let pageBytesMax = 4 * 1024 * 1024
    /// Rows of a list that are read from the database at once, before their bytes are counted.
    public static let readBatch = 32
    /// What a client takes in as one answer: a page, the row that it ended with, and room for servers to come.
    public static let answerSizeMax = 4 * pageBytesMax
    /// Texts of SQL that each connection keeps compiled: more than the daemon's own work has in use, at some 13 KiB
    /// each. The shapes of filters are without number, so the rest goes.
    public static let statementsKept = 256
    /// Conditions in one `filter`.
    public static let filterConditionsMax = 8
    /// A header such as `If-None-Match`, in characters: some fifty ETags of digests, far more than any cache names.
    public static let conditionMax = 4096
    /// An `Idempotency-Key`, in characters.
    public static let idempotencyKeyMax = 255
    /// Rows touched by one transaction of bookkeeping, so that nobody waits long for the writer.
    public static let bookkeepingBatch = 1000

    // MARK: Connections

    /// One header field, or the URL: a few tokens and cookies fit, and nothing that we read is longer.
    public static let headFieldSizeMax = 16 * 1024
    /// All of a head, which is held in memory until it is whole.
    public static let headSizeMax = 64 * 1024
    /// Header fields of one request: four times what browsers behind two proxies send.
    public static let headFieldsMax = 128
    /// What is left of a refused body is read and dropped up to this size, so that the connection can be used again;
    /// above it, closing costs both sides less.
    public static let refusedBodyMax = 256 * 1024
    /// Seconds that a connection is read on, at most, after a last answer whose sender had not ended: closed at once,
    /// the answer would be lost with it (RFC 9112 §9.6).
    public static let lingerTime: Int64 = 30
    /// And at most so many without a byte.
    public static let lingerSilence: Int64 = 5
    /// Seconds after the end of the graceful time at which the daemon ends for certain: whatever hangs then hangs in a
    /// system call, and nothing that was acknowledged depends on it.
    public static let shutdownGrace = 5
    /// One read from a socket, where so much is there: few turns of the event loop for each MiB.
    public static let socketReadMax = 128 * 1024
    /// Parts of a body that are read before a handler takes the first of them.
    public static let partsReadAhead = 4
    /// Connections that wait for their turn in the system's own queue.
    public static let connectionBacklog = 1024
    /// Open files beside the connections: the database, segments, and what comes and goes.
    public static let openFilesReserve = 256

    // MARK: HTTP/2

    /// Requests at once on one connection: more than a browser or an uploader has, and each may fill its window.
    public static let streamsMax: Int = 32
    /// Bytes that a stream may send before anything of it is read. Whoever has no key gets no further.
    public static let streamWindowMin = 256 * 1024
    /// What the window of a stream that is read grows to: 160 MB/s at a round trip of 100 ms.
    public static let streamWindowMax = 16 * 1024 * 1024
    /// What all windows together may have above their first size: the most memory that clients can fill which send
    /// faster than the disk writes.
    public static let streamWindowsMax = 48 * 1024 * 1024
    /// The window of a connection, which all its streams share.
    public static let connectionWindow = 32 * 1024 * 1024
    /// Large writes go out in frames of this size, which every client takes (RFC 9113 §4.2).
    public static let frameSize = 16 * 1024
    /// A stream takes more to send when less than this waits for its reader.
    public static let streamOutputMax = 256 * 1024

    // MARK: Events

    /// Events that one page of them looks at, whether or not they match: some ten milliseconds of reading.
    public static let eventScanMax = 5000
    /// Events that a stream holds in memory at once, for each of its readers.
    public static let eventStreamPage = 50
    /// Streams of events at once: each keeps a connection, and is woken by every commit.
    public static let eventStreamsMax = 128
    /// Of one key: a program needs one for each of its servers, and one that leaks them leaves the others their places.
    public static let eventStreamsPerCaller = 16
    /// Seconds between two signs of life on a stream on which nothing happens, unless asked otherwise: proxies often
    /// close what is silent for thirty.
    public static let eventHeartbeat = 15
    /// And so many at most.
    public static let eventHeartbeatMax = 60
    /// Seconds that a stream waits for its reader to take a page, before it gives the place to somebody who reads.
    public static let eventStallMax: Int64 = 60
    /// Milliseconds that a browser waits before it connects again.
    public static let eventRetry = 2000
    /// The longest event that a client takes in: a row of 1 MiB, and what JSON adds to it.
    public static let eventSizeMax = 4 * 1024 * 1024

    // MARK: Ranks

    /// Columns of a leaderboard: a score, and four that break ties.
    public static let scoreColumnsMax = 5
    /// Entries of a leaf of a rank tree: each rank counts half of one on average, in microseconds. Larger leaves make
    /// ranks slower, smaller ones save nothing more.
    public static let rankLeafMax = 512
    /// Children of an inner node: three levels for five million entries, four for half a billion.
    public static let rankFanOutMax = 128

    // MARK: Times

    /// An idempotency record is kept for a day: longer than any client retries.
    public static let idempotencyLifetime: Int64 = 24 * 3600
    /// An upload that sends nothing for so long gives its segment back: a thousand that were left would else hold a
    /// thousand files open, and 8 GiB of reserved space.
    public static let segmentRest: Int64 = 60
    /// A commit waits so long for the proof of its digest, unless configured: clients and proxies give up at twice that
    /// or later.
    public static let proofPatience: Int64 = 10
    /// An open upload that nobody touches expires after this, unless configured.
    public static let uploadLifetime: Int64 = 3 * 24 * 3600
    /// Events are kept for a month, unless configured: a reader that was away for longer reads everything anew.
    public static let eventRetention: Int64 = 30 * 24 * 3600

    /// Bytes a second that are read to find digests that nobody gave, unless configured: a twentieth of a core.
    public static let proofRate: Int64 = 64 * 1024 * 1024

    // MARK: Rates

    /// Requests in a minute of one key, unless configured: the studio's own servers are busy, and a loop that went wild is
    /// busier.
    public static let keyRate = 600_000
    /// Of one player, unless configured: ten a second is more than a game asks for.
    public static let playerRate = 600
    /// Of one address without a valid key or token, unless configured: a cache in front asks for all its users.
    public static let addressRate = 6000
    /// Callers whose requests are counted at once: a few megabytes.
    public static let rateSubjectsMax = 50_000

    // MARK: Keys

    /// Keys that are remembered between two commits: more than a studio has in use at once.
    public static let knownKeysMax = 1000
    /// After a key's rotation its old secret works on for a day, unless asked otherwise: time to deploy the new one.
    public static let keyGrace: Int64 = 24 * 3600
    /// And for a month at most: a secret that was leaked should not outlive its rotation for long.
    public static let keyGraceMax: Int64 = 30 * 24 * 3600

    // MARK: Fields

    /// The largest whole number that every JSON reader keeps exactly (RFC 8259 §6): 2⁵³ − 1.
    public static let wholeNumberMax: Int64 = 9_007_199_254_740_991
    /// Of one thing in a pack, a reward or an entitlement: far above any stack, and a thousand of them do not overflow.
    public static let quantityMax: Int64 = 1_000_000
    /// Points or XP given at once: nine millions of such calls still are a whole number that fits.
    public static let pointsAwardMax: Int64 = 1_000_000_000
    /// Elements of one reward: a screen of them, and few rows for who is given it.
    public static let rewardMax = 8
    /// Tiers of a season, twice as many as players rise through in one: with two full rewards each, the row has
    /// some 400 KiB.
    public static let seasonTiersMax = 200
    /// The lifetime of a player's token: an hour, unless asked otherwise, and a day at most, as whoever finds one
    /// plays as its owner until then.
    public static let playerTokenLifetime: Int64 = 3600
    public static let playerTokenLifetimes: ClosedRange<Int64> = 60...24 * 3600
    /// The lifetime of a signed URL: an hour, unless asked otherwise, and a week at most, for nobody can take it back.
    public static let signedURLLifetime: Int64 = 3600
    public static let signedURLLifetimes: ClosedRange<Int64> = 60...7 * 24 * 3600
    /// A player's token, in bytes: ours have some 400, and nothing longer is looked into.
    public static let playerTokenSizeMax = 4096
    /// Assets of a player's own, unless configured: more saves than any menu shows.
    public static let saves: Int64 = 100
    /// And their bytes in all: some hundred large saves with what they were before.
    public static let saveBytes: Int64 = 256 * 1024 * 1024
    /// Resources of one kind that a live event opens.
    public static let liveEventReferencesMax = 64
    /// JSON for the studio's own use in most rows; the data of a player may be larger.
    public static let metadataSizeMax = 16 * 1024
    public static let playerDataSizeMax = 64 * 1024
}
