import BlockFormat
import Metadata
import PawlModel
import TestKit
import Testing
import Transfers
import UploadDialects

/// A digest that the client gave is proven before anybody sees the version, or the upload fails.
struct ProofTests {
    private func bytes() -> [UInt8] {
        var generator = SeededGenerator(seed: testSeed)
        return generator.bytes(700_000)
    }

    @Test func rightDigest_isTheVersions() async throws {
        try await BlockWorld.with { world in
            let bytes = bytes()
            let digest = Digest(sha256Of: bytes)
            let upload = try await world.rooms.beginStream(world.asset, length: bytes.count, sha256: digest)
            try await world.rooms.append(Body(bytes: Array(bytes[..<400_000])), to: upload, at: 0)
            // The proof begins anew after a start.
            try await world.open()
            let last = try await world.rooms.append(Body(bytes: Array(bytes[400_000...])), to: upload, at: 400_000)
            #expect(try #require(last.version).sha256 == digest)
        }
    }

    /// What expires takes its proof with it.
    @Test func expiredUpload_leavesNoProof() async throws {
        try await BlockWorld.with { world in
            let bytes = bytes()
            let upload = try await world.rooms.beginStream(
                world.asset, length: bytes.count, sha256: Digest(sha256Of: bytes))
            try await world.rooms.append(Body(bytes: Array(bytes[..<400_000])), to: upload, at: 0)
            #expect(await world.rooms.uploads.proofCount == 1)
            world.clock.advance(bySeconds: BlockWorld.uploadLifetime + 1)
            try await world.rooms.sweep()
            #expect(await world.rooms.uploads.proofCount == 0)
        }
    }

    @Test func wrongDigest_endsTheUpload_andNobodySeesAVersion() async throws {
        try await BlockWorld.with { world in
            let bytes = bytes()
            let wrong = Digest(sha256Of: [1])
            let upload = try await world.rooms.beginStream(world.asset, length: bytes.count, sha256: wrong)
            let problem = try await thrown(Problem.self) {
                try await world.rooms.append(Body(bytes: bytes), to: upload, at: 0)
            }
            #expect(problem.code == .digestMismatch)
            #expect(try await world.rooms.uploads.upload(upload, for: .daemon).upload.state == .failed)
            #expect(
                try await world.rooms.downloads.versions(of: world.asset, limit: 10, for: .daemon).isEmpty)
        }
    }

    /// A proof that takes longer than a client waits goes on by itself, also across a stop, and is then seen.
    @Test(arguments: [true, false])
    func longProof_isAccepted_andSeenWhenItIsDone(_ isRight: Bool) async throws {
        try await BlockWorld.with(proofPatience: .zero) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(5, upTo: 90_000, &generator)
            let digest = Digest(sha256Of: isRight ? blocks.flatMap(\.bytes) : [1])
            let upload = try await world.rooms.begin(world.asset, sha256: digest)
            try await world.rooms.put(blocks, to: upload)
            // Reads that wait keep the proof from its end.
            world.reads.shut()
            let answer = try await world.rooms.uploads.commit(upload, Manifest(blocks), by: .daemon)
            #expect(answer.outcome == .accepted)
            let row = try await world.rooms.uploads.upload(upload, for: .daemon)
            let version = try #require(row.upload.versionID)
            #expect(row.upload.state == .verifying)
            let unseen = try await thrown(Problem.self) {
                _ = try await world.rooms.downloads.version(version, for: .daemon)
            }
            #expect(unseen.code == .notFound)
            try await world.open()
            world.reads.open()
            try await world.rooms.uploads.resumeProofs()
            var state = Upload.State.verifying
            while state == .verifying {
                await Task.yield()
                state = try await world.rooms.uploads.upload(upload, for: .daemon).upload.state
            }
            #expect(state == (isRight ? .done : .failed))
            let seen = try await world.rooms.downloads.versions(of: world.asset, limit: 10, for: .daemon)
            #expect(seen.map(\.id) == (isRight ? [version] : []))
            #expect(seen.allSatisfy { $0.sha256 == digest })
            try await world.rooms.sweep()
            #expect(try await world.rooms.findings() == [])
        }
    }
}
