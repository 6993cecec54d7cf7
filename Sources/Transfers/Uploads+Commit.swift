package import BlockFormat
import Blocks
package import Metadata
import NIOCore
package import PawlModel

extension Uploads {
    /// Makes a version of an upload's blocks, as `manifest` orders them.
    ///
    /// The answer is `created` with the new version, or `done` with the newest one when that has the same root and no
    /// new label is asked for: so a rerun after a lost answer is harmless. Throws `blocks_missing` with the ids that
    /// this upload neither sent nor pinned, and `length_mismatch` when the manifest lies about a block.
    package func commit(
        _ id: ResourceID, _ manifest: Manifest, by caller: Caller, idempotency: IdempotencyClaim? = nil,
        validateOnly: Bool = false
    ) async throws -> Answer {
        return try await commits.run(for: id) {
            try await commitInTurn(id, manifest, by: caller, idempotency, validateOnly)
        }
    }

    private func commitInTurn(
        _ id: ResourceID, _ manifest: Manifest, by caller: Caller, _ idempotency: IdempotencyClaim?,
        _ validateOnly: Bool
    ) async throws -> Answer {
        let row = try await anyRow(id, for: caller)
        let root = manifest.root
        if row.upload.state == .done, let version = try await version(of: row), version.root == root {
            // Through the write path, where a repeat with an Idempotency-Key finds the answer that it got.
            return try await context.writePath.apply(by: caller, idempotency: idempotency) { _ in
                Answer(.done, try JSONValue(version))
            }
        }
        let open = try await self.openRow(id, for: caller)
        guard manifest.kind == .file else {
            throw Problem(.invalid, "Versions of directories are not taken yet: push a file.")
        }
        try await prove(manifest, of: open)
        let sha256: Digest?
        do {
            sha256 = try await proveDigest(of: manifest, for: open)
        } catch let problem as Problem where problem.code == .digestMismatch && !validateOnly {
            try await fail(id)
            throw problem
        }
        try await keepPins(of: manifest, for: open)
        let draft = VersionDraft(manifest: manifest, root: root, sha256: sha256, upload: open.upload)
        let answer = try await publish(draft, by: caller, idempotency: idempotency, validateOnly: validateOnly)
        if !validateOnly { await context.blocks.close(upload: id) }
        return answer
    }

    private func version(of row: UploadRow) async throws -> Version? {
        guard let id = row.upload.versionID else { return nil }
        return try await context.database.read { try VersionRows($0).ready(id) }
    }

    /// Every block must be pinned by this upload, and be as long as the manifest says.
    private func prove(_ manifest: Manifest, of row: UploadRow) async throws {
        let blocks = manifest.entries.flatMap(\.blocks)
        var missing: [Digest] = []
        var missingCount = 0
        var rest = blocks[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.haveCountMax)
            rest = rest.dropFirst(part.count)
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

    /// When the client gave a digest of the whole, reads the durable blocks and compares.
    private func proveDigest(of manifest: Manifest, for row: UploadRow) async throws -> Digest? {
        guard let expected = row.upload.sha256 else { return nil }
        var digest = DigestBuilder()
        var content = BlockSequence(manifest.entries.flatMap(\.blocks), store: context.blocks, game: row.gameNumber)
        while let bytes = try await content.next() {
            bytes.withUnsafeReadableBytes { digest.update($0) }
        }
        await content.close()
        let proven = digest.finalize()
        guard proven == expected else {
            throw Problem(.digestMismatch, "The bytes have the SHA-256 \(proven), and \(expected) was promised.")
        }
        return proven
    }

    /// Marks the pins that the version will take over, in batches, so that the last transaction stays short.
    private func keepPins(of manifest: Manifest, for row: UploadRow) async throws {
        let id = row.upload.id
        try await context.database.transaction { try BlockIndex($0).unkeepAll(upload: id) }
        var rest = Array(Set(manifest.entries.flatMap(\.blocks).map(\.id)))[...]
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
            let asset = try context.asset(upload.assetID, for: caller, in: sql)
            guard asset.kind != .directory else {
                throw Problem(.invalid, "\(asset.path) is a directory: a file cannot become a version of it.")
            }
            if let newest = try VersionRows(sql).newestReady(asset: asset.id), newest.root == draft.root,
                upload.metadata.label == nil || upload.metadata.label == newest.label
            {
                try end(upload, with: newest, madeVersion: false, in: writer)
                try draft.moveChannel(to: newest, in: writer)
                return Answer(.done, try JSONValue(newest))
            }
            try context.saves.check(adding: draft.manifest.size, to: asset, in: sql)
            let version = try draft.insertVersion(of: asset, in: writer)
            try end(upload, with: version, madeVersion: true, in: writer)
            try draft.moveChannel(to: version, in: writer)
            return Answer(.created, try JSONValue(version))
        }
    }

    private func end(_ upload: Upload, with version: Version, madeVersion: Bool, in writer: ChangesetWriter) throws {
        guard
            try UploadRows(writer.sql).end(
                upload.id, as: .done, version: version.id, madeVersion: madeVersion, now: writer.now)
        else { throw Problem.uploadGone(upload.id) }
    }
}

/// What a finished upload wants to become.
private struct VersionDraft: Sendable {
    var manifest: Manifest
    var root: Digest
    var sha256: Digest?
    var upload: Upload

    /// Writes the version, its pages and, for the first one, the asset's kind.
    func insertVersion(of asset: Stored<Asset>, in writer: ChangesetWriter) throws -> Version {
        let rows = VersionRows(writer.sql)
        let version = Version(
            id: writer.newID(Version.idPrefix), createdAt: writer.now, assetID: asset.id,
            number: try rows.nextNumber(of: asset.id), state: .ready, size: manifest.size, root: root, sha256: sha256,
            blockCount: Int64(manifest.blockCount), entryCount: Int64(manifest.entries.count),
            label: upload.metadata.label, notes: upload.metadata.notes, createdBy: upload.createdBy)
        try rows.insert(
            version, profile: manifest.profile, isExecutable: manifest.entries.first?.isExecutable ?? false)
        try rows.insertPages(manifest.entries.flatMap(\.blocks), of: version.id)
        if asset.kind == nil {
            let before = try writer.existing(Asset.schema, asset.id)
            var after = before
            after["kind"] = .string(Asset.Kind.file.rawValue)
            _ = try writer.replace(before, with: after, Asset.schema)
        }
        try writer.record("versions", before: nil, after: try JSONValue(version).object, gameID: asset.gameID)
        return version
    }

    /// Points the channel that the upload named at `version`; makes it when it is not there.
    func moveChannel(to version: Version, in writer: ChangesetWriter) throws {
        guard let name = upload.metadata.channel else { return }
        let table = ResourceTable(Channel.schema)
        let fields: [(field: String, value: JSONValue)] = [
            ("asset_id", .string(version.assetID.description)), ("name", .string(name)),
        ]
        let target = JSONValue.string(version.id.description)
        if let before = try table.row(where: fields, in: writer.sql) {
            guard before["version_id"] != target else { return }
            var after = before
            after["version_id"] = target
            _ = try writer.replace(before, with: after, Channel.schema)
        } else {
            var body = JSONObject(uniqueKeysWithValues: fields.map { ($0.field, $0.value) })
            body["version_id"] = target
            _ = try writer.create(Channel.schema, body)
        }
    }
}
