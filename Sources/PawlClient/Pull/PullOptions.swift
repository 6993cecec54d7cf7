extension PawlClient {
    /// What of a version a pull brings, and how.
    public struct PullOptions: Sendable {
        /// One file or one directory of a folder, by its path in it; nil for all.
        public var entry: String?
        /// Whether what the version does not have is removed from the folder; what a `.pawlignore` there names stays.
        public var removesOthers: Bool
        /// Whether it is only said what would be done.
        public var isDryRun: Bool
        /// Whether files that nobody wrote to since an earlier push or pull are taken as they were then, unread.
        public var usesCache: Bool

        public init(
            entry: String? = nil, removesOthers: Bool = false, isDryRun: Bool = false, usesCache: Bool = true
        ) {
            self.entry = entry
            self.removesOthers = removesOthers
            self.isDryRun = isDryRun
            self.usesCache = usesCache
        }
    }
}
