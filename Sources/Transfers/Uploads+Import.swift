import BlockFormat
import Blocks
package import Metadata
package import NIOCore
package import PawlModel

/// Imports of games: the game's row first, and an upload beside it that takes the blocks; the rows wait until all of them
/// are there, and then everything is seen at once.
extension Uploads {
    /// Begins an import, or finds the one that goes on or is done. Throws `not_unique` for a game that is here otherwise.
    package func beginImport(
        _ body: JSONObject, by caller: Caller, idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Answer {
        let context = context
        return try await context.writePath.apply(
            by: caller, message: "import of a game", idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            // What is wrong with it is told where its key is not used for something else.
            let input = try GameImport.input(from: body)
            let game = try Game.schema.copy(of: input["game"]?.object ?? [:])
            guard let id = ResourceID(game["id"]?.string ?? ""), let export = input["export_id"]?.string else {
                throw Problem.invalid("imports", [.init("/game/id", "is required")])
            }
            let (sql, now) = (writer.sql, writer.now)
            let current = try ResourceTable(Game.schema).row(id, in: sql)
            // A game that was imported and deleted since is imported like a new one.
            if let found = try ImportRows(sql).row(ofGame: id), found.state == .open || current != nil {
                guard found.exportID == export else {
                    throw Problem(
                        .notUnique, "The game \(id) was imported from another export, or that goes on.",
                        current: try JSONValue(found))
                }
                if current == nil { try writer.putCopy(game, over: nil, Game.schema) }
                return Answer(.done, try JSONValue(found))
            }
            if let current, try !ImportRows(sql).hasBroken(id) {
                throw Problem(
                    .notUnique, "The game \(id) is here already: an import only makes new ones.",
                    current: .object(current))
            }
            // What an import left that broke off is nothing but the game.
            if current != game { try writer.putCopy(game, over: current, Game.schema) }
            let upload = Upload(
                id: writer.newID(Upload.idPrefix), createdAt: now, assetID: nil, door: .blocks, length: nil,
                sha256: nil, metadata: .init(), createdBy: caller.id,
                expiresAt: now.advanced(bySeconds: context.uploadLifetime))
            try UploadRows(sql).insert(
                UploadRow(
                    upload, gameNumber: try GameNumbers(sql).number(of: id), gameID: id, ownerID: nil, isPartial: true,
                    parts: [], clientMetadata: nil))
            try ImportRows(sql).insert(upload.id, game: id, export: export)
            return Answer(.created, try JSONValue(try ImportRows(sql).row(upload.id)))
        }
    }

    package func gameImport(_ id: ResourceID, for caller: Caller) async throws -> GameImport {
        guard let found = try await context.database.read({ try ImportRows($0).row(id) }),
            caller.sees(game: found.gameID)
        else { throw Problem.notFound("imports", id) }
        return found
    }

    /// Keeps records of rows that follow the first `count`. Throws `invalid` for what no export has, and
    /// `precondition_failed` where another number of rows is here.
    package func addRows(
        _ bytes: ByteBuffer, behind count: Int64, to id: ResourceID, by caller: Caller
    ) async throws -> GameImport {
        let found = try await gameImport(id, for: caller)
        let records = try Self.records(in: bytes, of: found.gameID, firstNumber: count + 1)
        return try await turns.run(for: id) {
            _ = try await openRow(id, for: caller, door: .blocks)
            let context = context
            let isAdded = try await context.database.transaction { sql in
                let now = context.ambient.now()
                try UploadRows(sql).received(
                    id, blocks: 0, bytes: 0, now: now, expiresAt: now.advanced(bySeconds: context.uploadLifetime))
                return try ImportRows(sql).append(records, to: id, behind: count)
            }
            let now = try await gameImport(id, for: caller)
            guard isAdded else {
                throw Problem(
                    .preconditionFailed, "\(now.rowCount) rows are here, and not \(count): go on behind those.",
                    current: try JSONValue(now))
            }
            return now
        }
    }

    /// Whole records of rows, each checked.
    private static func records(
        in bytes: ByteBuffer, of game: ResourceID, firstNumber: Int64
    ) throws -> [[UInt8]] {
        var rest = bytes
        var records: [[UInt8]] = []
        while rest.readableBytes > 0 {
            let number = firstNumber + Int64(records.count)
            do {
                let header = try rest.withUnsafeReadableBytes { try RecordHeader(parsing: $0) }
                guard let record = rest.readBytes(length: header.recordLength) else {
                    throw FormatError(.truncated, "a record ends behind the body")
                }
                let entry = try record.withUnsafeBytes { bytes in
                    let stored = UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...])
                    try header.verify(payload: stored)
                    return try ExportEntry(header, stored: stored)
                }
                try ImportedGame.check(entry, of: game)
                records.append(record)
            } catch let error as FormatError {
                throw Problem(.malformedRequest, "Row \(number) cannot be read: \(error).")
            } catch var problem as Problem {
                problem.detail = "Row \(number): \(problem.detail)"
                throw problem
            }
        }
        return records
    }

    /// Makes everything of an import be seen at once. Throws `blocks_missing`, and what is wrong with a row.
    package func commitImport(_ id: ResourceID, by caller: Caller) async throws -> GameImport {
        let found = try await gameImport(id, for: caller)
        if found.state == .done { return found }
        try await turns.run(for: id) {
            let row = try await openRow(id, for: caller, door: .blocks)
            _ = try await context.writePath.apply(by: caller, message: "import of a game") { writer in
                var game = ImportedGame(found.gameID, gameNumber: row.gameNumber, in: writer)
                try ImportRows(writer.sql).forEachRecord(of: id) { number, record in
                    let entry = try record.withUnsafeBytes { bytes in
                        try ExportEntry(
                            RecordHeader(parsing: bytes),
                            stored: UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...]))
                    }
                    try game.insert(entry, number: number)
                }
                try game.finish()
                guard try UploadRows(writer.sql).end(id, as: .done, now: writer.now) else {
                    throw Problem.uploadGone(id)
                }
                try writer.noteImport(of: found.gameID)
                return Answer(.done)
            }
        }
        await context.blocks.close(upload: id)
        return try await gameImport(id, for: caller)
    }
}
