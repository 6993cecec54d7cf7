import BlockFormat
package import Blocks
import NIOCore
import PawlModel

/// What every `SegmentStorage` must do. The subject is empty.
package enum SegmentStorageContract {
    package typealias Rule = ContractRule<any SegmentStorage>

    package static let all: [Rule] = [
        Rule("a new segment begins with its header, and what is written behind it is read back") { storage in
            let file = try await storage.open(header(7), at: 0)
            try await file.write([ByteBuffer(repeating: 9, count: 1000)], at: 64)
            try await file.synchronize(upTo: 1064)
            try require(try await bytes(file, 2000, at: 0) == header(7).bytes + ones(9, 1000), "bytes")
            try require(try await bytes(file, 3, at: 1063) == [9], "fewer at the end")
            try require(try await bytes(file, 3, at: 1064) == [], "nothing past it")
            try await file.close()
            try require(try await storage.length(of: 7) == 1064, "length")
        },
        Rule("opened again it goes on where it is told, and is cut there") { storage in
            let file = try await storage.open(header(1), at: 0)
            try await file.write([ByteBuffer(repeating: 1, count: 100)], at: 64)
            try await file.synchronize(upTo: 164)
            try await file.close()
            let again = try await storage.open(header(1), at: 100)
            try require(try await storage.length(of: 1) == 100, "cut")
            try await again.write([ByteBuffer(repeating: 2, count: 4)], at: 100)
            try await again.synchronize(upTo: 104)
            try require(try await bytes(again, 500, at: 64) == ones(1, 36) + ones(2, 4), "bytes")
            try await again.close()
        },
        Rule("opened at zero it begins anew, whatever was in it") { storage in
            for fill in UInt8(1)...2 {
                let file = try await storage.open(header(3), at: 0)
                try await file.write([ByteBuffer(repeating: fill, count: 100 / Int(fill))], at: 64)
                try await file.synchronize(upTo: 64 + 100 / Int64(fill))
                try await file.close()
            }
            let source = try await storage.read(3)
            try require(try await bytes(source, 500, at: 0) == header(3).bytes + ones(2, 50), "bytes")
            try await source.close()
        },
        Rule("what is being written can be read beside it") { storage in
            let file = try await storage.open(header(1), at: 0)
            let source = try await storage.read(1)
            try await file.write([ByteBuffer(repeating: 5, count: 10)], at: 64)
            try await file.synchronize(upTo: 74)
            try require(try await bytes(source, 100, at: 64) == ones(5, 10), "bytes")
            try await source.close()
            try await file.close()
        },
        Rule("pieces of any length go behind one another, whichever of them are synced") { storage in
            var random = SeededGenerator(seed: testSeed)
            let file = try await storage.open(header(4), at: 0)
            var expected = header(4).bytes
            for _ in 0..<60 {
                let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    ByteBuffer(
                        repeating: UInt8.random(in: 0...255, using: &random),
                        count: [1, 64, 4096, 5000, 300_000].randomElement(using: &random)!)
                }
                try await file.write(pieces, at: Int64(expected.count))
                for piece in pieces { expected += Array(piece.readableBytesView) }
                guard Bool.random(using: &random) else { continue }
                try await file.synchronize(upTo: Int64(expected.count))
                try require(try await storage.length(of: 4) == Int64(expected.count), "length, seed \(testSeed)")
            }
            try await file.seal(at: Int64(expected.count))
            try require(try await bytes(file, expected.count + 1, at: 0) == expected, "bytes, seed \(testSeed)")
            try await file.close()
        },
        Rule("a sealed segment has its length, and is read as before") { storage in
            let file = try await storage.open(header(2), at: 0)
            try await file.write([ByteBuffer(repeating: 3, count: 5000)], at: 64)
            try await file.seal(at: 5064)
            try await file.makeReadOnly()
            try await file.close()
            try require(try await storage.length(of: 2) == 5064, "length")
            let source = try await storage.read(2)
            try require(try await bytes(source, 9000, at: 64) == ones(3, 5000), "bytes")
            try await source.close()
        },
        Rule("a segment that is not there has no length, and reading it says so") { storage in
            try require(try await storage.length(of: 9) == nil, "length")
            let error = try await thrown(BlockStoreError.self) { try await storage.read(9) }
            try require(error.code == .segmentMissing, "\(error)")
            try require(try await storage.numbers() == [], "numbers")
        },
        Rule("numbers are told in their order, over directories of a thousand") { storage in
            for number: Int64 in [1000, 1, 999, 123_456_789, 2] {
                let file = try await storage.open(header(number), at: 0)
                try await file.synchronize(upTo: 64)
                try await file.close()
            }
            try require(try await storage.numbers() == [1, 2, 999, 1000, 123_456_789], "numbers")
        },
        Rule("a removed segment is gone, who reads it reads on, and removing it again does nothing") { storage in
            let file = try await storage.open(header(5), at: 0)
            try await file.write([ByteBuffer(repeating: 8, count: 5000)], at: 64)
            try await file.seal(at: 5064)
            try await file.makeReadOnly()
            try await file.close()
            let source = try await storage.read(5)
            for _ in 0..<2 {
                try await storage.remove(5)
                try require(try await storage.length(of: 5) == nil, "length")
                try require(try await storage.numbers() == [], "numbers")
            }
            try require(try await bytes(source, 9000, at: 64) == ones(8, 5000), "bytes")
            try await source.close()
            try await storage.remove(123_456)
            let error = try await thrown(BlockStoreError.self) { try await storage.read(5) }
            try require(error.code == .segmentMissing, "\(error)")
        },
        Rule("free space is told") { storage in
            try require(try await storage.freeSpace() > 0, "free space")
        },
    ]
}

private func header(_ number: Int64) -> SegmentHeader {
    SegmentHeader(number: number, game: 42, createdAt: Timestamp(microseconds: 1_700_000_000_000_000))
}

private func ones(_ value: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: value, count: count) }

private func bytes(_ source: any SegmentSource, _ count: Int, at offset: Int64) async throws -> [UInt8] {
    Array(try await source.read(count, at: offset).readableBytesView)
}
