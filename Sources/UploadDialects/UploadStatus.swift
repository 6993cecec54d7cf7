package import PawlModel

/// What there is to tell of an upload.
package struct UploadStatus: Hashable, Sendable {
    package var id: ResourceID
    /// Bytes that are durable.
    package var offset: Int64
    /// Of the whole content in bytes, when it is known.
    package var length: Int64?
    /// Whether all of the content has come.
    package var isComplete: Bool
    /// Whether it is only there to be joined with others.
    package var isPartial: Bool
    /// Nil when it does not end by itself.
    package var expiry: Expiry?
    /// What the client said of it when it began.
    package var note: String?
    /// What the content was proven to have.
    package var sha256: Digest?
    package var limits: UploadLimits

    package init(
        _ id: ResourceID, offset: Int64 = 0, length: Int64? = nil, isComplete: Bool = false, isPartial: Bool = false,
        expiry: Expiry? = nil, note: String? = nil, sha256: Digest? = nil, limits: UploadLimits = UploadLimits()
    ) {
        self.id = id
        self.offset = offset
        self.length = length
        self.isComplete = isComplete
        self.isPartial = isPartial
        self.expiry = expiry
        self.note = note
        self.sha256 = sha256
        self.limits = limits
    }

    /// When an upload ends that nobody touches, told twice because protocols tell it differently.
    package struct Expiry: Hashable, Sendable {
        /// As header fields have it (RFC 9110 §5.6.7).
        package var date: String
        package var secondsLeft: Int64

        package init(date: String, secondsLeft: Int64) {
            self.date = date
            self.secondsLeft = secondsLeft
        }
    }
}
