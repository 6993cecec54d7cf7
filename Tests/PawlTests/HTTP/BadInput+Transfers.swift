import BlockFormat
import PawlModel

extension BadInput {
    /// A body for `PUT …/blocks`, after one good record that may be kept.
    private static func blocks(
        _ name: String, _ status: Int, _ code: ProblemCode, _ body: @escaping @Sendable (Fixture) -> [UInt8]
    ) -> BadInput {
        BadInput("blocks: \(name)", status, code) { world, fixture in
            try await world.put(fixture.kept.record + body(fixture), to: fixture.open)
        }
    }

    static let blockBodies: [BadInput] = [
        blocks("bytes of another id", 422, .blockMismatch) { fixture in
            fixture.rejected.bytes.withUnsafeBytes { RecordHeader.block(id: fixture.kept.id, payload: $0) }.bytes
                + fixture.rejected.bytes
        },
        blocks("wrong CRC of the payload", 422, .blockMismatch) { fixture in
            var header = fixture.rejected.header
            header.payloadChecksum ^= 1
            return header.bytes + fixture.rejected.bytes
        },
        blocks("wrong CRC of the header", 400, .malformedBlockStream) { fixture in
            var record = fixture.rejected.record
            record[20] ^= 1
            return record
        },
        blocks("no record at all", 400, .malformedBlockStream) { _ in [UInt8](repeating: 0x41, count: 200) },
        blocks("a record that is no block", 400, .malformedBlockStream) { fixture in
            fixture.rejected.bytes.withUnsafeBytes { RecordHeader.raw(.tail, id: fixture.rejected.id, payload: $0) }
                .bytes
                + fixture.rejected.bytes
        },
        blocks("a block over its bound", 413, .blockTooLarge) { _ in
            WireBlock([UInt8](repeating: 7, count: Limits.blockSizeMax + 1)).record
        },
        blocks("an empty block", 400, .malformedBlockStream) { _ in WireBlock([]).record },
        blocks("more deflated bytes than it says", 422, .blockMismatch) { fixture in
            let bytes = [UInt8](repeating: 9, count: 100_000)
            let stored = bytes.withUnsafeBytes { Deflate.deflate($0) }!
            let header = RecordHeader(
                kind: .block, encoding: .deflate, id: fixture.rejected.id, rawLength: 1000, storedLength: stored.count,
                payloadChecksum: stored.withUnsafeBytes { CRC32.checksum($0) })
            return header.bytes + stored
        },
        blocks("an end inside of a record", 400, .truncatedBody) { $0.rejected.record.dropLast(3) },
        blocks("an end inside of a header", 400, .truncatedBody) { Array($0.rejected.record.prefix(63)) },
        BadInput("blocks: over 4 MiB by its length", 413, .bodyTooLarge) { world, fixture in
            try await world.put([UInt8](repeating: 0, count: Limits.blockRequestSizeMax + 1), to: fixture.open)
        },
        BadInput("blocks: over 4 MiB in chunks", 413, .bodyTooLarge) { world, fixture in
            var body: [UInt8] = []
            while body.count < Limits.blockRequestSizeMax { body += fixture.big.record }
            let head = world.head("PUT", Routes.blocks(fixture.open), ["Transfer-Encoding": "chunked"])
            return try await world.wire.exchange([.send(head + chunk(body) + chunk([]))])
        },
        BadInput("blocks: less than Content-Length", 400, .truncatedBody) { world, fixture in
            let head = world.head("PUT", Routes.blocks(fixture.open), ["Content-Length": "100000"])
            return try await world.wire.exchange([.send(head + fixture.rejected.record.dropLast(1)), .finish])
        },
        BadInput("blocks: chunks that break off", 400, .truncatedBody) { world, fixture in
            let head = world.head("PUT", Routes.blocks(fixture.open), ["Transfer-Encoding": "chunked"])
            return try await world.wire.exchange([.send(head + chunk(fixture.rejected.record.dropLast(1))), .finish])
        },
        BadInput("blocks: wrong media type", 415, .unsupportedMediaType) { world, fixture in
            try await world.send("PUT", Routes.blocks(fixture.open), fixture.rejected.record, type: "text/plain")
        },
    ]

    /// Blocks, questions and commits that no upload takes.
    static let uploads: [BadInput] = [
        ("done", 409, .uploadDone), ("cancelled", 410, .uploadGone), ("unknown", 404, .notFound),
    ].flatMap { (state: String, status: Int, code: ProblemCode) -> [BadInput] in
        @Sendable func id(_ fixture: Fixture) -> ResourceID {
            switch state {
            case "done": fixture.done
            case "cancelled": fixture.cancelled
            default: ResourceID(prefix: "upl", value: 3)
            }
        }
        return [
            BadInput("\(state) upload: blocks", status, code) { world, fixture in
                try await world.put(fixture.rejected.record, to: id(fixture))
            },
            BadInput("\(state) upload: have", status, code) { world, fixture in
                try await world.send(
                    "POST", Routes.have(id(fixture)), HaveRequest(ids: [fixture.kept.id]).encode(), type: MediaType.have
                )
            },
            BadInput("\(state) upload: commit", status, code) { world, fixture in
                try await world.commit(WireBlock.manifest([fixture.kept, fixture.kept]), of: id(fixture))
            },
            BadInput("\(state) upload: delete", status, code) { world, fixture in
                try await world.send("DELETE", "/v1/uploads/\(id(fixture))")
            },
        ]
    }

    private static func commit(
        _ name: String, _ status: Int, _ code: ProblemCode, _ body: @escaping @Sendable (Fixture) -> [UInt8]
    ) -> BadInput {
        BadInput("commit: \(name)", status, code) { world, fixture in
            try await world.commit(body(fixture), of: fixture.open)
        }
    }

    static let commits: [BadInput] = [
        commit("a block that nobody sent", 409, .blocksMissing) { WireBlock.manifest([$0.kept, $0.rejected]) },
        commit("a block of another game", 409, .blocksMissing) { WireBlock.manifest([$0.foreign]) },
        commit("a length that is a lie", 422, .lengthMismatch) {
            Manifest(file: [BlockReference(id: $0.kept.id, length: $0.kept.bytes.count - 1)], profile: "").encode()
        },
        commit("a size that is a lie", 400, .malformedManifest) {
            var manifest = Manifest(file: [$0.kept.reference], profile: "")
            manifest.entries[0].size += 1
            return manifest.encode()
        },
        commit("a length of zero", 400, .malformedManifest) {
            Manifest(file: [BlockReference(id: $0.kept.id, length: 0)], profile: "").encode()
        },
        commit("garbage", 400, .malformedManifest) { _ in Array("this is no manifest, whatever it says".utf8) },
        commit("nothing", 400, .malformedManifest) { _ in [] },
        commit("a wrong CRC", 400, .malformedManifest) {
            var bytes = WireBlock.manifest([$0.kept])
            bytes[bytes.count - 1] ^= 1
            return bytes
        },
        commit("bytes behind the end", 400, .malformedManifest) { WireBlock.manifest([$0.kept]) + [0] },
        commit("a directory", 422, .invalid) { _ in Manifest(directory: []).encode() },
        BadInput("commit: over its bound", 413, .bodyTooLarge) { world, fixture in
            let head = world.head(
                "POST", Routes.commit(fixture.open), ["Content-Length": "\(Limits.manifestSizeMax + 1)"])
            return try await world.wire.exchange([.send(head)])
        },
        BadInput("commit: wrong media type", 415, .unsupportedMediaType) { world, fixture in
            try await world.send(
                "POST", Routes.commit(fixture.open), WireBlock.manifest([fixture.kept]), type: "text/plain")
        },
        BadInput("have: nothing asked", 400, .malformedRequest) { world, fixture in
            try await world.send(
                "POST", Routes.have(fixture.open), Array("PWLH\u{1}\u{1}\0\0".utf8), type: MediaType.have)
        },
        BadInput("have: half an id", 400, .malformedRequest) { world, fixture in
            let body = HaveRequest(ids: [fixture.kept.id]).encode().dropLast(1)
            return try await world.send("POST", Routes.have(fixture.open), Array(body), type: MediaType.have)
        },
        BadInput("have: too many ids", 413, .bodyTooLarge) { world, fixture in
            let body = [UInt8](repeating: 0, count: 100 + Limits.haveCountMax * 32)
            return try await world.send("POST", Routes.have(fixture.open), body, type: MediaType.have)
        },
    ]

    static let content: [BadInput] = [
        BadInput("plain PUT that is cut", 400, .truncatedBody) { world, fixture in
            let head = world.head("PUT", Routes.content(ofAsset: world.asset), ["Content-Length": "1000"])
            // What came is kept, for an upload that goes on.
            return try await world.wire.exchange([.send(head + Array("begun".utf8)), .finish])
        },
        BadInput("plain PUT whose chunks are cut", 400, .truncatedBody) { world, fixture in
            let head = world.head("PUT", Routes.content(ofAsset: world.asset), ["Transfer-Encoding": "chunked"])
            // Between two chunks: what came is whole, but its end did not.
            return try await world.wire.exchange([.send(head + chunk(Array("begun".utf8))), .finish])
        },
        BadInput("plain PUT to an unknown asset", 404, .notFound) { world, fixture in
            try await world.send("PUT", Routes.content(ofAsset: fixture.unknown), fixture.rejected.bytes)
        },
        BadInput("plain PUT to a bad channel", 422, .invalid, ["/channel"]) { world, fixture in
            try await world.send(
                "PUT", Routes.content(ofAsset: world.asset) + "?channel=Not%20One", fixture.rejected.bytes)
        },
        BadInput("content of no version", 404, .noVersion) { world, fixture in
            try await world.send("GET", Routes.content(ofAsset: fixture.emptyAsset))
        },
        BadInput("content of an unknown number", 404, .noVersion) { world, _ in
            try await world.send("GET", Routes.content(ofAsset: world.asset) + "?version=99")
        },
        BadInput("content of an unknown channel", 404, .noVersion) { world, _ in
            try await world.send("GET", Routes.content(ofAsset: world.asset) + "?channel=nope")
        },
        BadInput("range past the end", 416, .rangeNotSatisfiable) { world, fixture in
            try await world.send(
                "GET", Routes.content(ofVersion: fixture.version.id),
                headers: ["Range": "bytes=\(fixture.version.size)-"])
        },
        BadInput("range of nothing", 416, .rangeNotSatisfiable) { world, fixture in
            try await world.send("GET", Routes.content(ofVersion: fixture.version.id), headers: ["Range": "bytes=-0"])
        },
        BadInput("range on empty content", 416, .rangeNotSatisfiable) { world, fixture in
            try await world.send(
                "GET", Routes.content(ofVersion: fixture.emptyVersion.id), headers: ["Range": "bytes=0-0"])
        },
        BadInput("If-Match of another content", 412, .preconditionFailed) { world, fixture in
            try await world.send(
                "GET", Routes.content(ofVersion: fixture.version.id), headers: ["If-Match": "\"\(fixture.foreign.id)\""]
            )
        },
    ]

    /// One chunk of a chunked body; an empty one ends it.
    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }
}

extension BadInput.Fixture {
    /// A good block of the largest size, always the same.
    var big: WireBlock { WireBlock([UInt8](repeating: 3, count: Limits.blockSizeMax)) }
}
