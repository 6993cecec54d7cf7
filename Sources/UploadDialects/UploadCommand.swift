package import PawlModel

/// What a request of an upload protocol asks for, freed from its spelling.
package enum UploadCommand: Hashable, Sendable {
    /// What may be uploaded here, and how.
    case discover
    /// Begin an upload; the body of the request is the first part of the content.
    case create(NewUpload)
    /// Begin an upload whose content is that of other ones, one behind the other.
    case join([ResourceID], NewUpload)
    /// Say how far the upload is.
    case inspect
    /// Add the body of the request to the content.
    case append(NewPart)
    /// Give the upload up.
    case cancel
}
