import HTTPTypes
import PawlModel

extension API {
    /// One upload by its URL, as JSON and as resumable uploads of the IETF have it.
    var resumableEndpoints: [Endpoint] {
        let upload = Routes.collection("uploads") + "/{id}"
        return [
            Endpoint(
                .get, upload, access: .keysAndPlayers(.assetsRead),
                Operation(
                    "getUpload", tag: "uploads",
                    "Reads an upload: how far it is, and what became of it. HEAD stops whoever sends to it.",
                    answers: [.init(.ok, .row(Upload.schema), headers: [.eTag, .cacheControl], "The upload.")],
                    problems: [.malformedRequest, .uploadGone]),
                { try await exchange($0) }),
            Endpoint(
                .patch, upload, access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "appendToUpload", tag: "uploads", "Adds bytes to an upload, whichever protocol began it.",
                    parameters: [
                        .uploadOffset,
                        .init(
                            "Upload-Complete", in: .header, .text(max: Limits.conditionMax), isRequired: true,
                            example: "?1",
                            help: "?1 when the content ends with this body, else ?0"),
                        .init(
                            "Upload-Length", in: .header, .text(max: Limits.conditionMax),
                            help: "of the whole in bytes"),
                        .interopVersion, .contentDigest,
                    ],
                    body: .init(.bytes, as: MediaType.partialUpload, isRequired: false),
                    answers: [
                        .init(.noContent, headers: [.uploadOffset], "They are durable, and the content goes on."),
                        .init(
                            .created, .row(Version.schema), headers: [.eTag, .location, .uploadOffset],
                            "The content is complete: the new version."),
                        .init(
                            .ok, .row(Version.schema), headers: [.eTag, .uploadOffset],
                            "It is complete, and the newest version has the same content."),
                        .init(
                            .accepted, .row(Upload.schema), headers: [.location, .uploadOffset],
                            "It is complete; the upload tells when its digest is proven."),
                    ],
                    problems: Self.streamProblems),
                { try await exchange($0) }),
            Endpoint(
                .delete, upload, access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "cancelUpload", tag: "uploads", "Gives an upload up.", parameters: [.validateOnly],
                    answers: [.init(.noContent, nil, "It is given up.")],
                    problems: [.malformedRequest, .uploadGone, .uploadDone]),
                { try await exchange($0) }),
        ]
    }
}
