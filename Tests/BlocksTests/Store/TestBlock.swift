import BlockFormat
import NIOCore
import PawlModel
import TestKit

/// A block as a client has it: its bytes, its id, and the record that carries it.
struct TestBlock: Hashable, Sendable {
    var bytes: [UInt8]
    var id: Digest

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        id = bytes.withUnsafeBytes { Digest(sha256Of: $0) }
    }

    init(_ count: Int, _ generator: inout SeededGenerator) {
        self.init(generator.bytes(count))
    }

    var reference: BlockReference { BlockReference(id: id, length: bytes.count) }

    var record: ByteBuffer {
        let header = bytes.withUnsafeBytes { RecordHeader.block(id: id, payload: $0) }
        return ByteBuffer(bytes: header.bytes + bytes)
    }

    /// So many different blocks of 1 to `length` bytes.
    static func some(_ count: Int, upTo length: Int, _ generator: inout SeededGenerator) -> [TestBlock] {
        (0..<count).map { _ in TestBlock(Int.random(in: 16...length, using: &generator), &generator) }
    }
}

extension Manifest {
    init(_ blocks: [TestBlock]) {
        self.init(file: blocks.map(\.reference), profile: "")
    }
}
