internal import Glibc
internal import PawlModel

/// Room on the file system of a path.
package enum FreeSpace {
    /// Refuses what cannot end well, before anything is written. Blocks the thread.
    ///
    /// - Parameters:
    ///   - bytes: The least that is needed.
    ///   - path: Of something that is there.
    package static func require(_ bytes: Int64, at path: String, for target: String) throws {
        var state = statvfs()
        // Where it is not told, writing tells.
        guard bytes > 0, statvfs(path, &state) == 0, state.f_blocks > 0 else { return }
        let free = Int64(clamping: UInt64(geteuid() == 0 ? state.f_bfree : state.f_bavail) * UInt64(state.f_frsize))
        guard free < bytes else { return }
        throw ClientError(
            .diskFull,
            "'\(target.withoutControls)' needs \(mebibytes(bytes)) MiB, and its disk has \(mebibytes(free)) MiB left: "
                + "nothing was fetched.",
            advice: "Make room and run the same command again.")
    }

    private static func mebibytes(_ bytes: Int64) -> Int64 { (bytes + (1 << 20) - 1) >> 20 }
}
