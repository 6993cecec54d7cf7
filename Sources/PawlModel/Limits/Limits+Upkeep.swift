/// What collection, journal, rebuild and scrub do at once.
extension Limits {
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
    /// Rows of blocks that a compaction has in memory: all of a segment, unless its blocks are small.
    public static let compactionPage = 8192
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
    /// What of the journal may be out of date, beside as much as is not, before a collection tells all anew.
    public static let journalSpare: Int64 = 32 * 1024 * 1024
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
    /// Seconds that a held upload waits to be published: a month, for a season that is prepared.
    public static let heldLifetime: Int64 = 30 * 24 * 60 * 60
    /// Rows of an import in one request, in bytes: one version's manifest fits.
    public static let importRequestSizeMax = manifestSizeMax + 2 * jsonBodySizeMax
}
