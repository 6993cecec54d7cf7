package import Blocks

/// A directory that has segments: a storage, or a backup of one.
package struct BackupPlace: Sendable {
    package var root: String
    /// Where a segment lies in it.
    package var path: @Sendable (BackupManifest.Segment) -> String
    /// The segments of a kind, for looking into them.
    package var storage: @Sendable (String) -> any SegmentStorage

    package init(
        root: String, path: @escaping @Sendable (BackupManifest.Segment) -> String,
        storage: @escaping @Sendable (String) -> any SegmentStorage
    ) {
        self.root = root
        self.path = path
        self.storage = storage
    }
}
