import BlockFormat
import Foundation
import PawlModel
import Testing

/// The vectors of `docs/vectors`, which were not computed by this code.
enum Vectors {
    static let chunker: ChunkerVectors = load("chunker.json")
    static let records: RecordVectors = load("records.json")
    static let segment: SegmentVector = load("segment.json")
    static let manifests: ManifestVectors = load("manifests.json")
    static let have: HaveVector = load("have.json")
    static let journal: JournalVectors = load("journal.json")

    private static func load<Value: Decodable>(_ name: String) -> Value {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/vectors")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        // A vector file that is not there is a broken checkout, and no test has a use without it.
        return try! decoder.decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
    }
}

struct ChunkerVectors: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String
        var input: [Part]
        var sha256: String
        var lengths: [Int]
        var ids: [String]
        var root: String

        var testDescription: String { name }
        var bytes: [UInt8] { input.flatMap(\.bytes) }
    }

    struct Part: Decodable {
        var stream: String?
        var byte: UInt8?
        var length: Int

        var bytes: [UInt8] {
            if let stream { return BlockFormatTests.stream(stream, length: length) }
            return [UInt8](repeating: byte ?? 0, count: length)
        }
    }

    var profile: String
    var table: [String: String]
    var tableSha256: String
    var cases: [Case]
}

struct RecordVectors: Decodable {
    struct Good: Decodable, CustomTestStringConvertible {
        var name: String
        var kind: String
        var encoding: String
        var id: String
        var rawLength: Int
        var storedLength: Int
        var raw: String
        var record: String

        var testDescription: String { name }
    }

    struct Refused: Decodable, CustomTestStringConvertible {
        var name: String
        var code: String
        var record: String

        var testDescription: String { name }
    }

    struct Pad: Decodable {
        var end: Int64
        var length: Int
    }

    var records: [Good]
    var refused: [Refused]
    var pads: [Pad]
}

struct SegmentVector: Decodable {
    struct Entry: Decodable {
        var id: String
        var offset: Int64
        var rawLength: Int
        var storedLength: Int
        var kind: String
        var encoding: String
        var payloadCrc32: String
    }

    var number: Int64
    var game: String
    var createdAtMicroseconds: Int64
    var header: String
    var footerOffset: Int64
    var footerAndTrailer: String
    var length: Int
    var sha256: String
    var entries: [Entry]
}

struct JournalVectors: Decodable {
    struct Good: Decodable, CustomTestStringConvertible {
        var name: String
        var resource: String
        var id: String
        var row: String
        var manifest: String
        var entry: String

        var testDescription: String { name }
    }

    struct Refused: Decodable, CustomTestStringConvertible {
        var name: String
        var code: String
        var entry: String

        var testDescription: String { name }
    }

    var entries: [Good]
    var refused: [Refused]
}

struct BlockVector: Decodable {
    var length: Int
    var id: String

    var reference: BlockReference { BlockReference(id: Digest(hex: id)!, length: length) }
}

struct ManifestVectors: Decodable {
    struct Good: Decodable, CustomTestStringConvertible {
        struct Entry: Decodable {
            var kind: String
            var executable: Bool
            var path: String
            var target: String
            var root: String?
            var blocks: [BlockVector]
        }

        var name: String
        var kind: String
        var profile: String
        var root: String
        var size: Int64
        var entries: [Entry]
        var manifest: String

        var testDescription: String { name }
    }

    struct Refused: Decodable, CustomTestStringConvertible {
        var name: String
        var code: String
        var manifest: String

        var testDescription: String { name }
    }

    struct Page: Decodable {
        var blocks: [BlockVector]
        var page: String
    }

    var manifests: [Good]
    var refused: [Refused]
    var page: Page
}

struct HaveVector: Decodable {
    var ids: [String]
    var missing: [Bool]
    var request: String
    var answer: String
}
