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
    public static let receiveRunSize = 512 * 1024
    /// The packed manifest of a commit: 36 bytes a block, so a file of about 100 GiB.
    public static let manifestSizeMax = 64 * 1024 * 1024
    /// Ids listed in a `blocks_missing` problem; a client asks `have` for the rest.
    public static let missingListedMax = 1000

    // MARK: Segments

    /// A segment is sealed when it has grown this far: large enough for long runs, small enough to copy.
    public static let segmentSizeMax: Int64 = 64 * 1024 * 1024
    /// Space is reserved ahead in steps of this size, so that a full disk is met before a write.
    public static let segmentReserveStep: Int64 = 8 * 1024 * 1024
    /// Each synced group ends on a multiple of this, so that no acknowledged sector is written again.
    public static let syncAlignment = 4096

    /// Bytes that stay free on the volume, unless configured: SQLite can still commit, and deletion still work.
    public static let storageReserve: Int64 = 256 * 1024 * 1024

    // MARK: Reading

    /// One read from disk on the way out; measured as fast as sendfile at this size.
    public static let readRunSize = 1024 * 1024
    /// Entries in one manifest page.
    public static let manifestPageEntries = 1024

    // MARK: Rows

    /// The body of a JSON request.
    public static let jsonBodySizeMax = 1024 * 1024
    /// Arrays and objects inside each other in such a body: no studio needs as many, and reading takes time with the
    /// square of it.
    public static let jsonDepthMax = 32
    /// Rows on one page of a list.
    public static let pageSizeMax = 500
    public static let pageSizeDefault = 50
    /// Conditions in one `filter`.
    public static let filterConditionsMax = 8
    /// An `Idempotency-Key`, in characters.
    public static let idempotencyKeyMax = 255
    /// Rows touched by one transaction of bookkeeping, so that nobody waits long for the writer.
    public static let bookkeepingBatch = 1000

    // MARK: Times

    /// An idempotency record is kept for a day: longer than any client retries.
    public static let idempotencyLifetime: Int64 = 24 * 3600
    /// An upload that sends nothing for so long gives its segment back: a thousand that were left would else hold a
    /// thousand files open, and 8 GiB of reserved space.
    public static let segmentRest: Int64 = 60
    /// An open upload that nobody touches expires after this, unless configured.
    public static let uploadLifetime: Int64 = 3 * 24 * 3600
}
