import BlockFormat
import Files
package import Metadata
import PawlModel

extension BlockStore {
    /// Reads every acknowledged byte of a segment, and takes out of service which blocks are damaged: `have` asks for them
    /// again. Nil for a segment that went meanwhile.
    ///
    /// - Parameter pace: Called with the bytes of each read; it may wait.
    package func examine(
        _ number: Int64, pace: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> SegmentFindings? {
        let found = try await database.read { sql in
            try SegmentRows(sql).row(number).map { ($0, try GameNumbers(sql).game($0.gameNumber)) }
        }
        guard let (row, game) = found, row.indexedLength > 0 else { return nil }
        var findings = SegmentFindings(segment: number)
        findings.damages = try await damages(of: row, game: game, pace)
        // A segment that was collected while it was read is not damaged.
        guard try await database.read({ try SegmentRows($0).row(number) }) != nil else { return nil }
        for damage in findings.damages {
            let (blocks, uploads) = try await holders(of: damage, in: number)
            // What has lost only its header has its bytes.
            var damaged: [AuditedBlock] = []
            var reader = BlockReader(store: self, game: 0)
            for block in blocks where try await !isSound(block, &reader) { damaged.append(block) }
            await reader.close()
            try await quarantine(damaged.filter(\.isLive))
            findings.damagedBlocks += damaged
            guard damage.isOfContent else { continue }
            findings.uploads += uploads
            if blocks.isEmpty, uploads.isEmpty { findings.unused.append(damage) }
        }
        // Content is told by who needs it.
        findings.damages.removeAll(where: \.isOfContent)
        do {
            try await mend(&findings, row, game)
        } catch {
            // A failed sync is final here too.
            throw await failed(error, segment: number)
        }
        return findings
    }

    /// Writes again what follows from the rest, and says so where it worked.
    private func mend(_ findings: inout SegmentFindings, _ row: SegmentRow, _ game: ResourceID?) async throws {
        let parts = findings.damages.filter { ![.missing, .unreadable].contains($0.part) }
        guard !parts.isEmpty, readOnlyReason == nil else { return }
        let (database, number) = (database, row.number)
        let mending = SegmentMending(
            storage: storage, header: SegmentHeader(number: number, game: game?.value ?? 0, createdAt: row.createdAt),
            length: row.indexedLength,
            record: { offset in
                try await database.read { sql in
                    let audit = BlockAudit(sql)
                    let block = try audit.blocks(in: number, from: offset, to: offset + 1).first
                    return try block.map { .block($0.block) } ?? audit.tail(in: number, at: offset).map { .tail($0) }
                }
            })
        // Headers first: the footer is made from them.
        for _ in 0..<2 { try await mending.mend(parts) }
        let left = try await damages(of: row, game: game) { _ in }
        findings.mended = parts.filter { !left.contains($0) }
        findings.damages.removeAll { findings.mended.contains($0) }
        try await setAsideUnused(&findings)
    }

    /// The header of a record that no row needs, because its block was pushed again, is known to nobody; nor is a footer
    /// that would list it. Who reads the rest misses neither.
    private func setAsideUnused(_ findings: inout SegmentFindings) async throws {
        let headers = findings.damages.filter { $0.part == .recordHeader }
        var unused: [SegmentDamage] = []
        for damage in headers {
            let (blocks, uploads) = try await holders(of: damage, in: findings.segment)
            if blocks.isEmpty, uploads.isEmpty { unused.append(damage) }
        }
        guard !unused.isEmpty else { return }
        if unused.count == headers.count { unused += findings.damages.filter { $0.part == .footer } }
        findings.damages.removeAll { unused.contains($0) }
        findings.unused += unused
    }

    private func damages(
        of row: SegmentRow, game: ResourceID?, _ pace: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> [SegmentDamage] {
        let number = row.number
        guard let length = try await storage.length(of: number), length >= row.indexedLength else {
            let length = try await storage.length(of: number) ?? 0
            return [SegmentDamage(.missing, min(length, row.indexedLength)..<row.indexedLength)]
        }
        let database = database
        let examination = SegmentExamination(
            header: SegmentHeader(number: number, game: game?.value ?? 0, createdAt: row.createdAt), number: number,
            length: row.indexedLength, isSealed: !row.isOpen,
            nextKnown: { offset in
                try await database.read { try BlockAudit($0).nextPosition(behind: offset, in: number) }
            }, pace: pace)
        do {
            let source = try await storage.read(number)
            do {
                let damages = try await examination.damages(in: source)
                try? await source.close()
                return damages
            } catch {
                try? await source.close()
                throw error
            }
        } catch let error as FileError where error.code == .io {
            return [SegmentDamage(.unreadable, 0..<row.indexedLength)]
        } catch let error as BlockStoreError where error.code == .segmentMissing {
            return [SegmentDamage(.missing, 0..<row.indexedLength)]
        }
    }

    private func holders(
        of damage: SegmentDamage, in segment: Int64
    ) async throws -> (blocks: [AuditedBlock], uploads: [ResourceID]) {
        try await database.read { sql in
            let audit = BlockAudit(sql)
            return (
                try audit.blocks(in: segment, from: damage.range.lowerBound, to: damage.range.upperBound),
                try audit.uploads(withTailIn: segment, from: damage.range.lowerBound, to: damage.range.upperBound)
            )
        }
    }

    private func isSound(_ block: AuditedBlock, _ reader: inout BlockReader) async throws -> Bool {
        // What cannot be read is not sound.
        (try? await reader.isSound(block.block.id, at: block.block.location)) == true
    }

    private func quarantine(_ blocks: [AuditedBlock]) async throws {
        guard !blocks.isEmpty else { return }
        try await database.transaction { sql in
            for row in blocks { try BlockIndex(sql).quarantine(row.block.id, at: row.block.location, game: row.game) }
        }
        for row in blocks { observe(.quarantined(block: row.block.id, segment: row.block.location.segment)) }
    }
}
