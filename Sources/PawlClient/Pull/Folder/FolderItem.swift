package import BlockFormat

/// What lies at a path of the local folder, as a plan sees it.
package struct FolderItem: Sendable {
    package var path: String
    package var kind: LocalEntry.Kind
    /// Of a file, in bytes.
    package var size: Int64
    package var isExecutable: Bool
    /// Where a link points.
    package var target: String
    /// Whether it is nothing of the content: then nobody removes it.
    package var isIgnored: Bool
    /// A file's blocks in order; nil when it was not read.
    package var blocks: [BlockReference]?

    package init(
        path: String, kind: LocalEntry.Kind, size: Int64 = 0, isExecutable: Bool = false, target: String = "",
        isIgnored: Bool = false, blocks: [BlockReference]? = nil
    ) {
        self.path = path
        self.kind = kind
        self.size = size
        self.isExecutable = isExecutable
        self.target = target
        self.isIgnored = isIgnored
        self.blocks = blocks
    }

    init(_ entry: LocalEntry, blocks: [BlockReference]? = nil) {
        self.init(
            path: entry.path, kind: entry.kind, size: entry.kind == .file ? entry.state.size : 0,
            isExecutable: entry.kind == .file && entry.state.isExecutable, target: entry.target,
            isIgnored: entry.isIgnored, blocks: blocks)
    }
}
