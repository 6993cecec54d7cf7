package import BlockFormat
import Blocks
package import Metadata
import NIOCore
package import PawlModel

extension Uploads {
    /// Makes a version of an upload's blocks, as `manifest` orders them.
    ///
    /// The answer is `created` with the new version, or `done` with the newest one when that has the same root and no
    /// new label is asked for: so a rerun after a lost answer is harmless. It is `accepted` with the upload when the digest
    /// that the client gave takes long to prove. Throws `blocks_missing` with the ids that this upload neither sent nor
    /// pinned, `length_mismatch` when the manifest lies about a block, and `digest_mismatch`.
    package func commit(
        _ id: ResourceID, _ manifest: Manifest, by caller: Caller, idempotency: IdempotencyClaim? = nil,
        validateOnly: Bool = false
    ) async throws -> Answer {
        return try await turns.run(for: id) {
            try await commitInTurn(id, manifest, by: caller, idempotency, validateOnly)
        }
    }

    func commitInTurn(
        _ id: ResourceID, _ manifest: Manifest, by caller: Caller, _ idempotency: IdempotencyClaim?,
        _ validateOnly: Bool, wantsDigest: Bool = false
    ) async throws -> Answer {
        let row = try await anyRow(id, for: caller)
        let root = manifest.root
        if row.upload.state == .verifying {
            try await waitForProof(of: row)
            return try await answer(to: anyRow(id, for: caller))
        }
        if row.upload.state == .held { return try await answer(to: row) }
        if row.upload.state == .done, let version = try await version(of: row), version.root == root {
            // Through the write path, where a repeat with an Idempotency-Key finds the answer that it got.
            return try await context.writePath.apply(by: caller, idempotency: idempotency) { _ in
                Answer(.done, try JSONValue(version))
            }
        }
        let open = try await self.openRow(id, for: caller)
        guard let asset = open.upload.assetID else {
            throw Problem(.invalid, "\(id) is a part: join it with others to make a version.")
        }
        try check(manifest, of: open.upload)
        try await checkKind(of: manifest, in: asset, for: caller)
        try await prove(manifest, of: open)
        var draft = VersionDraft(manifest: manifest, root: root, assetID: asset, upload: open.upload)
        if let expected = open.upload.sha256 {
            draft.sha256 = try await knownDigest(of: root, open)
            if draft.sha256 == nil, !validateOnly {
                draft.sha256 = try await proveInTime(manifest, of: open)
                draft.isVerifying = draft.sha256 == nil
            }
            if let proven = draft.sha256, proven != expected {
                if !validateOnly { try await fail(id) }
                throw Problem(.digestMismatch, "The bytes have the SHA-256 \(proven), and \(expected) was promised.")
            }
        } else if wantsDigest {
            draft.sha256 = try await knownDigest(of: root, open)
            if draft.sha256 == nil { draft.sha256 = try await proveInTime(manifest, of: open) }
        }
        try await keepPins(of: manifest, for: open)
        let answer = try await publish(draft, by: caller, idempotency: idempotency, validateOnly: validateOnly)
        guard !validateOnly else { return answer }
        await context.blocks.close(upload: id)
        let isProven = draft.isHeld && !draft.isVerifying
        if answer.outcome == .accepted, !isProven {
            followProof(of: try await anyRow(id, for: caller))
        } else {
            await proofs.forget(id)
        }
        return answer
    }

    /// What a manifest must keep beside the rules of its form, looked at before anything is asked of the database.
    private func check(_ manifest: Manifest, of upload: Upload) throws(Problem) {
        try context.checkSize(manifest.size)
        guard manifest.kind == .directory else { return }
        guard upload.sha256 == nil else {
            throw Problem(.invalid, "\(upload.id) promises a SHA-256, and a directory has none: begin one without.")
        }
        let violations = manifest.nameViolations
        guard let first = violations.first else { return }
        throw Problem(.invalid, "Entry \(first.detail).", violations: violations)
    }

    /// An asset is what its first version was; `publish` makes sure, this tells before everything is read.
    private func checkKind(of manifest: Manifest, in asset: ResourceID, for caller: Caller) async throws {
        let context = context
        let asset = try await context.database.read { try context.asset(asset, for: caller, in: $0) }
        try asset.fields.check(takes: Asset.Kind(manifest.kind))
    }

    /// What an upload answers that has all it needs.
    private func answer(to row: UploadRow) async throws -> Answer {
        switch row.upload.state {
        case .verifying, .held: return Answer(.accepted, try JSONValue(row.upload))
        case .done:
            guard let version = try await version(of: row) else { throw Problem.uploadGone(row.upload.id) }
            return Answer(.done, try JSONValue(version))
        case .open, .failed, .expired: throw Problem.uploadGone(row.upload.id)
        }
    }

    func version(of row: UploadRow) async throws -> Version? {
        guard let id = row.upload.versionID else { return nil }
        return try await context.database.read { try VersionRows($0).ready(id) }
    }

    /// Every block must be pinned by this upload, and be as long as the manifest says.
    private func prove(_ manifest: Manifest, of row: UploadRow) async throws {
        // Not as one more array: a large version has a million of them.
        var rest = manifest.entries.lazy.flatMap(\.blocks).makeIterator()
        var missing: [Digest] = []
        var missingCount = 0
        while case let part = rest.next(Limits.haveCountMax), !part.isEmpty {
            let ids = Array(Set(part.map(\.id)))
            let lengths = try await context.database.read { sql in
                try BlockIndex(sql).pinnedLengths(of: ids, upload: row.upload.id, game: row.gameNumber)
            }
            for block in part {
                guard let length = lengths[block.id] else {
                    missingCount += 1
                    if missing.count < Limits.missingListedMax { missing.append(block.id) }
                    continue
                }
                guard length == block.length else {
                    throw Problem(
                        .lengthMismatch,
                        "The manifest gives block \(block.id) \(block.length) bytes, and it has \(length).",
                        members: ["block": .string(block.id.hex)])
                }
            }
        }
        guard missing.isEmpty else {
            throw Problem(
                .blocksMissing,
                "\(missingCount) blocks of the manifest were neither sent nor pinned by this upload: ask have, and send them.",
                members: [
                    "missing": .array(missing.map { .string($0.hex) }), "missing_count": .int(Int64(missingCount)),
                ])
        }
    }

    /// Marks the pins that the version will take over, in batches, so that the last transaction stays short.
    private func keepPins(of manifest: Manifest, for row: UploadRow) async throws {
        let id = row.upload.id
        try await context.database.transaction { try BlockIndex($0).unkeepAll(upload: id) }
        var rest = Array(Set(manifest.entries.lazy.flatMap(\.blocks).map(\.id)))[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Limits.haveCountMax))
            rest = rest.dropFirst(part.count)
            try await context.database.transaction { try BlockIndex($0).keep(part, upload: id) }
        }
    }

    private func publish(
        _ draft: VersionDraft, by caller: Caller, idempotency: IdempotencyClaim?, validateOnly: Bool
    ) async throws -> Answer {
        let context = context
        return try await context.writePath.apply(
            by: caller, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            let sql = writer.sql
            let upload = draft.upload
            let asset = try context.asset(draft.assetID, for: caller, in: sql)
            try asset.fields.check(takes: draft.kind)
            if !draft.isVerifying, !draft.isHeld, let newest = try draft.equalVersion(in: sql) {
                try upload.end(with: newest, madeVersion: false, in: writer)
                try upload.moveChannel(to: newest, in: writer)
                return Answer(.done, try JSONValue(newest))
            }
            try context.saves.check(adding: draft.size, to: asset, in: sql)
            let version = try draft.insertVersion(in: writer)
            if draft.isVerifying || draft.isHeld {
                try UploadRows(sql).verify(upload.id, version: version.id, now: writer.now)
                if !draft.isVerifying { try UploadRows(sql).hold(upload.id, now: writer.now) }
                return Answer(.accepted, try JSONValue(UploadRows(sql).upload(upload.id)?.upload))
            }
            try upload.end(with: version, madeVersion: true, in: writer)
            try upload.announce(version, draft.kind, in: writer)
            return Answer(.created, try JSONValue(version))
        }
    }

}

extension IteratorProtocol {
    /// Up to so many of the next elements.
    fileprivate mutating func next(_ count: Int) -> [Element] {
        var elements: [Element] = []
        while elements.count < count, let element = next() { elements.append(element) }
        return elements
    }
}
