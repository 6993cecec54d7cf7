internal import AsyncHTTPClient
internal import BlockFormat
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import PawlModel
internal import Synchronization

extension PawlClient {
    /// Writes a game to a file, or to standard output when `path` is nil: all rows as one moment has them, and every block of
    /// its versions. The file gets its name when it is whole; until then a broken-off export goes on where it was.
    public func export(
        game slug: String, to path: String?, progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> GameCopySummary {
        let start = ContinuousClock.now
        let meter = ProgressMeter(bytesTotal: 0, phase: .comparing, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let game = try await client.game(slug)
        let (writer, found) = try await threads.runIfActive {
            let writer = try GameFileWriter(path)
            return (writer, try writer.contents())
        }
        var contents = found
        if !contents.hasRows { contents = try await client.writeRows(of: game.id, to: writer, canRepeat: path != nil) }
        meter.expect(bytes: contents.bytesTotal)
        meter.kept(bytes: contents.blockBytes)
        meter.enter(.transferring)
        var there = contents.blocks
        for (version, manifest) in contents.versions {
            let positions = BlockPositions(manifest.entries.flatMap(\.blocks))
            let wanted = positions.blocks.indices.filter { there.insert(positions.blocks[$0].id).inserted }
            guard !wanted.isEmpty else { continue }
            do {
                let fetch = RangeFetch(client: client, version: version, positions: positions, start: 0, meter: meter) {
                    bytes, run in
                    try await client.threads.runIfActive {
                        try writer.write(Self.records(bytes, of: positions.blocks[run]))
                    }
                }
                try await fetch.fetch(all: PullPlan.runs(wanted, positions, sizeMax: RangeFetch.runSizeMax))
            } catch let problem as ServerProblem where problem.problem.code == .notFound {
                throw ClientError(
                    .unknownVersion, "Version \(version.number) of \(version.assetID) was deleted meanwhile.",
                    advice: path.map { "Remove '\($0).pawl-partial' and export anew." } ?? "Export anew.",
                    cause: problem)
            }
        }
        meter.enter(.finishing)
        let end = ExportEntry(ExportEntry.end, ["blocks": .int(Int64(there.count))])
        try await threads.runIfActive {
            try writer.write([ByteBuffer(bytes: end.record() ?? [])])
            try writer.finish()
        }
        return GameCopySummary(
            game: slug, rows: contents.rowCount, versions: contents.versions.count, blocks: there.count,
            bytesTotal: contents.bytesTotal, bytesSent: meter.current.bytesSent, duration: ContinuousClock.now - start)
    }

    /// Writes the head and all rows. Where what came of a broken answer cannot be taken back, it is not asked again.
    private func writeRows(
        of game: ResourceID, to writer: GameFileWriter, canRepeat: Bool
    ) async throws -> GameContents {
        var outage = Outage(patience)
        while true {
            do {
                return try await stream(Request(.GET, Routes.export(of: game))) { _, body in
                    var (contents, records) = (GameContents(), GameRecords())
                    for try await part in body {
                        records.append(part)
                        while let record = try records.next() { try contents.take(record) }
                        try await threads.runIfActive { try writer.write([part]) }
                    }
                    guard contents.hasRows, records.isAtBoundary else {
                        throw ClientError(
                            .interrupted, "The server's answer ended too early.", advice: "Run the same command again.")
                    }
                    return contents
                }
            } catch let error as FormatError {
                throw ClientError(
                    .badAnswer, "What the server sent is no export: \(error).",
                    advice: "Bring `pawl` to the server's version.", cause: error)
            } catch  where canRepeat {
                try await threads.runIfActive { try writer.truncate(to: 0) }
                try await outage.pause(after: error)
            }
        }
    }

    /// Blocks, each behind its header. Blocks the thread.
    private static func records(_ bytes: ByteBuffer, of blocks: ArraySlice<BlockReference>) -> [ByteBuffer] {
        var rest = bytes
        return blocks.flatMap { block -> [ByteBuffer] in
            guard let payload = rest.readSlice(length: block.length) else { return [] }
            let header = payload.withUnsafeReadableBytes { RecordHeader.block(id: block.id, payload: $0) }
            return [ByteBuffer(bytes: header.bytes), payload]
        }
    }
}
