internal import BlockFormat
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import PawlModel

extension PawlClient {
    /// Brings a game from a file that `export` wrote, or from standard input when `path` is nil. Nothing but the game's own row
    /// is seen before all of it is there; a broken-off import goes on where it was.
    public func importGame(
        from path: String?, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> GameCopySummary {
        let start = ContinuousClock.now
        let meter = ProgressMeter(bytesTotal: 0, phase: .transferring, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let reader = try await threads.runIfActive { try GameFileReader(path) }
        meter.expect(bytes: reader.size)
        do {
            var summary = try await GameImporting(client: client, meter: meter).run(reader)
            summary.duration = ContinuousClock.now - start
            return summary
        } catch let error as FormatError {
            throw ClientError(
                .unreadableFile, "'\((path ?? "standard input").withoutControls)' is no whole export: \(error).",
                advice: "Export the game again.", cause: error)
        }
    }
}

/// One import: rows in their order, then blocks many at once, then the commit.
private struct GameImporting {
    /// Bytes of rows, or of blocks, in one request.
    private static let requestSizeMax = 1024 * 1024

    let client: PawlClient
    let meter: ProgressMeter

    func run(_ reader: GameFileReader) async throws -> GameCopySummary {
        var (records, contents) = (GameRecords(), GameContents())
        var rows = RowBatch()
        var job: GameImport?
        var batch: [GameRecords.Record] = []
        var batchSize = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            func deliver(_ upload: ResourceID) async throws {
                guard !batch.isEmpty else { return }
                if running >= client.configuration.connectionsMax {
                    try await group.next()
                    running -= 1
                }
                let blocks = batch
                group.addTask { try await self.deliver(blocks, to: upload) }
                running += 1
                (batch, batchSize) = ([], 0)
            }
            while let bytes = try await client.threads.runIfActive({ try reader.read() }) {
                records.append(bytes)
                while let record = try records.next() {
                    try contents.take(record)
                    guard let head = contents.head else {
                        throw FormatError(.badMagic, "it does not begin as an export does")
                    }
                    if job == nil {
                        job = try await begin(head)
                        if job?.state == .done { return }
                        continue
                    }
                    guard var found = job else { continue }
                    if record.header.kind == .block {
                        batch.append(record)
                        batchSize += record.header.recordLength
                        if batchSize >= Self.requestSizeMax || batch.count >= 1024 { try await deliver(found.id) }
                    } else if contents.hasRows {
                        found = try await send(&rows, found)
                        meter.kept(bytes: record.header.recordLength)
                    } else {
                        rows.append(record)
                        if rows.byteCount >= Self.requestSizeMax { found = try await send(&rows, found) }
                    }
                    job = found
                }
            }
            if let job, job.state != .done { try await deliver(job.id) }
            try await group.waitForAll()
        }
        guard let job, let head = contents.head else {
            throw FormatError(.badMagic, "it does not begin as an export does")
        }
        let slug = head["game"]?.object?["slug"]?.string ?? ""
        guard job.state != .done else { return GameCopySummary(game: slug, wasThere: true) }
        guard contents.isWhole, records.isAtBoundary else {
            throw FormatError(.truncated, "it ends too early; what came of it is kept")
        }
        meter.enter(.finishing)
        _ = try await client.send(Request(.POST, Routes.importCommit(job.id)))
        return GameCopySummary(
            game: slug, rows: contents.rowCount, versions: contents.versions.count, blocks: contents.blocks.count,
            bytesTotal: contents.blockBytes, bytesSent: meter.current.bytesSent)
    }

    private func begin(_ head: JSONObject) async throws -> GameImport {
        let body: JSONObject = ["export_id": head["export_id"] ?? .null, "game": head["game"] ?? .null]
        return try await client.send(Request(.POST, Routes.imports).with(body)).decoded()
    }

    // MARK: Rows

    private struct RowBatch {
        private(set) var bytes = ByteBuffer()
        private(set) var count: Int64 = 0
        /// Rows of the file before these.
        private(set) var behind: Int64 = 0
        var byteCount: Int { bytes.readableBytes }

        mutating func append(_ record: GameRecords.Record) {
            bytes.writeImmutableBuffer(record.bytes)
            count += 1
        }

        mutating func next() {
            behind += count
            (bytes, count) = (ByteBuffer(), 0)
        }

        /// The first so many rows are there already.
        func without(_ there: Int64) -> ByteBuffer {
            var rest = bytes
            for _ in 0..<max(0, there) {
                guard let header = try? rest.withUnsafeReadableBytes({ try RecordHeader(parsing: $0) }) else { break }
                rest.moveReaderIndex(forwardBy: header.recordLength)
            }
            return rest
        }
    }

    /// Sends rows unless they are there; where an answer was lost, the server tells how many are.
    private func send(_ rows: inout RowBatch, _ found: GameImport) async throws -> GameImport {
        defer { rows.next() }
        var job = found
        let end = rows.behind + rows.count
        while job.rowCount < end {
            let body = rows.without(job.rowCount - rows.behind)
            let request = Request(
                .POST, Routes.importRows(job.id), query: [(name: "after", value: String(job.rowCount))]
            ).with(body, as: MediaType.export)
            do {
                job = try await client.send(request).decoded()
            } catch let problem as ServerProblem where problem.problem.code == .preconditionFailed {
                let now: GameImport = try await client.send(Request(.GET, Routes.row("imports", job.id))).decoded()
                guard now.rowCount != job.rowCount else { throw problem }
                job = now
            }
        }
        meter.kept(bytes: rows.byteCount)
        return job
    }

    // MARK: Blocks

    /// Returns when the server has all of these.
    private func deliver(_ records: [GameRecords.Record], to upload: ResourceID) async throws {
        var rest = records
        var outage = Outage(client.patience)
        while true {
            let missing = try await client.missing(rest.map(\.header.id), in: upload)
            let wanted = zip(rest, missing).filter(\.1).map(\.0)
            meter.kept(bytes: length(rest) - length(wanted))
            guard !wanted.isEmpty else { return }
            rest = wanted
            var body = ByteBuffer()
            for record in wanted { body.writeImmutableBuffer(record.bytes) }
            do {
                try await client.putBlocks(body, in: upload)
                client.patience.progressed()
                meter.sent(bytes: length(wanted), blocks: wanted.count)
                return
            } catch {
                try await outage.pause(after: error)
            }
        }
    }

    private func length(_ records: [GameRecords.Record]) -> Int {
        records.reduce(0) { $0 + $1.header.recordLength }
    }
}
