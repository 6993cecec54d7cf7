/// What a client said when it began an upload, kept to be said again: its `Upload-Metadata`, and the `Upload-Concat` of a
/// joined one. No header field has a line feed in it, so one stands between them.
struct TusNote: Hashable {
    var metadata: String?
    var concat: String?

    init(metadata: String?, concat: String? = nil) {
        self.metadata = metadata
        self.concat = concat
    }

    init(_ text: String?) {
        let parts = (text ?? "").split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        metadata = parts.first.flatMap { $0.isEmpty ? nil : String($0) }
        concat = parts.count > 1 ? String(parts[1]) : nil
    }

    /// Nil when there is nothing to keep.
    var text: String? {
        guard let concat else { return metadata }
        return (metadata ?? "") + "\n" + concat
    }
}
