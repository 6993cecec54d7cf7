import Blocks
import Files
import Metadata
import NIOCore
import PawlModel
import SegmentsOnDisk
import TestKit
import Testing

/// Bytes that went bad on disk: never served, asked for again, and healed by whoever sends them.
struct DamageTests {
    @Test func flippedByte_isNotServed_andPushingHealsIt() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(6, upTo: 20_000, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            try await world.rooms.sweep()
            let bad = blocks[3]
            try await world.damage(bad)
            let findings = try await world.rooms.findings()
            #expect(findings.count == 1 && findings[0].contains(bad.id.hex) && findings[0].contains("damaged"))

            let error = try await thrown(BlockStoreError.self) { try await world.rooms.content(of: version.id) }
            #expect(error.code == .damaged)
            let again = try await thrown(BlockStoreError.self) { try await world.rooms.read([bad]) }
            #expect(again.code == .damaged)
            #expect(try await world.rooms.read(Array(blocks[..<3])) == blocks[..<3].flatMap(\.bytes))

            let upload = try await world.rooms.begin(world.asset)
            #expect(try await world.rooms.missing(blocks, of: upload) == [bad])
            let refused = try await thrown(Problem.self) { try await world.rooms.commit(blocks, of: upload) }
            #expect(refused.code == .blocksMissing)
            #expect(refused.members["missing"] == .array([.string(bad.id.hex)]))

            try await world.rooms.put([bad], to: upload)
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.commit(blocks, of: upload).id == version.id)
            try await world.rooms.sweep()
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// A reader that met the old bytes must not take the new ones out of service.
    @Test func readingTheOldPlaceOfAHealedBlock_leavesTheNewOneInService() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let block = TestBlock(9000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put([block], to: upload)
            var reader = BlockReader(store: world.rooms.store, game: 1)
            let old = try await reader.located([block.reference])
            try await world.damage(block)
            _ = try await thrown(BlockStoreError.self) { try await world.rooms.read([block]) }
            try await world.rooms.put([block], to: upload)
            do {
                _ = try await reader.read([block.reference][...], at: old[...])
                Issue.record("damaged bytes were served")
            } catch let error as BlockStoreError {
                #expect(error.code == .damaged)
            }
            await reader.close()
            #expect(try await world.rooms.read([block]) == block.bytes)
        }
    }
}

extension BlockWorld {
    /// Turns one bit of a stored block over.
    func damage(_ block: TestBlock) async throws {
        let location = try await rooms.database.read { try BlockIndex($0).locations(of: [block.id], game: 1)[block.id] }
        let offset = location!.position + 64 + Int64(location!.storedLength / 2)
        let file = try await files.open(layout.segment(location!.segment), .update)
        var byte = try await file.read(1, at: offset)
        byte.flip(byte.readerIndex)
        try await file.write(byte, at: offset)
        try await file.close()
    }
}
