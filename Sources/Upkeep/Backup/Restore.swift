import Blocks
package import Files
package import PawlModel

/// Makes a storage of a backup. What is read is held against the manifest.
package struct Restore: Sendable {
    private let files: any FileSystem
    private let source: BackupPlace
    private let target: BackupPlace
    private let progress: @Sendable (Int64, Int64) -> Void

    package init(
        _ files: any FileSystem, from source: BackupPlace, to target: BackupPlace,
        progress: @escaping @Sendable (Int64, Int64) -> Void
    ) {
        self.files = files
        self.source = source
        self.target = target
        self.progress = progress
    }

    /// Throws `BackupError` when there is nothing to restore. Makes nothing.
    package func check() async throws { _ = try await manifest() }

    private func manifest() async throws -> BackupManifest {
        guard let bytes = try await FileCopy(files: files).read(source.root + "/" + BackupManifest.fileName) else {
            throw BackupError("\(source.root) holds no backup that has ended: it has no \(BackupManifest.fileName).")
        }
        guard let manifest = BackupManifest(parsing: bytes) else {
            throw BackupError("\(source.root)/\(BackupManifest.fileName) is damaged, or of a newer pawl.")
        }
        return manifest
    }

    /// Reads everything, and says what could not be restored as it was.
    package func verify() async throws -> BackupReport {
        let copies = FileCopy(files: files)
        let manifest = try await manifest()
        var report = BackupReport()
        report.bytesTotal = manifest.byteCount
        var done: Int64 = 0
        for segment in manifest.segments {
            let isWhole = try await copies.holds(
                source.path(segment), length: segment.length, checksum: segment.checksum)
            if isWhole { report.segments += 1 }
            if !isWhole { report.findings.append("\(Backup.name(of: segment)) is damaged in the backup, or missing") }
            done += segment.length
            progress(done, manifest.byteCount)
        }
        let database = manifest.database
        if try await !copies.holds(
            source.root + "/" + database.name, length: database.length, checksum: database.checksum)
        {
            report.findings.append("The database of the backup is damaged, or missing: none of it can be restored")
        }
        progress(manifest.byteCount, manifest.byteCount)
        return report
    }

    /// Copies everything, the database last.
    ///
    /// - Parameters:
    ///   - database: Where the rows go.
    ///   - extras: Names of small files that are taken along where they are there.
    /// - Throws: `BackupError` when there is nothing to restore, or the rows are damaged. A damaged segment is told in the
    ///   report: the others are of use without it.
    package func run(database: String, extras: [String]) async throws -> BackupReport {
        let copies = FileCopy(files: files)
        let manifest = try await manifest()
        var report = BackupReport()
        report.bytesTotal = manifest.byteCount
        var directories: Set<String> = [target.root]
        for segment in manifest.segments {
            let path = target.path(segment)
            directories.insert(FileCopy.directory(of: path))
            try await files.makeDirectory(FileCopy.directory(of: path))
            do {
                var done = report.bytesCopied
                let copied = try await copies.copy(source.path(segment), to: path, length: segment.length) {
                    done += Int64($0)
                    progress(done, manifest.byteCount)
                }
                report.bytesCopied += copied.length
                guard copied.length == segment.length, copied.checksum == segment.checksum else {
                    report.findings.append("\(Backup.name(of: segment)) is damaged in the backup: run `pawl scrub`")
                    continue
                }
            } catch let error as FileError where error.code == .notFound {
                report.findings.append("\(Backup.name(of: segment)) is not in the backup: run `pawl scrub`")
                continue
            }
            report.segments += 1
        }
        for name in extras where try await files.exists(source.root + "/" + name) {
            _ = try await copies.copy(source.root + "/" + name, to: target.root + "/" + name)
        }
        let copied = try await copies.copy(source.root + "/" + manifest.database.name, to: database)
        report.bytesCopied += copied.length
        guard copied.length == manifest.database.length, copied.checksum == manifest.database.checksum else {
            try await files.remove(database)
            throw BackupError("The database of the backup in \(source.root) is damaged.")
        }
        for directory in directories.sorted() { try await files.synchronizeDirectory(directory) }
        progress(manifest.byteCount, manifest.byteCount)
        return report
    }
}
