import BlockFormat
import Metadata
import NIOCore
import PawlModel
import TestKit
import Transfers
import UploadDialects

/// A body that arrives in pieces, and perhaps breaks off.
struct Body: AsyncSequence, Sendable {
    struct Broken: Error {}

    var bytes: [UInt8]
    /// The length of a piece, in bytes.
    var piece = 10_000
    /// Whether the connection breaks behind the last byte.
    var breaks = false

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<UInt8>
        let piece: Int
        let breaks: Bool

        mutating func next() async throws -> ByteBuffer? {
            guard !rest.isEmpty else {
                if breaks { throw Broken() }
                return nil
            }
            defer { rest = rest.dropFirst(piece) }
            return ByteBuffer(bytes: rest.prefix(piece))
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: bytes[...], piece: piece, breaks: breaks)
    }
}

extension BlockWorld.Rooms {
    /// Begins an upload that is only there to be joined with others of the asset's game.
    func beginPart(of asset: ResourceID, length: Int) async throws -> ResourceID {
        let game = try await database.read { try ResourceTable(Asset.schema).row(asset, in: $0)?["game_id"]?.string }
        let draft = UploadDraft(.part(ofGame: ResourceID(game ?? "")!), door: .tus, length: Int64(length))
        return try await uploads.begin(draft, by: .daemon).id
    }

    func beginStream(
        _ asset: ResourceID, door: Upload.Door = .tus, length: Int? = nil, sha256: Digest? = nil
    ) async throws -> ResourceID {
        try await uploads.begin(
            UploadDraft(.asset(asset), door: door, length: length.map(Int64.init), sha256: sha256), by: .daemon
        ).id
    }

    /// Adds bytes to an upload; a body that breaks is expected to.
    @discardableResult
    func append(
        _ body: Body, to upload: ResourceID, at offset: Int64, end: NewPart.End = .atLength,
        checksums: [Checksum] = []
    ) async throws -> StreamOutcome {
        try await uploads.append(
            body, bodyLength: nil, to: upload, as: NewPart(offset: offset, end: end, checksums: checksums), by: .daemon,
            fence: {})
    }

    func offset(of upload: ResourceID) async throws -> Int64 {
        try await uploads.inspect(upload, by: .daemon, through: .tus).upload.offset
    }
}

extension StreamOutcome {
    /// The version that it made.
    var version: Version? {
        if case .finished(_, let answer) = self { try? answer.body.decoded() } else { nil }
    }
}
