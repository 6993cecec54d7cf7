package import HTTPTypes

/// What became of a command, for a dialect to tell.
///
/// `target` is the head of what the resource answers that the content was for; nil while the content is not complete, and
/// for parts, which are for no resource.
package enum UploadOutcome: Hashable, Sendable {
    case capabilities(UploadLimits)
    case created(UploadStatus, target: HTTPResponse?)
    case appended(UploadStatus, target: HTTPResponse?)
    case state(UploadStatus)
    case cancelled
}
