import BlockFormat
package import Metadata
package import PawlModel

extension Uploads {
    /// Makes a version of several parts, one behind the other: their manifests are joined, and no byte is copied.
    ///
    /// The parts stay, so that a repeat, or another order of them, finds them again. Throws `not_found` for a part that the
    /// caller does not see or that is of another game, `wrong_state` for one that is not complete.
    package func join(
        _ parts: [ResourceID], as draft: UploadDraft, by caller: Caller, idempotency: IdempotencyClaim? = nil
    ) async throws -> StreamOutcome {
        var rows: [UploadRow] = []
        for id in parts {
            // In its turn, for its last block may have to be cut now.
            let row = try await turns.run(for: id) {
                let row = try await part(id, for: caller)
                _ = try await wholeContent(of: row)
                return row
            }
            rows.append(row)
        }
        var draft = draft
        draft.parts = parts
        draft.length = try rows.reduce(Int64(0)) { sum, row in
            let (length, overflow) = sum.addingReportingOverflow(row.upload.offset)
            guard !overflow else { throw Problem(.invalid, "The parts are too long together.") }
            return length
        }
        let upload = try await begin(draft, by: caller, idempotency: idempotency)
        return try await turns.run(for: upload.id) {
            let row = try await anyRow(upload.id, for: caller)
            guard row.upload.state == .open else { return try await outcome(of: row) }
            do {
                try await take(rows, into: row)
                return try await complete(upload.id, by: caller)
            } catch {
                try await fail(upload.id)
                throw error
            }
        }
    }

    private func part(_ id: ResourceID, for caller: Caller) async throws -> UploadRow {
        let row = try await anyRow(id, for: caller)
        guard row.isPartial else {
            throw Problem(.wrongState, "\(id) was not begun as a part: begin it with Upload-Concat: partial.")
        }
        guard row.upload.state == .open else { throw Problem.uploadGone(id) }
        guard row.upload.offset == row.upload.length else {
            throw Problem(.wrongState, "\(id) is at \(row.upload.offset) and not complete: finish it first.")
        }
        return row
    }

    /// Pins the parts' blocks to the joined upload, a page in each transaction, so that no other writer waits long.
    private func take(_ parts: [UploadRow], into row: UploadRow) async throws {
        var offset: Int64 = 0
        for part in parts {
            guard part.gameID == row.gameID else { throw Problem.notFound("uploads", part.upload.id) }
            let blocks = try await context.database.read { try StreamRows($0).blocks(of: part.upload.id) }
            // It may have ended since it was looked at, and be half forgotten.
            guard blocks.byteCount == part.upload.offset else { throw Problem.uploadGone(part.upload.id) }
            var rest = blocks[...]
            while !rest.isEmpty {
                let page = Array(rest.prefix(Limits.manifestPageEntries))
                rest = rest.dropFirst(page.count)
                let end = page.reduce(offset) { $0 + Int64($1.length) }
                try await advance(row, by: StreamStep(range: offset..<end, blocks: page, firstOffset: offset))
                offset = end
            }
        }
    }

    private func advance(_ row: UploadRow, by step: StreamStep) async throws {
        let now = context.ambient.now()
        let expiresAt = now.advanced(bySeconds: context.uploadLifetime)
        try await context.database.transaction { sql in
            try StreamRows(sql).advance(row.upload.id, by: step, tail: [], stored: 0, now: now, expiresAt: expiresAt)
            try BlockIndex(sql).hold(step.blocks.map(\.id), for: row.upload.id, game: row.gameNumber)
        }
    }
}
