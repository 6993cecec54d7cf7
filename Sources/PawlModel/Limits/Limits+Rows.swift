/// What rows and requests about them may have, and how long what belongs to them is kept.
extension Limits {
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

    // MARK: Changesets

    /// Operations of one changeset: a season with all that is in it, and some tenths of a second of the one writer.
    public static let operationsMax = 1000
    /// The body of a changeset: each operation may have some KiB.
    public static let changesetSizeMax = 4 * 1024 * 1024
    /// Changes that are listed of one changeset at once.
    public static let changesListedMax = 1000

    // MARK: Ranks

    /// Columns of a leaderboard: a score, and four that break ties.
    public static let scoreColumnsMax = 5
    /// Entries of a leaf of a rank tree: each rank counts half of one on average, in microseconds. Larger leaves make
    /// ranks slower, smaller ones save nothing more.
    public static let rankLeafMax = 512
    /// Children of an inner node: three levels for five million entries, four for half a billion.
    public static let rankFanOutMax = 128

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

    // MARK: Keys

    /// Keys that are remembered between two commits: more than a studio has in use at once.
    public static let knownKeysMax = 1000
    /// After a key's rotation its old secret works on for a day, unless asked otherwise: time to deploy the new one.
    public static let keyGrace: Int64 = 24 * 3600
    /// And for a month at most: a secret that was leaked should not outlive its rotation for long.
    public static let keyGraceMax: Int64 = 30 * 24 * 3600

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
}
