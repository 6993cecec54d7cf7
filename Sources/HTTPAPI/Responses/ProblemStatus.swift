package import HTTPTypes
package import PawlModel

extension ProblemCode {
    /// The one place where an error gets its HTTP status.
    package var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .malformedJSON, .malformedQuery, .malformedBlockStream, .malformedManifest,
            .truncatedBody, .idempotencyKeyRequired, .inconsistentLength:
            .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden, .badSignature, .urlExpired: .forbidden
        case .notFound, .noVersion, .notAFile, .notADirectory: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .tooManyRequests: .tooManyRequests
        case .notUnique, .inUse, .blocksMissing, .uploadDone, .wrongDoor, .offsetMismatch:
            .conflict
        case .testFailed, .revertConflict, .irreversible: .conflict
        case .notAvailable, .notGiftable, .wrongState, .requirementsMissing, .quotaExceeded: .conflict
        case .uploadGone, .eventsExpired, .apiSunset: .gone
        case .preconditionFailed, .planChanged, .unsupportedVersion: .preconditionFailed
        case .bodyTooLarge, .blockTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .urlTooLong: .uriTooLong
        case .headTooLarge: .requestHeaderFieldsTooLarge
        case .headTooSlow: .requestTimeout
        case .changesetFailed, .dependencyCycle, .ambiguousOrder: .unprocessableContent
        case .invalid, .idempotencyKeyReused, .blockMismatch, .lengthMismatch, .digestMismatch,
            .checksumMismatch:
            .unprocessableContent
        case .preconditionRequired: .preconditionRequired
        case .internalError, .damagedBlock: .internalServerError
        case .readOnly, .unavailable: .serviceUnavailable
        case .insufficientStorage: .insufficientStorage
        }
    }

    /// The same where bytes are uploaded: tus-js-client sends again what was answered with 409, and other clients ask for
    /// the offset and go on, but a repeat makes no room in a quota.
    package var uploadStatus: HTTPResponse.Status { self == .quotaExceeded ? .contentTooLarge : status }
}

extension HTTPResponse.Status {
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
