internal import Glibc

/// Where a pull puts its file, and what is there now.
struct PullTarget: Sendable {
    /// The file's own path: links are followed, so that what they point to is replaced and not the link.
    let path: String
    /// The file that is there already, if there is one.
    let older: FileState?

    /// - Parameters:
    ///   - destination: A file's path, or an existing directory.
    ///   - assetName: What the file is called in a directory.
    init(_ destination: String, assetName: String) throws {
        guard !destination.isEmpty else {
            throw ClientError(.unwritableFile, "The destination is empty.", advice: "Name a file or a directory.")
        }
        var path = destination
        if try FileState(path: path)?.isDirectory == true {
            path += (path.hasSuffix("/") ? "" : "/") + assetName
        } else if path.hasSuffix("/") {
            throw ClientError.unwritable(path, errno: ENOENT)
        }
        if let resolved = realpath(path, nil) {
            path = String(cString: resolved)
            free(resolved)
        }
        older = try FileState(path: path)
        if let older, !older.isRegular {
            throw ClientError(
                .notAFile, "'\(path.withoutControls)' is not a regular file, so it is not replaced.",
                advice: "Name another destination.")
        }
        self.path = path
    }

    /// The permission bits of the new file: those of the older one, or what the umask leaves, and the executable
    /// bits wherever it may be read.
    func mode(isExecutable: Bool) -> UInt32 {
        PermissionBits.of(older?.mode ?? PermissionBits.new, isExecutable: isExecutable)
    }
}
