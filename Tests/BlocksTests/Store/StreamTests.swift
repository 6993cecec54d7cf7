import BlockFormat
import Metadata
import NIOCore
import PawlModel
import TestKit
import Testing
import Transfers
import UploadDialects

/// Streams with offsets: they stop anywhere, and go on as if they had not.
struct StreamTests {
    @Test func streamThatStopsAnywhere_isCutAsIfItHadNot() async throws {
        for round in 0..<12 {
            let seed = testSeed &+ UInt64(round)
            try await BlockWorld.with(seed: seed) { world in
                var generator = SeededGenerator(seed: seed)
                let bytes = generator.bytes(Int.random(in: 1...1_500_000, using: &generator))
                let upload = try await world.rooms.beginStream(world.asset, length: bytes.count)
                var offset = 0
                var version: Version?
                while version == nil {
                    let count = Int.random(
                        in: 0...[200, 40_000, 700_000].randomElement(using: &generator)!, using: &generator)
                    let part = Array(bytes[offset...].prefix(count))
                    let isLast = offset + part.count == bytes.count
                    let body = Body(
                        bytes: part, piece: 1 + count / 3, breaks: !isLast && Bool.random(using: &generator))
                    do {
                        version = try await world.rooms.append(body, to: upload, at: Int64(offset)).version
                    } catch let problem as Problem {
                        #expect(problem.code == .truncatedBody && body.breaks, "seed \(seed)")
                    }
                    offset += part.count
                    #expect(try await world.rooms.offset(of: upload) == offset, "seed \(seed)")
                    if Int.random(in: 0..<4, using: &generator) == 0, version == nil { try await world.open() }
                }
                let made = try #require(version)
                #expect(try await world.rooms.content(of: made.id) == bytes, "seed \(seed)")
                // The same bytes in one go have the same root, so they are the same version.
                let whole = try await world.rooms.beginStream(world.asset, length: bytes.count)
                let again = try await world.rooms.append(Body(bytes: bytes, piece: 65_536), to: whole, at: 0)
                #expect(again.version?.id == made.id, "seed \(seed)")
                try await world.rooms.sweep()
                #expect(try await world.rooms.findings() == [], "seed \(seed)")
            }
        }
    }

    /// Bytes that came before anybody said that they are the last: whoever ends the upload gets them all.
    @Test func whatLiesBehindTheLastCut_isPartOfTheContent() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            var generator = SeededGenerator(seed: testSeed)
            let bytes = generator.bytes(300_000)
            let digest = Digest(sha256Of: bytes)
            for sha256 in [nil, digest] {
                let upload = try await rooms.beginStream(world.asset, length: bytes.count, sha256: sha256)
                try await rooms.append(Body(bytes: bytes), to: upload, at: 0, end: .later)
                let row = try await rooms.uploads.inspect(upload, by: .daemon, through: .tus)
                let version = try #require(row.upload.versionID)
                #expect(try await rooms.content(of: version) == bytes, "seed \(testSeed)")
            }
            var parts: [ResourceID] = []
            for _ in 0..<2 {
                let part = try await rooms.beginPart(of: world.asset, length: bytes.count)
                try await rooms.append(Body(bytes: bytes), to: part, at: 0, end: .later)
                parts.append(part)
            }
            let joined = try await rooms.uploads.join(
                parts, as: UploadDraft(.asset(world.asset), door: .tus), by: .daemon)
            #expect(try await rooms.content(of: try #require(joined.version).id) == bytes + bytes, "seed \(testSeed)")
            try await rooms.sweep()
            #expect(try await rooms.findings() == [])
        }
    }

    /// A part that ends while it is joined is missed, and never left out in silence.
    @Test func partThatEndsMeanwhile_isNotLeftOut() async throws {
        try await BlockWorld.with { world in
            let (rooms, asset) = (world.rooms, world.asset)
            var generator = SeededGenerator(seed: testSeed)
            for round in 0..<6 {
                var (parts, whole): ([ResourceID], [UInt8]) = ([], [])
                for _ in 0..<12 {
                    let bytes = generator.bytes(1000)
                    let part = try await rooms.beginPart(of: asset, length: bytes.count)
                    try await rooms.append(Body(bytes: bytes), to: part, at: 0)
                    parts.append(part)
                    whole += bytes
                }
                let all = parts
                async let joined = rooms.uploads.join(
                    all, as: UploadDraft(.asset(asset), door: .tus), by: .daemon)
                for _ in 0..<round { await Task.yield() }
                try await rooms.uploads.cancel(all[11], by: .daemon)
                try await rooms.sweep()
                if let version = try? await joined.version {
                    #expect(try await rooms.content(of: version.id) == whole, "seed \(testSeed)")
                }
            }
            try await rooms.sweep()
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func offsetThatIsWrong_isToldTheRightOne_andNothingMoves() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let upload = try await rooms.beginStream(world.asset, length: 100)
            try await rooms.append(Body(bytes: .init(repeating: 1, count: 60)), to: upload, at: 0)
            for offset in [0, 59, 61, 100, Int64.max] {
                let problem = try await thrown(Problem.self) {
                    try await rooms.append(Body(bytes: [1, 2]), to: upload, at: offset)
                }
                #expect(problem.code == .offsetMismatch)
                #expect(problem.members["expected-offset"] == 60)
                #expect(problem.members["provided-offset"] == .int(offset))
            }
            #expect(try await rooms.offset(of: upload) == 60)
        }
    }

    @Test func moreThanWasAnnounced_isRefused() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let upload = try await rooms.beginStream(world.asset, length: 100)
            let problem = try await thrown(Problem.self) {
                try await rooms.append(Body(bytes: .init(repeating: 1, count: 101), piece: 50), to: upload, at: 0)
            }
            #expect(problem.code == .inconsistentLength)
            #expect(try await rooms.offset(of: upload) == 100 - 100 % 50)
        }
    }

    @Test func bytesUnderAChecksum_countAllOrNotAtAll() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            var generator = SeededGenerator(seed: testSeed)
            let bytes = generator.bytes(900_000)
            let upload = try await rooms.beginStream(world.asset, length: bytes.count)
            try await rooms.append(Body(bytes: Array(bytes[..<1000])), to: upload, at: 0)
            let part = Array(bytes[1000..<700_000])
            let right = Checksum(.sha256, Digest(sha256Of: part).bytes)
            let wrong = Checksum(.sha256, Digest(sha256Of: bytes).bytes)
            let mismatch = try await thrown(Problem.self) {
                try await rooms.append(Body(bytes: part), to: upload, at: 1000, checksums: [wrong])
            }
            #expect(mismatch.code == .checksumMismatch)
            let broken = try await thrown(Problem.self) {
                try await rooms.append(
                    Body(bytes: Array(part.dropLast(3)), breaks: true), to: upload, at: 1000, checksums: [right])
            }
            #expect(broken.code == .truncatedBody)
            #expect(try await rooms.offset(of: upload) == 1000)
            try await rooms.append(Body(bytes: part), to: upload, at: 1000, checksums: [right])
            #expect(try await rooms.offset(of: upload) == 700_000)
            try await world.open()
            let last = try await world.rooms.append(Body(bytes: Array(bytes[700_000...])), to: upload, at: 700_000)
            #expect(try await world.rooms.content(of: try #require(last.version).id) == bytes)
        }
    }

    @Test func partsThatAreJoined_areNotCopied() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            var generator = SeededGenerator(seed: testSeed)
            let contents = [generator.bytes(300_000), [], generator.bytes(1000)]
            let game = try await rooms.uploads.game(named: "game", for: .daemon)
            var parts: [ResourceID] = []
            for bytes in contents {
                let draft = UploadDraft(.part(ofGame: game), door: .tus, length: Int64(bytes.count))
                let part = try await rooms.uploads.begin(draft, by: .daemon).id
                let outcome = try await rooms.append(Body(bytes: bytes), to: part, at: 0)
                #expect(outcome.version == nil)
                parts.append(part)
            }
            try await world.open()
            let before = try await world.rooms.segments().map(\.indexedLength)
            let order = [parts[2], parts[0], parts[1], parts[2]]
            let joined = try await world.rooms.uploads.join(
                order, as: UploadDraft(.asset(world.asset), door: .tus), by: .daemon)
            let version = try #require(joined.version)
            #expect(try await world.rooms.segments().map(\.indexedLength) == before)
            #expect(
                try await world.rooms.content(of: version.id) == contents[2] + contents[0] + contents[2])
            for part in parts { try await world.rooms.uploads.cancel(part, by: .daemon) }
            try await world.rooms.sweep()
            #expect(try await world.rooms.findings() == [])
            #expect(try await world.rooms.content(of: version.id).count == 302_000)
        }
    }
}
