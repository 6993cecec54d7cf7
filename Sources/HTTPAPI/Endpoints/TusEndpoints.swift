import HTTPTypes
import PawlModel
import UploadDialects

extension API {
    /// Uploads by tus 1.0.0, for Uppy, tuspy and every other client of it. All of these are one exchange: what is asked for
    /// stands in the head, and may be another method than that of the request.
    var tusEndpoints: [Endpoint] {
        let upload = Routes.tus + "/{id}"
        return [
            tus(
                .post, Routes.tus,
                Operation(
                    "tusCreate", tag: "uploads", "Begins an upload by tus, or joins some.",
                    parameters: [
                        .init("game", in: .query, .text(max: 64), help: "the game of a part that is to be joined"),
                        .idempotencyKey, .validateOnly, .tusResumable,
                        .init(
                            "Upload-Length", in: .header, .text(max: Limits.conditionMax), example: "0",
                            help: "of the whole in bytes"),
                        .init(
                            "Upload-Defer-Length", in: .header, .text(max: Limits.conditionMax),
                            help: "1 while the length is not known"),
                        .init(
                            "Upload-Metadata", in: .header, .text(max: Limits.uploadFieldMax),
                            example: "asset bXlnYW1lL2J1aWxkcy93aW42NA==,filename Z2FtZS56aXA=",
                            help: "keys and their values in base64: asset (its id or game/path), or game for a part; "
                                + "filename, filetype, sha256, label, channel"),
                        .init(
                            "Upload-Concat", in: .header, .text(max: Limits.uploadFieldMax),
                            help: "partial, or final; and the URLs of the parts with spaces between them"),
                        .uploadChecksum,
                    ],
                    body: .init(.bytes, as: MediaType.offsetOctets, isRequired: false),
                    answers: [
                        .init(.created, headers: [.location, .uploadOffset, .tusResumable], "It has begun."),
                        .init(.ok, .row(Upload.schema), "With validate_only: what it would be."),
                    ],
                    problems: Self.streamProblems + [.wrongState])),
            tus(
                .get, upload,
                Operation(
                    "tusInspect", tag: "uploads", "Reads an upload by tus; HEAD tells how far it is.",
                    parameters: [.tusResumable],
                    answers: [
                        .init(
                            .ok, .row(Upload.schema), headers: [.eTag, .cacheControl, .uploadOffset, .tusResumable],
                            "The upload.")
                    ],
                    problems: [.uploadGone, .wrongDoor, .unsupportedVersion])),
            tus(
                .patch, upload,
                Operation(
                    "tusAppend", tag: "uploads", "Adds bytes to an upload by tus.",
                    parameters: [
                        .tusResumable, .uploadOffset,
                        .init(
                            "Upload-Length", in: .header, .text(max: Limits.conditionMax), example: "0",
                            help: "of the whole in bytes, where it was not known before"),
                        .uploadChecksum,
                    ],
                    body: .init(.bytes, as: MediaType.offsetOctets, isRequired: false),
                    answers: [.init(.noContent, headers: [.uploadOffset, .tusResumable], "They are durable.")],
                    problems: Self.streamProblems)),
            tus(
                .post, upload,
                Operation(
                    "tusOverride", tag: "uploads", "Does what X-HTTP-Method-Override says, by tus.",
                    parameters: [
                        .init(
                            "X-HTTP-Method-Override", in: .header, .text(max: Limits.conditionMax), isRequired: true,
                            example: "HEAD",
                            help: "PATCH, DELETE or HEAD"),
                        .tusResumable,
                    ],
                    answers: [
                        .init(.ok, headers: [.uploadOffset, .tusResumable], "How far it is."),
                        .init(.noContent, headers: [.tusResumable], "It is done."),
                    ],
                    problems: Self.streamProblems + [.methodNotAllowed, .unsupportedMediaType, .truncatedBody])),
            tus(
                .delete, upload,
                Operation(
                    "tusTerminate", tag: "uploads", "Gives an upload up by tus.",
                    parameters: [.validateOnly, .tusResumable],
                    answers: [.init(.noContent, headers: [.tusResumable], "It is given up.")],
                    problems: [.uploadGone, .unsupportedVersion])),
        ]
    }

    /// All of them may change the upload, whatever their method is.
    private func tus(_ method: HTTPRequest.Method, _ path: String, _ operation: Operation) -> Endpoint {
        Endpoint(method, path, access: .keysAndPlayers(.assetsWrite), operation) { try await exchange($0) }
    }

    /// What may become of bytes that are sent to an upload.
    static let streamProblems: [ProblemCode] = [
        .malformedRequest, .malformedQuery, .notFound, .uploadGone, .uploadDone, .wrongDoor, .offsetMismatch,
        .inconsistentLength, .checksumMismatch, .digestMismatch, .unsupportedVersion, .invalid, .bodyTooLarge,
        .quotaExceeded, .insufficientStorage, .readOnly,
    ]
}

extension Operation.Parameter {
    fileprivate static let tusResumable = Self(
        "Tus-Resumable", in: .header, .text(max: Limits.conditionMax), example: "1.0.0",
        help: "the version of tus that is spoken, 1.0.0; without it the answer is 412")
    static let uploadOffset = Self(
        "Upload-Offset", in: .header, .text(max: Limits.conditionMax), isRequired: true, example: "0",
        help: "where the bytes begin in the whole content")
    fileprivate static let uploadChecksum = Self(
        "Upload-Checksum", in: .header, .text(max: Limits.conditionMax),
        help: "sha1, sha256 or crc32, and the value of the body in base64: what does not match is not taken")
}
