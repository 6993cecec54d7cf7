import BlockFormat
import Blocks
import Files
import Metadata
import NIOCore
import PawlModel
import SegmentsOnDisk
import TestKit
import Testing
import Upkeep

/// Damage that nobody has met yet: found by reading everything, told with what it hits, and healed.
struct ScrubTests {
    /// A hundred bytes are flipped at random places of sealed and open segments and of the journal, twenty at a time. Each is
    /// found; nothing wrong is served; the versions are named; mending and pushing again leave nothing to find.
    @Test func flippedBytes_areFound_neverServed_named_andHealed() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let large = (0..<258).map { TestBlock(Self.cheapBytes(Limits.blockSizeMax, $0)) }
            var contents: [ResourceID: [TestBlock]] = [:]
            let upload = try await world.rooms.begin(world.asset)
            for start in stride(from: 0, to: large.count, by: 15) {
                try await world.rooms.put(Array(large[start..<min(start + 15, large.count)]), to: upload)
            }
            let first = try await world.rooms.commit(large, of: upload)
            contents[first.id] = large
            for _ in 0..<3 {
                let blocks = TestBlock.some(6, upTo: 9000, &generator)
                contents[try await world.rooms.push(blocks, to: world.asset).id] = blocks
            }
            let stream = try await world.rooms.beginStream(world.asset, length: 500_000)
            try await world.rooms.append(
                Body(bytes: generator.bytes(200_000)), to: stream, at: 0)
            try await world.rooms.sweep()
            #expect(try await world.rooms.segments().contains { !$0.isOpen })
            let clean = try await world.scrub()
            #expect(clean.findings == [] && clean.bytes == clean.bytesTotal && clean.segments >= 3)

            for round in 0..<5 {
                let flips = try await world.flip(20, &generator)
                let place: Comment = "round \(round), seed \(testSeed): \(flips)"
                for flip in flips {
                    let damages = try await world.damages(flip.kind, flip.segment)
                    #expect(damages.contains { $0.range.contains(flip.offset) }, place)
                }
                let report = try await world.scrub()
                #expect(!report.findings.isEmpty || !report.notes.isEmpty, place)
                for (version, blocks) in contents {
                    let name = "game/builds/win64@\(try await world.number(of: version))"
                    do {
                        let read = try await world.rooms.content(of: version)
                        #expect(read == blocks.flatMap(\.bytes), place)
                        #expect(!report.versions.contains(name), place)
                    } catch let error as BlockStoreError {
                        #expect(error.code == .damaged)
                        #expect(report.versions.contains(name), place)
                        #expect(report.findings.contains { $0.hasPrefix(name) }, place)
                    }
                }
                for (version, blocks) in contents {
                    try await world.rooms.push(blocks, to: world.asset)
                    #expect(try await world.rooms.content(of: version) == blocks.flatMap(\.bytes), place)
                }
                try await world.rooms.sweep()
                // What is of the stream alone nobody has pushed again.
                let ids = Set(contents.values.flatMap(\.self).map(\.id.hex))
                let rest = try await world.scrub().findings.filter { finding in
                    let isOfBlock = finding.contains("out of service") && !ids.contains { finding.contains($0) }
                    return !finding.hasPrefix("\(stream)") && !isOfBlock
                }
                #expect(rest == [], place)
            }
        }
    }

    private static func cheapBytes(_ count: Int, _ number: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
        bytes[0] = UInt8(truncatingIfNeeded: number >> 8)
        return bytes
    }

    @Test func removedSegment_isTold_withItsVersions_andHealedByPushing() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(4, upTo: 9000, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            await world.rooms.store.close(upload: version.id)
            let segment = try #require(try await world.rooms.segments().first?.number)
            try await world.files.remove(world.layout.segment(segment))
            let report = try await world.scrub()
            #expect(report.versions == ["game/builds/win64@1"])
            #expect(report.findings.contains { $0.contains("missing") })
        }
    }

    /// A stop in the middle of a pass costs the segment that was being read, no more.
    @Test func pass_goesOnWhereItWas_andEndsOnce() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            for _ in 0..<3 {
                // Uploads beside each other have segments of their own.
                let uploads = [try await world.rooms.begin(world.asset), try await world.rooms.begin(world.asset)]
                for upload in uploads {
                    try await world.rooms.put(TestBlock.some(2, upTo: 5000, &generator), to: upload)
                }
            }
            let count = try await world.rooms.segments().count
            #expect(count > 3)
            var numbers: [String?] = []
            for _ in 0..<20 {
                try await world.open()
                guard let report = try await world.pass().step() else { break }
                numbers.append(report.next)
            }
            // One step for each segment, one from the blocks to the journal, one for its segment, and one at its end.
            #expect(numbers.count >= count + 2 && numbers.last == .some(nil), "\(numbers)")
            #expect(Set(numbers.compactMap(\.self)).count == numbers.count - 1, "\(numbers)")
            #expect(try await world.pass().step() == nil)
            world.clock.advance(bySeconds: 8 * 24 * 3600)
            #expect(try await world.pass().step() != nil)
        }
    }
}

extension BlockWorld {
    /// One byte that is not what it was.
    struct Flip: Sendable {
        var kind: DiskLayout.SegmentKind
        var segment: Int64
        var offset: Int64
    }

    func scrub() async throws -> ScrubReport {
        var report = ScrubReport()
        repeat {
            let place = report.next.flatMap { ScrubPlace($0) } ?? .start
            report.append(try await rooms.scrub.run(from: place, for: .seconds(60)))
        } while report.next != nil
        return report
    }

    func pass() -> ScrubPass {
        ScrubPass(
            scrub: rooms.scrub, database: rooms.database, ambient: clock.ambient, rate: 1 << 40,
            interval: Limits.scrubInterval)
    }

    func number(of version: ResourceID) async throws -> Int64 {
        try await rooms.database.read { try VersionRows($0).any(version)?.number ?? 0 }
    }

    /// The acknowledged length of each segment.
    func lengths() async throws -> [(kind: DiskLayout.SegmentKind, number: Int64, length: Int64)] {
        let blocks = try await rooms.segments().filter { $0.indexedLength > 0 }
        let mark = try await rooms.journal.end
        return blocks.map { (.blocks, $0.number, $0.indexedLength) } + [(.journal, mark.segment, mark.length)]
    }

    /// Flips bits of so many bytes: in headers, at ends and anywhere, in each segment.
    func flip(_ count: Int, _ generator: inout SeededGenerator) async throws -> [Flip] {
        let lengths = try await lengths()
        var flips: [Flip] = []
        for index in 0..<count {
            let segment = lengths[index % lengths.count]
            let range: Range<Int64> =
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: 0..<min(segment.length, 64)
                case 1: max(0, segment.length - 64)..<segment.length
                case 2: 64..<min(segment.length, 8192)
                default: 0..<segment.length
                }
            let flip = Flip(
                kind: segment.kind, segment: segment.number, offset: Int64.random(in: range, using: &generator))
            guard !flips.contains(where: { $0.segment == flip.segment && $0.offset == flip.offset }) else { continue }
            let path = layout.segment(flip.segment, flip.kind)
            let wasReadOnly = try await files.makeWritable(path)
            let file = try await files.open(path, .update)
            var byte = try await file.read(1, at: flip.offset)
            byte.flip(byte.readerIndex)
            try await file.write(byte, at: flip.offset)
            if wasReadOnly { try await file.makeReadOnly() }
            try await file.close()
            flips.append(flip)
        }
        return flips
    }

    func damages(_ kind: DiskLayout.SegmentKind, _ number: Int64) async throws -> [SegmentDamage] {
        let length = try await lengths().first { $0.kind == kind && $0.number == number }?.length ?? 0
        let source = try await SegmentDirectory(files: files, layout: layout, kind: kind).read(number)
        let damages = try await SegmentCheck.damages(in: source, number: number, length: length)
        try await source.close()
        return damages
    }
}
