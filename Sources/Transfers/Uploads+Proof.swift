import BlockFormat
import Blocks
import Metadata
import PawlModel

/// Digests that clients gave: proven before anybody sees the version, or the upload fails.
extension Uploads {
    /// The digest of content that was proven before.
    func knownDigest(of root: Digest, _ row: UploadRow) async throws -> Digest? {
        let game = row.gameID
        return try await context.database.read { try VersionRows($0).provenDigest(of: root, game: game) }
    }

    /// The digest of a manifest's content; nil when reading it takes longer than a client should wait.
    func proveInTime(_ manifest: Manifest, of row: UploadRow) async throws -> Digest? {
        let proof = try await proof(of: row, manifest)
        return try await within(context.proofPatience) { try await proof.value() }
    }

    private func proof(of row: UploadRow, _ manifest: Manifest) async throws -> Proof {
        if row.upload.door == .blocks { await proofs.forget(row.upload.id) }
        return try await proofs.proof(of: row.upload.id, game: row.gameNumber, store: context.blocks) {
            manifest.entries.flatMap(\.blocks)
        }
    }

    /// Lets the version of an upload be seen as soon as its digest is proven.
    func followProof(of row: UploadRow) {
        Task { try? await settle(row) }
    }

    /// Goes on with the proofs that a stop of the daemon ended.
    package func resumeProofs() async throws {
        for row in try await context.database.read({ try UploadRows($0).verifying() }) { followProof(of: row) }
    }

    /// Waits for the end of a proof as long as a client should.
    func waitForProof(of row: UploadRow) async throws {
        _ = try await within(context.proofPatience) { try await settle(row) }
    }

    /// Reads the content to its end, and publishes the version or ends the upload.
    ///
    /// What keeps it from reading for now, such as a stop of the daemon, changes nothing: the next start goes on.
    private func settle(_ row: UploadRow) async throws {
        let id = row.upload.id
        let row = try await context.database.read { try UploadRows($0).upload(id) }
        guard let row, row.upload.state == .verifying, let expected = row.upload.sha256,
            let version = row.upload.versionID
        else { return }
        let proof = try await proofs.proof(of: row.upload.id, game: row.gameNumber, store: context.blocks) {
            try await context.database.read {
                try VersionRows($0).blocks(of: version)
            }
        }
        do {
            guard try await proof.value() == expected else { return try await fail(row.upload.id) }
            do {
                try await publish(row, sha256: expected)
            } catch let problem as Problem where problem.code == .invalid {
                // Its asset became a directory while the proof went on.
                return try await fail(row.upload.id)
            }
        } catch let error as BlockStoreError where error.code == .damaged || error.code == .segmentMissing {
            try await fail(row.upload.id)
        } catch let problem as Problem where problem.code == .notFound {
            // The asset was deleted meanwhile.
            try await fail(row.upload.id)
        }
        await proofs.forget(row.upload.id)
    }

    /// Lets readers see a proven version; does nothing when the upload has ended meanwhile.
    private func publish(_ row: UploadRow, sha256: Digest) async throws {
        let upload = row.upload
        _ = try await context.writePath.apply(by: .daemon) { writer in
            let rows = VersionRows(writer.sql)
            guard let id = upload.versionID,
                try UploadRows(writer.sql).upload(upload.id)?.upload.state == .verifying
            else { return Answer(.done) }
            if upload.metadata.hold {
                try rows.setProvenDigest(sha256, of: id)
                try UploadRows(writer.sql).hold(upload.id, now: writer.now)
                return Answer(.done)
            }
            guard let version = try rows.publish(id, sha256: sha256, now: writer.now)
            else { return Answer(.done) }
            try upload.end(with: version, madeVersion: true, in: writer)
            // Only files have a digest to prove.
            try upload.announce(version, .file, in: writer)
            return Answer(.created, try JSONValue(version))
        }
    }

    /// The value of `body`, or nil when it takes longer than `patience`; it goes on then.
    private func within<Value: Sendable>(
        _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let (values, continuation) = AsyncThrowingStream<Value?, any Error>.makeStream()
        Task {
            do {
                continuation.yield(try await body())
            } catch {
                continuation.finish(throwing: error)
            }
        }
        let timer = Task {
            try await Task.sleep(for: patience)
            continuation.yield(nil)
        }
        defer { timer.cancel() }
        return try await values.first { _ in true } ?? nil
    }
}
