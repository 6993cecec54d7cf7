import BlockFormat
package import Files
package import Metadata
package import NIOCore
package import NIOPosix
package import PawlModel

/// The rows of a game as one stream of records, as one moment has them: docs/export-format.md. Its blocks are downloaded
/// as those of any version.
package struct GameExport: Sendable {
    private let writePath: WritePath
    private let spool: String
    private let threads: NIOThreadPool

    /// - Parameter spool: Where the rows lie while they are sent, see `SpoolFile`.
    package init(writePath: WritePath, spool: String, threads: NIOThreadPool) {
        self.writePath = writePath
        self.spool = spool
        self.threads = threads
    }

    /// Writes all rows of a game down. Throws `not_found`, and `insufficient_storage` where the disk is full.
    package func rows(of id: ResourceID, for caller: Caller) async throws -> Rows {
        let (path, ambient) = (spool, writePath.ambient)
        do {
            let spool = try await writePath.database.read { sql in
                let rows = ExportRows(of: id, in: sql)
                guard caller.sees(game: id), let game = try rows.gameRow() else { throw Problem.notFound("games", id) }
                let spool = try SpoolFile(at: path)
                try spool.append(
                    ExportEntry(
                        ExportEntry.head,
                        [
                            "format": .string(GameImport.format),
                            "export_id": .string(Digest(sha256Of: ambient.randomBytes(32)).hex),
                            "exported_at": .string(ambient.now().description), "game": .object(game),
                        ]))
                var count: Int64 = 0
                try rows.forEach {
                    try spool.append($0)
                    count += 1
                }
                try spool.append(ExportEntry(ExportEntry.rowsEnd, ["rows": .int(count)]))
                try spool.finish()
                return spool
            }
            return Rows(spool: spool, threads: threads)
        } catch let error as FileError where error.code == .noSpace {
            throw Problem(.insufficientStorage, "The disk has no room for the rows while they are sent.")
        }
    }

    /// What is sent.
    package struct Rows: Sendable {
        fileprivate let spool: SpoolFile
        fileprivate let threads: NIOThreadPool

        package var byteCount: Int64 { spool.byteCount }

        /// The next bytes behind an offset; none at the end.
        package func bytes(at offset: Int64) async throws -> ByteBuffer {
            try await spool.read(256 * 1024, at: offset, on: threads)
        }
    }
}

extension SpoolFile {
    fileprivate func append(_ entry: ExportEntry) throws {
        guard let record = entry.record() else {
            throw Problem(
                .invalid,
                "A version has more blocks than an export takes (\(Limits.manifestSizeMax) bytes of manifest): "
                    + String(decoding: entry.row.prefix(300), as: UTF8.self))
        }
        try append(record)
    }
}
