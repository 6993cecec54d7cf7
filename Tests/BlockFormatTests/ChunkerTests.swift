import BlockFormat
import PawlModel
import TestKit
import Testing

@Suite struct ChunkerTests {
    @Test func theTable_isTheVectors() {
        #expect(Vectors.chunker.profile == Chunker.profile)
        #expect(Chunker.table.count == 256)
        for (value, word) in Vectors.chunker.table {
            #expect(Chunker.table[Int(value)!] == UInt64(word, radix: 16)!)
        }
        let packed = Chunker.table.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
        #expect(Digest(sha256Of: packed).hex == Vectors.chunker.tableSha256)
    }

    @Test(arguments: Vectors.chunker.cases)
    func everyVector_isCutAsWritten(vector: ChunkerVectors.Case) {
        let bytes = vector.bytes
        #expect(Digest(sha256Of: bytes).hex == vector.sha256)
        let blocks = blocks(of: bytes)
        #expect(blocks.map(\.length) == vector.lengths)
        #expect(blocks.map(\.id.hex) == vector.ids)
        #expect(Manifest(file: blocks).root.hex == vector.root)
    }

    @Test func nothing_isNoBlock() {
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(Chunker.firstBlockLength(in: empty, isEnd: false) == nil)
        #expect(Chunker.firstBlockLength(in: empty, isEnd: true) == nil)
    }

    @Test func theLongestBlock_needsNoMoreBytes() {
        let zeros = [UInt8](repeating: 0, count: Limits.blockSizeMax)
        zeros.withUnsafeBytes { bytes in
            #expect(Chunker.firstBlockLength(in: bytes, isEnd: false) == Limits.blockSizeMax)
            let shorter = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
            #expect(Chunker.firstBlockLength(in: shorter, isEnd: false) == nil)
            #expect(Chunker.firstBlockLength(in: shorter, isEnd: true) == Limits.blockSizeMax - 1)
        }
    }

    /// However a stream arrives, it is cut as if it had been there at once.
    @Test func anySplitOfTheInput_givesTheSameCuts() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<40 {
            let bytes = random.bytes(Int.random(in: 0...1_500_000, using: &random))
            let pieceMax = [1000, 20_000, 65_536, 700_000].randomElement(using: &random)!
            #expect(streamedCuts(of: bytes, pieceMax: pieceMax, random: &random) == cuts(of: bytes), "seed \(testSeed)")
        }
    }

    private func streamedCuts(of bytes: [UInt8], pieceMax: Int, random: inout SeededGenerator) -> [Int] {
        var lengths: [Int] = []
        var held: [UInt8] = []
        func cut(isEnd: Bool) {
            while let length = held.withUnsafeBytes({ Chunker.firstBlockLength(in: $0, isEnd: isEnd) }) {
                lengths.append(length)
                held.removeFirst(length)
            }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...pieceMax, using: &random))
            held += piece
            rest = rest.dropFirst(piece.count)
            cut(isEnd: false)
        }
        cut(isEnd: true)
        return lengths
    }
}
