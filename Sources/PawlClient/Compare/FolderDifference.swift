internal import BlockFormat
public import PawlModel

/// How one entry of a version differs from another version, or from a local folder.
public struct FolderDifference: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Only the new one has it; of a local folder, it is missing there.
        case added
        /// Another content, another target of a link, or another kind.
        case changed
        /// The executable bit alone.
        case mode
        /// Only the old one has it; of a local folder, it is more than the version has.
        case removed
    }

    public var kind: Kind
    /// Empty for a file version.
    public var path: String
    /// What it is on either side; nil where it is not.
    public var old: Entry.Kind?
    public var new: Entry.Kind?
    /// In bytes; zero for what is no file.
    public var oldSize: Int64
    public var newSize: Int64

    init(_ kind: Kind, old: Manifest.Entry?, new: Manifest.Entry?) {
        self.kind = kind
        path = new?.path ?? old?.path ?? ""
        self.old = old.map { Entry.Kind($0.kind) }
        self.new = new.map { Entry.Kind($0.kind) }
        oldSize = old?.size ?? 0
        newSize = new?.size ?? 0
    }

    init(_ kind: Kind, path: String, old: Entry.Kind?, new: Entry.Kind?, oldSize: Int64, newSize: Int64) {
        self.kind = kind
        self.path = path
        self.old = old
        self.new = new
        self.oldSize = oldSize
        self.newSize = newSize
    }

    /// All that differs between two lists of entries, ascending by the bytes of their paths.
    static func between(_ old: [Manifest.Entry], _ new: [Manifest.Entry]) -> [FolderDifference] {
        var differences: [FolderDifference] = []
        var (left, right) = (old[...], new[...])
        while !left.isEmpty || !right.isEmpty {
            switch (left.first, right.first) {
            case (let before?, let after?) where before.path.utf8.elementsEqual(after.path.utf8):
                if let kind = Kind(from: before, to: after) {
                    differences.append(FolderDifference(kind, old: before, new: after))
                }
                left.removeFirst()
                right.removeFirst()
            case (let before?, let after?) where before.path.precedesInBytes(after.path):
                differences.append(FolderDifference(.removed, old: before, new: nil))
                left.removeFirst()
            case (let before?, nil):
                differences.append(FolderDifference(.removed, old: before, new: nil))
                left.removeFirst()
            case (_, let after?):
                differences.append(FolderDifference(.added, old: nil, new: after))
                right.removeFirst()
            case (nil, nil): break
            }
        }
        return differences
    }
}

extension FolderDifference.Kind {
    /// Nil when both are the same.
    fileprivate init?(from old: Manifest.Entry, to new: Manifest.Entry) {
        if old.kind != new.kind || old.blocks != new.blocks || !old.target.utf8.elementsEqual(new.target.utf8) {
            self = .changed
        } else if old.isExecutable != new.isExecutable {
            self = .mode
        } else {
            return nil
        }
    }
}

extension Entry.Kind {
    init(_ kind: Manifest.Entry.Kind) {
        switch kind {
        case .file: self = .file
        case .directory: self = .directory
        case .symlink: self = .symlink
        }
    }
}
