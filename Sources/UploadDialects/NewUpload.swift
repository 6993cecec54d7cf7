package import PawlModel

/// What an upload is begun with.
package struct NewUpload: Hashable, Sendable {
    /// The length of the whole content in bytes, when it is known already.
    package var length: Int64?
    /// Whether it is only there to be joined with others.
    package var isPartial = false
    /// Where the content goes: for protocols that do not say it with the URL.
    package var target: String?
    /// The game of a partial upload.
    package var game: String?
    /// What the client calls the file: one segment, without control characters.
    package var filename: String?
    /// The media type of the content, when it says more than that it is bytes.
    package var mediaType: String?
    package var label: String?
    package var channel: String?
    /// Whether its version waits until it is published.
    package var hold = false
    /// What the whole content has; proven before anybody sees it.
    package var sha256: Digest?
    /// The client's own words about it, given back to its dialect as they are.
    package var note: String?
    /// What the request's body is of the content; nil when it has none.
    package var body: NewPart?

    package init() {}
}
