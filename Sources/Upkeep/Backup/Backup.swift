package import Blocks
package import Files
package import PawlModel

/// Copies a storage into a directory, beside whoever works with it: the rows as they are at one moment, and the segments
/// that they refer to. What an earlier backup has there already is not copied again.
///
/// 1. Segments are only ever added to, and sealed ones not even that: what a moment's rows refer to stays as it is, as long
///    as no segment is removed. The caller holds that off.
/// 2. Every file is synced under another name, and then gets its own.
/// 3. The manifest comes last. One that was there before stays good until then: its segments are only added to, and its
///    database has a name of its own.
package struct Backup: Sendable {
    let files: any FileSystem
    private let source: BackupPlace
    let target: BackupPlace
    /// Who needs a damaged block or tail of a segment; empty when nobody does.
    private let holders: @Sendable (BackupManifest.Segment, SegmentDamage) async throws -> [String]
    private let progress: @Sendable (Int64, Int64) -> Void

    /// - Parameter progress: Called with the bytes that are done, and all there are.
    package init(
        _ files: any FileSystem, from source: BackupPlace, to target: BackupPlace,
        holders: @escaping @Sendable (BackupManifest.Segment, SegmentDamage) async throws -> [String],
        progress: @escaping @Sendable (Int64, Int64) -> Void
    ) {
        self.files = files
        self.source = source
        self.target = target
        self.holders = holders
        self.progress = progress
    }

    var copies: FileCopy { FileCopy(files: files) }

    /// Ends a backup whose database is in place.
    ///
    /// - Parameters:
    ///   - database: The name of the snapshot of the rows, which is in the target already.
    ///   - storage: Which one it is.
    ///   - segments: What those rows refer to.
    ///   - extras: Names of small files that are taken along where they are there, readable by their owner only.
    ///   - verifies: Whether every byte is read of what an earlier backup has there.
    package func run(
        database: String, of storage: ResourceID?, segments: [BackupManifest.Segment], extras: [String],
        verifies: Bool = false, at time: Timestamp
    ) async throws -> BackupReport {
        var report = BackupReport()
        let before = try await self.manifest()
        let (length, checksum) = try await copies.checksum(of: target.root + "/" + database)
        report.bytesTotal = segments.reduce(length) { $0 + $1.length }
        report.bytesCopied = length
        var done = length
        var kept: [BackupManifest.Segment] = []
        var directories: Set<String> = [target.root]
        for segment in segments {
            if let there = try await earlier(segment, in: before, verifies, &report) {
                kept.append(there)
            } else if let copied = try await copy(segment, &directories, &report, done) {
                kept.append(copied)
            }
            done += segment.length
            progress(done, report.bytesTotal)
        }
        for name in extras where try await files.exists(source.root + "/" + name) {
            _ = try await copies.copy(source.root + "/" + name, to: target.root + "/" + name)
        }
        for directory in directories.sorted() { try await files.synchronizeDirectory(directory) }
        let manifest = BackupManifest.make(
            at: time, of: storage, database: .init(name: database, length: length, checksum: checksum), segments: kept)
        try await copies.write(manifest.text(), to: target.root + "/" + BackupManifest.fileName)
        try await files.synchronizeDirectory(target.root)
        try await removeOthers(than: manifest)
        report.segments = kept.count
        return report
    }

    /// The same segment of the backup before, when its file is as it was then.
    private func earlier(
        _ segment: BackupManifest.Segment, in before: BackupManifest?, _ verifies: Bool, _ report: inout BackupReport
    ) async throws -> BackupManifest.Segment? {
        let there = before?.segments.first { $0.kind == segment.kind && $0.number == segment.number }
        // What is damaged is told each time, and may be mended meanwhile.
        guard let there, there.length == segment.length, there.isDamaged != true else { return nil }
        let length = try await target.storage(segment.kind).length(of: segment.number)
        guard let length, length >= segment.length,
            try await source.storage(segment.kind).length(of: segment.number) != nil
        else { return nil }
        guard try await isUnchanged(segment) else { return nil }
        guard verifies,
            try await !copies.holds(target.path(segment), length: there.length, checksum: there.checksum)
        else { return there }
        report.notes.append("\(Self.name(of: segment)) was damaged in the backup, and is copied anew")
        return nil
    }

    private func isUnchanged(_ segment: BackupManifest.Segment) async throws -> Bool {
        let ours = try await source.storage(segment.kind).read(segment.number)
        let theirs = try await target.storage(segment.kind).read(segment.number)
        let isUnchanged: Bool
        do {
            isUnchanged = try await SegmentCheck.areEqual(ours, theirs, length: segment.length)
        } catch {
            try? await ours.close()
            try? await theirs.close()
            throw error
        }
        try? await ours.close()
        try? await theirs.close()
        return isUnchanged
    }

    private func copy(
        _ segment: BackupManifest.Segment, _ directories: inout Set<String>, _ report: inout BackupReport, _ done: Int64
    ) async throws -> BackupManifest.Segment? {
        let path = target.path(segment)
        let directory = FileCopy.directory(of: path)
        try await files.makeDirectory(directory)
        directories.insert(directory)
        var copied = segment
        let total = report.bytesTotal
        var bytes = done
        do {
            (copied.length, copied.checksum) = try await copies.copy(
                source.path(segment), to: path, length: segment.length
            ) {
                bytes += Int64($0)
                progress(bytes, total)
            }
        } catch let error as FileError where error.code == .notFound || error.code == .io {
            let trouble = error.code == .io ? "cannot be read" : "is gone"
            report.findings.append("\(Self.name(of: segment)) \(trouble), and is not in the backup: run `pawl scrub`")
            return nil
        }
        report.bytesCopied += copied.length
        guard copied.length == segment.length else {
            report.findings.append(
                "\(Self.name(of: segment)) has \(copied.length) of \(segment.length) bytes: run `pawl scrub`")
            return copied
        }
        let copy = try await target.storage(segment.kind).read(segment.number)
        do {
            let damages = try await SegmentCheck.damages(
                in: copy, number: segment.number, length: segment.length)
            copied.isDamaged = damages.isEmpty ? nil : true
            for damage in damages {
                guard let advice = try await advice(on: damage, in: segment) else { continue }
                report.findings.append("\(Self.name(of: segment)): \(damage), in the backup too; \(advice)")
            }
        } catch {
            try? await copy.close()
            throw error
        }
        try? await copy.close()
        return copied
    }

    /// What helps against damage; nil where nobody needs what is damaged.
    private func advice(on damage: SegmentDamage, in segment: BackupManifest.Segment) async throws -> String? {
        // Headers and footers follow from the rest, and the journal from the rows.
        guard damage.isOfContent else { return "`pawl scrub` mends it" }
        let holders = try await holders(segment, damage)
        return holders.isEmpty ? nil : "needed by \(holders.joined(separator: ", ")): push again what is named"
    }

    static func name(of segment: BackupManifest.Segment) -> String {
        segment.kind == "journal" ? "journal segment \(segment.number)" : "segment \(segment.number)"
    }

    /// What earlier backups had, and what one left that did not end.
    private func removeOthers(than manifest: BackupManifest) async throws {
        for name in try await files.list(target.root) where name != manifest.database.name {
            guard Self.isDatabase(name) else { continue }
            try await files.remove(target.root + "/" + name)
        }
        for kind in Set(["blocks", "journal"]) {
            let kept = Set(manifest.segments.filter { $0.kind == kind }.map(\.number))
            for number in try await target.storage(kind).numbers() where !kept.contains(number) {
                try await target.storage(kind).remove(number)
            }
        }
    }

    /// The name of the database of a backup that is made now.
    ///
    /// - Parameter now: The time, of digits, `T` and `Z` alone.
    package static func databaseName(at now: String) -> String { "\(databasePrefix)\(now).sqlite" }

    private static let databasePrefix = "pawl-"

    /// Whether a file is a database of a backup, or what is left of one. In the directory there may be what somebody else
    /// put there.
    static func isDatabase(_ name: String) -> Bool {
        guard name.hasPrefix(databasePrefix) else { return false }
        let rest = name.dropFirst(databasePrefix.count)
        // SQLite keeps a journal beside what it writes.
        return [".sqlite", ".sqlite.partial", ".sqlite-journal"].contains { ending in
            rest.hasSuffix(ending) && !rest.dropLast(ending.count).isEmpty
                && rest.dropLast(ending.count).allSatisfy { $0.isASCII && ($0.isNumber || "TZ".contains($0)) }
        }
    }
}
