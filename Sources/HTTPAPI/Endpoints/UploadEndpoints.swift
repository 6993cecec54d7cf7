import HTTPTypes
import Hummingbird
import Metadata
import PawlModel
import Transfers

extension API {
    /// Uploads as objects: begun for the block door, and listed. One of them is looked at in ResumableEndpoints.
    var uploadEndpoints: [Endpoint] {
        let collection = Routes.collection("uploads")
        return [
            Endpoint(
                .post, collection, access: .keys(.assetsWrite),
                Operation(
                    "beginUpload", tag: "uploads", Upload.begin.help,
                    parameters: [.idempotencyKey, .validateOnly],
                    body: .init(.object(Upload.begin.fields), as: MediaType.json),
                    answers: [
                        .init(.created, .row(Upload.schema), headers: [.eTag, .location], "The upload."),
                        .init(.ok, .row(Upload.schema), headers: [.eTag], "With validate_only: what it would be."),
                    ],
                    problems: [.notFound, .invalid, .quotaExceeded, .idempotencyKeyReused]),
                { try await beginUpload($0) }),
            Endpoint(
                .get, collection, access: .keysAndPlayers(.assetsRead),
                Operation(
                    "listUploads", tag: "uploads", "Lists uploads that go on, newest first.",
                    parameters: [
                        .init("asset", in: .query, .reference("assets"), help: "of one asset only"),
                        .init(
                            "sha256", in: .query, .text(max: 64, rule: .sha256),
                            help: "of one content only, whose digest was told when it began"),
                    ]
                        + Operation.Parameter.list(Upload.schema).filter {
                            ["page_size", "page_token"].contains($0.name)
                        },
                    answers: [.init(.ok, .page(.row(Upload.schema)), headers: [.link], "One page.")],
                    problems: [.malformedQuery, .notFound]),
                { try await listUploads($0) }),
        ]
    }

    /// By asset and by digest: so a client that lost the URL of its upload finds it again.
    private func listUploads(_ request: APIRequest) async throws -> Response {
        let query = try ListQuery(
            filter: nil, orderBy: nil, pageSize: request.query("page_size"), pageToken: request.query("page_token"),
            of: Upload.schema)
        let asset = try request.query("asset").map { text in
            guard let id = ResourceID(text, kind: Asset.schema.idPrefix) else {
                throw Problem.malformedQuery("asset", "must be an id that begins with ast_")
            }
            return id
        }
        let sha256 = try request.query("sha256").map { text in
            guard let digest = Digest(hex: text) else {
                throw Problem.malformedQuery("sha256", "must be 64 lower-case hexadecimal digits")
            }
            return digest
        }
        let found = try await uploads.open(
            asset: asset, sha256: sha256, before: query.after?.id, limit: query.pageSize + 1, for: request.caller)
        let page = found.prefix(query.pageSize)
        let last = found.count > page.count ? page.last : nil
        let next = last.map { ListQuery.Position(value: .string($0.id.description), id: $0.id) }
        return request.page(
            try page.map { try JSONValue($0) }, nextToken: next.map { query.token(after: $0, of: Upload.schema) })
    }

    private func beginUpload(_ request: APIRequest) async throws -> Response {
        let body = try await request.json(MediaType.json)
        let input = try Upload.begin.input(from: body)
        guard let asset = input["asset_id"]?.string.flatMap({ ResourceID($0, kind: Asset.schema.idPrefix) }) else {
            throw Problem.invalid("uploads", [.init("/asset_id", "must be the id of an asset")])
        }
        let creation = UploadCreation(
            assetID: asset, channel: input["channel"]?.string, label: input["label"]?.string,
            notes: input["notes"]?.string, length: input["length"]?.int,
            sha256: input["sha256"]?.string.flatMap { Digest(hex: $0) }, hold: input["hold"] == true)
        let isValidateOnly = try request.isValidateOnly()
        let upload = try await uploads.begin(
            UploadDraft(creation), by: request.caller,
            idempotency: try request.idempotency(payload: JSONValue.object(body).data), validateOnly: isValidateOnly)
        var response = Response(status: isValidateOnly ? .ok : .created, json: try JSONValue(upload))
        if !isValidateOnly { response.headers[.location] = Routes.row("uploads", upload.id) }
        response.headers[.eTag] = Conditions.etag(revision: .int(upload.revision))
        return response
    }
}
