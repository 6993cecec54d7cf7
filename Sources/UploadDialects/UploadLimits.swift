/// What bounds uploads, as far as clients are told before they run into it.
package struct UploadLimits: Hashable, Sendable {
    /// Of a whole content in bytes; nil when only the disk bounds it.
    package var maxSize: Int64?

    package init(maxSize: Int64? = nil) {
        self.maxSize = maxSize
    }
}
