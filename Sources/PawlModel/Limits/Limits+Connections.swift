/// What those who connect may hold, and how often they may ask.
extension Limits {
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
}
