/// Why something failed on this side of the wire, or between the two.
///
/// `message` says what happened and `advice` what to do next, each in one sentence. Equal when the codes are.
public struct ClientError: Error, Sendable {
    /// Stable names for scripts; none is renamed.
    public enum Code: String, Sendable, CaseIterable {
        /// No connection could be made.
        case unreachable
        /// The connection was there, and no answer came in time.
        case timedOut = "timed_out"
        /// The connection broke, or an answer ended too early.
        case interrupted
        /// The server's certificate does not hold.
        case untrusted
        /// The server's address cannot be read.
        case badAddress = "bad_address"
        /// The server said something that this client does not understand.
        case badAnswer = "bad_answer"
        /// A game, an asset, a version or a channel is named in a way that cannot exist.
        case badName = "bad_name"
        case unknownGame = "unknown_game"
        case unknownAsset = "unknown_asset"
        case unknownVersion = "unknown_version"
        case unknownChannel = "unknown_channel"
        case unknownEntry = "unknown_entry"
        case unknownPlayer = "unknown_player"
        /// The game is missing and the key may not make it.
        case gameNotMade = "game_not_made"
        /// A local file cannot be read.
        case unreadableFile = "unreadable_file"
        /// A local path is a directory, a device or the like.
        case notAFile = "not_a_file"
        /// A local folder has what no version can have.
        case unpushable
        /// A pull into a local folder did not end.
        case unfinishedPull = "unfinished_pull"
        /// A local file changed while it was pushed.
        case fileChanged = "file_changed"
        /// A local file cannot be written.
        case unwritableFile = "unwritable_file"
        /// The local disk is full.
        case diskFull = "disk_full"
        /// Another pull writes to the same place.
        case busy
        /// Bytes came that are not the block that was asked for, again and again.
        case wrongBytes = "wrong_bytes"
        /// The asset is of a kind that this command cannot handle.
        case unsupported
        /// The upload was lost again and again, or its commit never found all blocks.
        case transferFailed = "transfer_failed"
    }

    public var code: Code
    public var message: String
    public var advice: String
    /// The error beneath, for debugging.
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, advice: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
        self.cause = cause
    }

    /// Whether the same command may well succeed later, going on from what was transferred.
    public var isTemporary: Bool {
        switch code {
        case .unreachable, .timedOut, .interrupted, .fileChanged, .diskFull: true
        default: false
        }
    }

    /// Whether the connection is to blame, so that the request is tried again.
    var isConnectionTrouble: Bool {
        code == .unreachable || code == .timedOut || code == .interrupted
    }
}

extension ClientError: Equatable {
    public static func == (left: ClientError, right: ClientError) -> Bool {
        left.code == right.code
    }
}

extension ClientError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "\(message) \(advice)" }

    public var debugDescription: String {
        "\(code.rawValue): \(description)" + (cause.map { " [\(String(reflecting: $0))]" } ?? "")
    }
}
