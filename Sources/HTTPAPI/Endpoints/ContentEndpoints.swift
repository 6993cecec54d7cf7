import HTTPTypes
import PawlModel

extension API {
    /// Content in as bytes: plainly, as curl and every other HTTP client sends it, or so that it may stop anywhere, where
    /// the client says so (Resumable Uploads for HTTP).
    var contentEndpoints: [Endpoint] {
        let asset = Routes.collection("assets") + "/{id}/content"
        return [
            Endpoint(
                .put, asset, access: .keysAndPlayers(.assetsWrite),
                Self.content("uploadContent", "Makes a version of the body, as curl -T sends it."),
                { try await exchange($0) }),
            Endpoint(
                .post, asset, access: .keysAndPlayers(.assetsWrite),
                Self.content("postContent", "Makes a version of the body, as resumable uploads begin."),
                { try await exchange($0) }),
        ]
    }

    private static func content(_ id: String, _ summary: String) -> Operation {
        Operation(
            id, tag: "content", summary,
            parameters: [
                .init(
                    "channel", in: .query, .text(max: 64, rule: .channelName),
                    help: "the channel to move to the new version"),
                .init("label", in: .query, .text(max: 200), help: "a name for the version"),
                .init(
                    "hold", in: .query, .bool, help: "whether the version waits until assets:publish lets it be seen"),
                .idempotencyKey, .validateOnly,
                .init(
                    "Upload-Complete", in: .header, .text(max: Limits.conditionMax), example: "?1",
                    help: "?1 makes this a resumable upload, and ?0 one whose content goes on after this body"),
                .init(
                    "Upload-Length", in: .header, .text(max: Limits.conditionMax),
                    help: "of the whole in bytes"),
                .interopVersion, .contentDigest,
                .init(
                    "Repr-Digest", in: .header, .text(max: Limits.conditionMax),
                    help: "sha-256=:…: of the whole; proven before the version is seen"),
            ],
            body: .init(.bytes, as: MediaType.octets, isRequired: false),
            answers: [
                .init(
                    .created, .row(Version.schema), headers: [.eTag, .location],
                    "The new version; without a body, a resumable upload that goes on at its Location."),
                .init(
                    .ok, .either(.row(Version.schema), .row(Upload.schema)), headers: [.eTag],
                    "The newest version has the same content; in a dry run, the upload that would begin."),
                .init(
                    .accepted, .row(Upload.schema), headers: [.location],
                    "All is there; the upload tells when its digest is proven."),
            ],
            problems: streamProblems)
    }
}

extension Operation.Parameter {
    static let interopVersion = Self(
        "Upload-Draft-Interop-Version", in: .header, .text(max: Limits.conditionMax), example: "8",
        help: "the version of the draft: 3, 5, 6 or 8; only with one the client gets interim answers (104)")
    static let contentDigest = Self(
        "Content-Digest", in: .header, .text(max: Limits.conditionMax),
        help: "sha-256=:…: or sha-512=:…: of the body: what does not match is not taken")
}
