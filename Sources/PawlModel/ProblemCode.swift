/// The stable codes of problems. Scripts switch on them for years, so none is renamed or reused.
public enum ProblemCode: String, Hashable, Sendable, CaseIterable {
    // Requests that cannot be read.
    case malformedRequest = "malformed_request"
    case malformedJSON = "malformed_json"
    case malformedQuery = "malformed_query"
    case malformedBlockStream = "malformed_block_stream"
    case malformedManifest = "malformed_manifest"
    case truncatedBody = "truncated_body"
    case bodyTooLarge = "body_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case rangeNotSatisfiable = "range_not_satisfiable"
    case urlTooLong = "url_too_long"
    case headTooLarge = "head_too_large"
    case headTooSlow = "head_too_slow"

    // Who asks, and for what.
    case unauthenticated = "unauthenticated"
    case forbidden = "forbidden"
    case badSignature = "bad_signature"
    case urlExpired = "url_expired"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case tooManyRequests = "too_many_requests"

    // Rules of the model.
    case invalid = "invalid"
    case notUnique = "not_unique"
    case inUse = "in_use"
    case preconditionRequired = "precondition_required"
    case preconditionFailed = "precondition_failed"
    case idempotencyKeyReused = "idempotency_key_reused"
    case idempotencyKeyRequired = "idempotency_key_required"

    // Changesets.
    case changesetFailed = "changeset_failed"
    case dependencyCycle = "dependency_cycle"
    case ambiguousOrder = "ambiguous_order"
    case planChanged = "plan_changed"
    case testFailed = "test_failed"
    case revertConflict = "revert_conflict"
    case irreversible = "irreversible"

    // What happens in a game.
    case notAvailable = "not_available"
    case notGiftable = "not_giftable"
    case wrongState = "wrong_state"
    case requirementsMissing = "requirements_missing"
    case quotaExceeded = "quota_exceeded"

    // Older versions of the API.
    case apiSunset = "api_sunset"

    // Events.
    case eventsExpired = "events_expired"

    // Transfers.
    case blockMismatch = "block_mismatch"
    case blockTooLarge = "block_too_large"
    case blocksMissing = "blocks_missing"
    case lengthMismatch = "length_mismatch"
    case digestMismatch = "digest_mismatch"
    case checksumMismatch = "checksum_mismatch"
    case offsetMismatch = "offset_mismatch"
    case inconsistentLength = "inconsistent_length"
    case unsupportedVersion = "unsupported_version"
    case uploadGone = "upload_gone"
    case uploadDone = "upload_done"
    case wrongDoor = "wrong_door"
    case noVersion = "no_version"
    case notAFile = "not_a_file"
    case notADirectory = "not_a_directory"

    // The daemon's own state.
    case insufficientStorage = "insufficient_storage"
    case readOnly = "read_only"
    case damagedBlock = "damaged_block"
    case unavailable = "unavailable"
    case internalError = "internal_error"

    /// A few words for the `title` member (RFC 9457 §3.1.4); the same for every occurrence.
    public var title: String {
        switch self {
        case .malformedRequest: "The request cannot be read"
        case .malformedJSON: "The body is not the JSON object that was expected"
        case .malformedQuery: "A query parameter cannot be read"
        case .malformedBlockStream: "The block stream cannot be read"
        case .malformedManifest: "The manifest cannot be read"
        case .truncatedBody: "The body ended too early"
        case .bodyTooLarge: "The body is too large"
        case .unsupportedMediaType: "The media type is not accepted here"
        case .rangeNotSatisfiable: "The range lies outside of the content"
        case .urlTooLong: "The URL is too long"
        case .headTooLarge: "The head of the request is too large"
        case .headTooSlow: "The head of the request took too long"
        case .unauthenticated: "A valid key is needed"
        case .forbidden: "The key may not do this"
        case .badSignature: "The URL's signature is not valid"
        case .urlExpired: "The signed URL has expired"
        case .notFound: "Not found"
        case .tooManyRequests: "Too many requests at once"
        case .methodNotAllowed: "The method is not allowed here"
        case .invalid: "A field breaks a rule"
        case .notUnique: "It exists already"
        case .inUse: "Something still refers to it"
        case .preconditionRequired: "If-Match is required"
        case .preconditionFailed: "It has changed in the meantime"
        case .idempotencyKeyReused: "The idempotency key was used for something else"
        case .changesetFailed: "Several operations cannot be done"
        case .dependencyCycle: "Operations wait for each other"
        case .ambiguousOrder: "The order of two operations is not said"
        case .planChanged: "It would not do what was planned"
        case .testFailed: "Something is not as it must be"
        case .revertConflict: "It was changed again since"
        case .irreversible: "It cannot be taken back"
        case .notAvailable: "It cannot be had now"
        case .notGiftable: "It cannot be given away"
        case .wrongState: "It is not in a state for this"
        case .requirementsMissing: "Something has to be reached before"
        case .quotaExceeded: "It is more than one player may keep"
        case .apiSunset: "This version of the API is not spoken any more"
        case .eventsExpired: "Those events are no longer kept"
        case .idempotencyKeyRequired: "Idempotency-Key is required"
        case .blockMismatch: "A block's bytes do not match its id"
        case .blockTooLarge: "A block is too large"
        case .blocksMissing: "Blocks are missing"
        case .lengthMismatch: "A length does not match its block"
        case .digestMismatch: "The digest does not match the bytes"
        case .checksumMismatch: "The checksum does not match the bytes of the request"
        case .offsetMismatch: "The bytes do not begin where the upload is"
        case .inconsistentLength: "The lengths that were told do not agree"
        case .unsupportedVersion: "The version of the protocol is not spoken here"
        case .uploadGone: "The upload is gone"
        case .uploadDone: "The upload is already done"
        case .wrongDoor: "The upload was begun another way"
        case .noVersion: "There is no such version"
        case .notAFile: "It is a directory or a link"
        case .notADirectory: "It is a file"
        case .insufficientStorage: "The disk is full"
        case .readOnly: "The daemon takes no changes"
        case .damagedBlock: "A stored block is damaged"
        case .unavailable: "Not available right now"
        case .internalError: "Something went wrong inside"
        }
    }

    /// The `type` member (RFC 9457 §3.1.1): a URL where a registry has one, else `about:blank`.
    public var type: String {
        switch self {
        case .offsetMismatch: Self.registry + "mismatching-upload-offset"
        case .inconsistentLength: Self.registry + "inconsistent-upload-length"
        default: "about:blank"
        }
    }

    private static let registry = "https://iana.org/assignments/http-problem-types#"
}
