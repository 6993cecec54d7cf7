package import PawlModel

extension Manifest {
    /// The digest that says what this version is.
    package var root: Digest {
        switch kind {
        case .file:
            // A file version that keeps the rules has exactly one entry.
            return entries.first?.root ?? RootBuilder().finalize()
        case .directory:
            var builder = TreeRootBuilder()
            for entry in entries {
                builder.append(
                    kind: entry.kind, isExecutable: entry.isExecutable, path: entry.path, size: entry.size,
                    content: entry.content)
            }
            return builder.finalize()
        }
    }
}

extension Manifest.Entry {
    /// The root of the file's blocks; of what is no file, that of no blocks.
    package var root: Digest {
        var builder = RootBuilder()
        for block in blocks { builder.append(block) }
        return builder.finalize()
    }

    /// What a tree root says of the entry: a file's root, the SHA-256 of a link's target, nothing for a directory.
    package var content: Digest? {
        switch kind {
        case .file: root
        case .directory: nil
        case .symlink: Digest(sha256Of: Array(target.utf8))
        }
    }
}
