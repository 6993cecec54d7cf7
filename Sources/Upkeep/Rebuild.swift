import BlockFormat
package import Blocks
package import Metadata
import NIOCore
package import PawlModel

/// Makes a database anew from the segments alone: the rows from the journal, the index from the blocks themselves.
///
/// Keys, players, money and all else that the journal does not tell stay gone: they need a backup.
package struct Rebuild: Sendable {
    private let storage: any SegmentStorage
    private let journal: any SegmentStorage
    private let database: any SQLDatabase
    private let ambient: Ambient
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - database: Empty, with all migrations.
    ///   - progress: Told what is being done, a few words each.
    package init(
        storage: any SegmentStorage, journal: any SegmentStorage, database: any SQLDatabase, ambient: Ambient,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.storage = storage
        self.journal = journal
        self.database = database
        self.ambient = ambient
        self.progress = progress
    }

    package func run() async throws -> RebuildReport {
        var report = RebuildReport()
        let told = try await JournalReplay.read(journal, progress, &report)
        try await insertGames(told, &report)
        try await insertAssets(told, &report)
        try await insertSegments(&report)
        try await insertVersions(told, &report)
        try await insertChannels(told, &report)
        let deleted = try await database.read { try RebuildRows($0).deletedCounts() }
        report.assets -= deleted.assets
        report.versions -= deleted.versions
        report.deletedVersions = deleted.versions
        let mark = told.mark
        try await database.transaction { sql in
            // All of it came from the journal, and needs not be told again.
            let last = try SegmentJournalRows(sql).last()
            try SegmentJournalRows(sql).set(
                JournalMark(sequence: last, segment: mark.segment, length: mark.length))
        }
        return report
    }

    // MARK: Rows

    private func insertGames(_ told: JournalReplay, _ report: inout RebuildReport) async throws {
        // One after the other, so that of two with the same slug the older one keeps it.
        report.games = await insertAll(told.last(.game), "game", atOnce: 1, &report) { sql, row in
            let slug = try RebuildRows(sql).insertGame(row)
            guard slug != row["slug"]?.string else { return nil }
            return
                "the game \(row["id"]?.string ?? "") is now '\(slug)': another one is '\(row["slug"]?.string ?? "")' too"
        }
    }

    private func insertAssets(_ told: JournalReplay, _ report: inout RebuildReport) async throws {
        progress("assets")
        let now = ambient.now()
        report.assets = await insertAll(told.last(.asset), "asset", &report) { sql, row in
            try RebuildRows(sql).insertAsset(row, now: now)
            return nil
        }
        report.players = try await database.read { try RebuildRows($0).playerCount() }
    }

    private func insertChannels(_ told: JournalReplay, _ report: inout RebuildReport) async throws {
        report.channels = await insertAll(told.last(.channel), "channel", &report) { sql, row in
            // It may have gone with its asset.
            guard let game = try RebuildRows(sql).game(ofAssetIn: row) else { throw Gone() }
            do {
                try RebuildRows(sql).insertChannel(row)
            } catch let error as SQLError where error.code == .foreignKey && game.isDeleted {
                // Nor has its version come back.
                throw Gone()
            }
            return nil
        }
    }

    private func insertVersions(_ told: JournalReplay, _ report: inout RebuildReport) async throws {
        progress("versions")
        let segment = try await anySegment()
        var rest = told.versions[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.rebuildVersionsAtOnce)
            rest = rest.dropFirst(part.count)
            await insertAll(part.count, &report, { report, isInserted in if isInserted { report.versions += 1 } }) {
                try await insertVersion(part[part.startIndex + $0], anySegment: segment)
            }
        }
        for (asset, number) in told.numbers {
            // Of an asset that went there is no counter.
            try? await database.transaction { try RebuildRows($0).raiseCounter(of: asset, to: number) }
        }
    }

    /// Puts a version in, and answers what it lacks, if it lacks something.
    private func insertVersion(
        _ place: (last: JournalReplay.Place, content: JournalReplay.Place?), anySegment segment: Int64
    ) async throws -> String? {
        let told = try JSONValue(parsing: await JournalReplay.entry(at: place.last, in: journal).row)
        let row = told.object ?? [:]
        let version: Version = try told.decoded()
        guard let game = try await database.read({ try RebuildRows($0).game(ofAssetIn: row) }) else { throw Gone() }
        // A number that was given is not given again, whatever became of it.
        try await database.transaction { try RebuildRows($0).raiseCounter(of: version.assetID, to: version.number) }
        let deletedAt = RebuildRows.deletedAt(in: row)
        guard version.state == .ready || deletedAt != nil else { throw Gone() }
        let isDeleted = deletedAt != nil || game.isDeleted
        let name = "\(version.id), version \(version.number) of \(version.assetID),"
        guard let content = place.content,
            let manifest = try? Manifest(parsing: await JournalReplay.entry(at: content, in: journal).manifest),
            manifest.root == version.root
        else {
            if isDeleted { throw Gone() }
            throw Lost(what: "\(name) cannot be brought back: its manifest is not there")
        }
        let missing = try await database.transaction { sql in
            try RebuildRows(sql).insertVersion(version, manifest, deletedAt: deletedAt)
            let missing = try RebuildRows(sql).hold(
                manifest.entries.flatMap(\.blocks), game: GameNumbers(sql).number(of: game.id), anySegment: segment)
            // What was deleted may have been collected since, and nobody misses it.
            if isDeleted, missing > 0 { throw Gone() }
            return missing
        }
        return missing > 0 ? "\(name) lacks \(missing) of its blocks: push it again" : nil
    }

    /// It is not there any more, and should not be.
    private struct Gone: Error {}
    private struct Lost: Error { var what: String }

    /// Puts one row in for each entry, each in a transaction of its own, many of which share a commit; how many it were.
    ///
    /// - Parameter body: Answers what to tell of a row, if something is.
    private func insertAll(
        _ places: [JournalReplay.Place], _ kind: String, atOnce: Int = Limits.rebuildRowsAtOnce,
        _ report: inout RebuildReport, _ body: @escaping @Sendable (any SQLConnection, JSONObject) throws -> String?
    ) async -> Int {
        var count = 0
        var rest = places[...]
        while !rest.isEmpty {
            let part = rest.prefix(atOnce)
            rest = rest.dropFirst(part.count)
            await insertAll(part.count, &report, { _, isInserted in if isInserted { count += 1 } }) { index in
                let entry = try await JournalReplay.entry(at: part[part.startIndex + index], in: journal)
                let row = try JSONValue(parsing: entry.row).object ?? [:]
                do {
                    return try await database.transaction { try body($0, row) }
                } catch let error as SQLError {
                    throw Lost(what: "the \(kind) \(entry.id) cannot be brought back: \(error.message)")
                }
            }
        }
        return count
    }

    /// Runs `insert` for each index beside each other. It throws when nothing was put in, and answers what to tell.
    private func insertAll(
        _ count: Int, _ report: inout RebuildReport, _ note: (inout RebuildReport, _ isInserted: Bool) -> Void,
        _ insert: @escaping @Sendable (Int) async throws -> String?
    ) async {
        await withTaskGroup(of: (isInserted: Bool, finding: String?).self) { group in
            for index in 0..<count {
                group.addTask {
                    do {
                        return (true, try await insert(index))
                    } catch is Gone {
                        return (false, nil)
                    } catch {
                        return (false, (error as? Lost)?.what ?? String(reflecting: error))
                    }
                }
            }
            for await result in group {
                note(&report, result.isInserted)
                if let finding = result.finding { report.findings.append(finding) }
            }
        }
    }

    // MARK: Bytes

    private func insertSegments(_ report: inout RebuildReport) async throws {
        for number in try await storage.numbers() {
            progress("segment \(number)")
            let source = try await storage.read(number)
            do {
                try await insert(number, source, &report)
            } catch {
                try? await source.close()
                throw error
            }
            try? await source.close()
        }
    }

    private func insert(_ number: Int64, _ source: any SegmentSource, _ report: inout RebuildReport) async throws {
        let length = try await storage.length(of: number) ?? 0
        let first = try await SalvageSource(source).read(SegmentHeader.byteCount, at: 0)
        guard let header = try? first.withUnsafeReadableBytes({ try SegmentHeader(parsing: $0) }) else {
            // An empty one was never written to.
            if length > Int64(SegmentHeader.byteCount) {
                report.findings.append("segment \(number) does not say whose it is: its header is damaged")
            }
            return
        }
        let gameID = ResourceID(prefix: Game.schema.idPrefix, value: header.game)
        let game = try await database.transaction { sql in
            let game = try GameNumbers(sql).number(of: gameID)
            try RebuildRows(sql).insertSegment(
                number, game: game, isOpen: false, length: length, createdAt: header.createdAt)
            return game
        }
        var blocks: [StoredBlock] = []
        var count = 0
        let salvage = try await SegmentSalvage.read(source, length: length) { position, record, _ in
            guard record.kind == .block else { return }
            blocks.append(
                StoredBlock(
                    id: record.id,
                    location: BlockLocation(
                        segment: number, position: position, rawLength: record.rawLength,
                        storedLength: record.storedLength, encoding: record.encoding,
                        checksum: record.payloadChecksum)))
            count += 1
            guard blocks.count >= Limits.bookkeepingBatch else { return }
            let part = blocks
            blocks = []
            try await database.transaction { try RebuildRows($0).insertBlocks(part, game: game) }
        }
        let rest = blocks
        // What is whole is filled further; what is damaged is only read.
        let isOpen = !salvage.isSealed && salvage.damages.isEmpty
        let end = isOpen ? salvage.end : length
        try await database.transaction { sql in
            try RebuildRows(sql).insertBlocks(rest, game: game)
            try RebuildRows(sql).setSegment(number, isOpen: isOpen, length: end)
        }
        // What a stop left in the system's cache must be on disk before anybody is told that it is there: the same header
        // once more, and a sync.
        if !salvage.isSealed { try await storage.mend(number, with: first, at: 0) }
        for damage in salvage.damages {
            report.findings.append(
                "segment \(number): bytes \(damage.lowerBound) to \(damage.upperBound) are damaged")
        }
        report.segments += 1
        report.blocks += count
    }

    /// Some segment, for rows of blocks that are nowhere.
    private func anySegment() async throws -> Int64 {
        if let number = try await database.read({ try SegmentRows($0).next(after: -1)?.number }) { return number }
        let now = ambient.now()
        return try await database.transaction { try RebuildRows($0).insertEmptySegment(now: now) }
    }
}
