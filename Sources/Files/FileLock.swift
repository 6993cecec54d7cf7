import Glibc

/// The exclusive claim of one process on a storage directory, held until `release` or the end of the process.
///
/// It is a flock(2) on a file that is never removed: were it, a second process could lock a new file of the same name
/// while the first one still holds the old. The kernel drops the lock with the process, however it dies. The file's
/// text, the holder's process id and a line of its own, is for people and for finding the daemon; nothing else trusts it.
package final class FileLock: Sendable {
    private let path: String
    private let descriptor: Descriptor

    /// Claims the lock without waiting.
    ///
    /// - Parameters:
    ///   - path: `storage/lock`; made when missing.
    ///   - note: One line for whoever meets the lock, such as the daemon's address.
    /// - Throws: `FileLockHeld` when another process holds it.
    package init(_ path: String, note: String? = nil) throws {
        self.path = path
        descriptor = try Descriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW, permissions: 0o644)
        do {
            let number = descriptor.number
            _ = try system("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
        } catch let error as FileError where error.errno == EWOULDBLOCK {
            throw FileLockHeld(path: path, text: text(of: descriptor))
        }
        // A full disk must not keep anybody from reading what is there: the line is for people only.
        try? write(note)
    }

    deinit {
        // Closing alone would leave it to a child that was forked just now and has not run its program yet.
        _ = flock(descriptor.number, LOCK_UN)
    }

    /// Replaces the line, for a daemon that learns its port only after it has bound it.
    package func write(_ note: String?) throws {
        var text = "\(getpid())\n"
        if let note { text += note + "\n" }
        try replace(with: text)
    }

    /// Gives the claim back before the object goes. A second call does nothing.
    package func release() {
        // Whoever comes next should not read of a process that is done; if it does, it is a stale line, no more.
        try? replace(with: "")
        _ = flock(descriptor.number, LOCK_UN)
    }

    private func replace(with text: String) throws {
        let number = descriptor.number
        _ = try system("ftruncate", path) { ftruncate(number, 0) }
        let bytes = Array(text.utf8)
        _ = try system("pwrite", path) { pwrite(number, bytes, bytes.count, 0) }
    }
}

/// Another process holds a `FileLock`.
package struct FileLockHeld: Error, Sendable, CustomStringConvertible {
    package var path: String
    /// The holder, when it has written its name already.
    package var processID: Int32?
    /// The holder's own line.
    package var note: String?

    fileprivate init(path: String, text: String) {
        self.path = path
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        processID = lines.first.flatMap { Int32($0) }
        note = lines.dropFirst().first.flatMap { $0.isEmpty ? nil : String($0) }
    }

    package var description: String {
        let holder = processID.map { "process \($0)" } ?? "another process"
        return "\(path) is held by \(holder)" + (note.map { " (\($0))" } ?? "")
    }
}

/// What the holder wrote, as far as it can be read: the message must not fail for want of it.
private func text(of descriptor: Descriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor.number, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}
