internal import PawlModel

/// What lies at one path of a local folder.
package struct LocalEntry: Hashable, Sendable {
    /// Relative to the folder, with `/` between segments; empty for a file that was named itself.
    package var path: String
    package var kind: Kind
    var state: FileState
    /// Where a link points.
    package var target = ""
    /// Whether a `.pawlignore` says that it does not belong to the content.
    package var isIgnored = false

    package enum Kind: Hashable, Sendable {
        case file, directory, symlink
        /// A pipe, a socket or a device.
        case special

        /// Nil for what no version can have.
        var entryKind: Entry.Kind? {
            switch self {
            case .file: .file
            case .directory: .directory
            case .symlink: .symlink
            case .special: nil
            }
        }
    }
}

/// A local folder with all that is in it.
package struct FolderListing: Hashable, Sendable {
    /// Ascending by the bytes of their paths.
    package var entries: [LocalEntry] = []
    /// What could not be looked at, or has a name that is no text.
    package var troubles: [EntryTrouble] = []
    /// Directories into which a pull was broken off, or still goes on: they may be a mixture of two versions.
    package var unfinishedPulls: [String] = []
}

/// Why something in a folder cannot be taken as it is.
package struct EntryTrouble: Hashable, Sendable {
    package var path: String
    /// The end of a sentence that begins with the path.
    package var detail: String
}

extension [EntryTrouble] {
    /// How many are told at once; the rest is counted.
    private static let listedMax = 20

    /// Each on a line of its own, as many as a person reads.
    var lines: String {
        let listed = prefix(Self.listedMax).map { "\n  \($0.path.withoutControls) \($0.detail)" }.joined()
        return listed + (count > Self.listedMax ? "\n  and \(count - Self.listedMax) more" : "")
    }
}

extension String {
    /// Byte by byte: a String's own order is that of its letters.
    func precedesInBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
