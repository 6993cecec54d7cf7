import PawlModel

/// What a version consists of: its entries, and the blocks of each file in order.
///
/// A file version is one file entry with an empty path. A directory version has any number of entries, strictly
/// ascending by the bytes of their paths. The rules that hold for both are in `ManifestRules`; a manifest that was
/// parsed keeps them, one that was put together is asked with `validate()`.
package struct Manifest: Hashable, Sendable {
    /// The kind of the asset. The numbers stand in the packed form.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case file = 1
        case directory = 2
    }

    package var kind: Kind
    /// The name of the chunker profile that made all cuts, at most 16 ASCII bytes; empty for other cuts.
    package var profile: String
    package var entries: [Entry]

    package init(kind: Kind, profile: String = Chunker.profile, entries: [Entry]) {
        self.kind = kind
        self.profile = profile
        self.entries = entries
    }

    /// The manifest of a file that consists of `blocks`.
    package init(file blocks: [BlockReference], profile: String = Chunker.profile, isExecutable: Bool = false) {
        let entry = Entry.file(path: "", isExecutable: isExecutable, blocks: blocks)
        self.init(kind: .file, profile: profile, entries: [entry])
    }

    /// The manifest of a directory; `entries` must ascend by the bytes of their paths.
    package init(directory entries: [Entry], profile: String = Chunker.profile) {
        self.init(kind: .directory, profile: profile, entries: entries)
    }

    /// The bytes of all files together.
    package var size: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// The blocks of all files together, each counted as often as it occurs.
    package var blockCount: Int { entries.reduce(0) { $0 + $1.blocks.count } }
}

extension Manifest {
    /// A file, a directory or a symbolic link of a version.
    package struct Entry: Hashable, Sendable {
        /// The numbers stand in the packed form.
        package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
            case file = 1
            case directory = 2
            case symlink = 3
        }

        package var kind: Kind
        /// Whether a file is one to run; false for what is no file.
        package var isExecutable: Bool
        /// Relative, with `/` between segments; empty for the one entry of a file version.
        package var path: String
        /// The bytes of a file; zero for what is no file.
        package var size: Int64
        /// The blocks of a file in order; empty for an empty file and for what is no file.
        package var blocks: [BlockReference]
        /// Where a link points, relative to the directory that holds it; empty for what is no link.
        package var target: String

        package init(
            kind: Kind, isExecutable: Bool = false, path: String, size: Int64 = 0, blocks: [BlockReference] = [],
            target: String = ""
        ) {
            self.kind = kind
            self.isExecutable = isExecutable
            self.path = path
            self.size = size
            self.blocks = blocks
            self.target = target
        }

        package static func file(path: String, isExecutable: Bool = false, blocks: [BlockReference]) -> Entry {
            let size = blocks.reduce(Int64(0)) { $0 + Int64($1.length) }
            return Entry(kind: .file, isExecutable: isExecutable, path: path, size: size, blocks: blocks)
        }

        package static func directory(path: String) -> Entry {
            Entry(kind: .directory, path: path)
        }

        package static func symlink(path: String, target: String) -> Entry {
            Entry(kind: .symlink, path: path, target: target)
        }
    }
}
