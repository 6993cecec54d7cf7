import BlockFormat
import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Transfers

extension API {
    /// The block door: docs/block-protocol.md.
    var blockDoorEndpoints: [Endpoint] {
        let upload = Routes.collection("uploads") + "/{id}"
        return [
            Endpoint(
                .post, upload + "/have", access: .keys(.assetsWrite),
                Operation(
                    "askForBlocks", tag: "uploads",
                    "Asks which of some blocks have to be sent; the others are pinned to the upload.",
                    body: .init(.bytes, as: MediaType.have, MediaType.octets),
                    answers: [.init(.ok, .bytes, as: MediaType.haveAnswer, "A bit for each block.")],
                    problems: [.uploadGone, .uploadDone, .wrongDoor, .bodyTooLarge]),
                { try await have($0) }),
            Endpoint(
                .put, upload + "/blocks", access: .keys(.assetsWrite),
                Operation(
                    "sendBlocks", tag: "uploads", "Sends blocks, many in one request; each is verified as it arrives.",
                    body: .init(.bytes, as: MediaType.blocks, MediaType.octets, isRequired: false),
                    answers: [.init(.ok, .object(Self.received), "What was received and is durable.")],
                    problems: [
                        .uploadGone, .uploadDone, .wrongDoor, .bodyTooLarge, .malformedBlockStream, .blockMismatch,
                        .blockTooLarge, .truncatedBody, .tooManyRequests, .insufficientStorage, .readOnly,
                    ]),
                { try await putBlocks($0) }),
            Endpoint(
                .post, upload + "/commit", access: .keys(.assetsWrite),
                Operation(
                    "commitUpload", tag: "uploads", "Makes a version of an upload's blocks, as a manifest orders them.",
                    parameters: [.idempotencyKey, .validateOnly],
                    body: .init(.bytes, as: MediaType.manifest, MediaType.octets),
                    answers: [
                        .init(.created, .row(Version.schema), headers: [.eTag, .location], "The new version."),
                        .init(.ok, .row(Version.schema), headers: [.eTag], "The newest version has the same root."),
                        .init(
                            .accepted, .row(Upload.schema), headers: [.location],
                            "All is there; the upload tells when its digest is proven."),
                    ],
                    problems: [
                        .uploadGone, .uploadDone, .wrongDoor, .bodyTooLarge, .malformedManifest, .blocksMissing,
                        .lengthMismatch, .digestMismatch, .invalid, .quotaExceeded, .idempotencyKeyReused, .readOnly,
                        .insufficientStorage,
                    ]),
                { try await commit($0) }),
        ]
    }

    private func have(_ request: APIRequest) async throws -> Response {
        try request.requireMediaType(MediaType.have, MediaType.octets)
        let id = try request.id(Upload.idPrefix)
        let body = try await request.collect(atMost: 16 + Limits.haveCountMax * Digest.byteCount)
        let question: HaveRequest
        do {
            question = try body.withUnsafeReadableBytes { try HaveRequest(parsing: $0) }
        } catch let error as FormatError {
            throw Problem(.malformedRequest, "The list of ids cannot be read: \(error).")
        }
        let missing = try await uploads.missing(question.ids, of: id, by: request.caller)
        return Response(
            status: .ok, headers: [.contentType: MediaType.haveAnswer, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: HaveAnswer(missing: missing).encode())))
    }

    private func putBlocks(_ request: APIRequest) async throws -> Response {
        try request.requireMediaType(MediaType.blocks, MediaType.octets)
        let id = try request.id(Upload.idPrefix)
        let length = try request.contentLength(atMost: Limits.blockRequestSizeMax)
        let result = try await receptions.run(for: id) {
            var receiver = try await uploads.receiver(of: id, by: request.caller)
            do {
                var received: Int64 = 0
                for try await part in try await request.body() {
                    received += Int64(part.readableBytes)
                    try await receiver.receive(part)
                }
                if let length, received < length { throw BrokenBody() }
                try await receiver.finish()
            } catch let problem as Problem {
                // What came whole before the mistake is kept; the problem says how much that is.
                try await receiver.keep()
                throw problem
            } catch {
                try await receiver.keep()
                throw Problem(.truncatedBody, "The connection broke; \(receiver.blockCount) whole blocks are kept.")
            }
            return (blocks: receiver.blockCount, bytes: receiver.rawByteCount)
        }
        return Response(status: .ok, json: ["blocks": .int(Int64(result.blocks)), "bytes": .int(result.bytes)])
    }

    private static let received = [
        Field("blocks", .int(0...Int64.max), isRequired: true, help: "whole blocks"),
        Field("bytes", .int(0...Int64.max), isRequired: true, help: "their length in bytes"),
    ]

    private struct BrokenBody: Error {}

    private func commit(_ request: APIRequest) async throws -> Response {
        try request.requireMediaType(MediaType.manifest, MediaType.octets)
        let id = try request.id(Upload.idPrefix)
        let body = try await request.collect(atMost: Limits.manifestSizeMax)
        let manifest: Manifest
        do {
            manifest = try body.withUnsafeReadableBytes { try Manifest(parsing: $0) }
        } catch let error as FormatError {
            throw Problem(.malformedManifest, "The manifest cannot be read: \(error).")
        }
        let answer = try await uploads.commit(
            id, manifest, by: request.caller, idempotency: try request.idempotency(payload: body.readableBytesView),
            validateOnly: try request.isValidateOnly())
        return try response(to: answer, of: "versions", request)
    }
}
