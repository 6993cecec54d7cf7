package import HTTPTypes
package import PawlModel

extension ProblemCode {
    /// The one place where an error gets its HTTP status.
    package var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .malformedJSON, .malformedQuery, .malformedBlockStream, .malformedManifest,
            .truncatedBody, .idempotencyKeyRequired:
            .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound, .noVersion: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .tooManyRequests: .tooManyRequests
        case .notUnique, .inUse, .blocksMissing, .uploadDone, .wrongDoor: .conflict
        case .notAvailable, .notGiftable, .wrongState, .requirementsMissing, .quotaExceeded: .conflict
        case .uploadGone, .eventsExpired: .gone
        case .preconditionFailed: .preconditionFailed
        case .bodyTooLarge, .blockTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .invalid, .idempotencyKeyReused, .blockMismatch, .lengthMismatch, .digestMismatch:
            .unprocessableContent
        case .preconditionRequired: .preconditionRequired
        case .internalError, .damagedBlock: .internalServerError
        case .readOnly, .unavailable: .serviceUnavailable
        case .insufficientStorage: .insufficientStorage
        }
    }
}

extension HTTPResponse.Status {
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
