import HTTPTypes
import Hummingbird
import PawlModel
import Transfers

extension API {
    /// Uploads as objects: begun, listed, looked at, given up. What carries the bytes has endpoints of its own.
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
                .get, collection, access: .keys(.assetsRead),
                Operation(
                    "listUploads", tag: "uploads", "Lists uploads that go on, newest first.",
                    parameters: [.init("asset", in: .query, .reference("assets"), help: "of one asset only")],
                    answers: [.init(.ok, .page(.row(Upload.schema)), "All of them, up to a page.")],
                    problems: [.malformedQuery, .notFound])
            ) { request in
                let asset = try request.query("asset").map { text in
                    guard let id = ResourceID(text, kind: Asset.schema.idPrefix) else {
                        throw Problem(
                            .malformedQuery, "asset must be the id of one.",
                            violations: [.init("?asset", "must be an id that begins with ast_")])
                    }
                    return id
                }
                let uploads = try await uploads.open(asset: asset, for: request.caller)
                return request.page(try uploads.map { try JSONValue($0) }, nextToken: nil)
            },
            Endpoint(
                .get, collection + "/{id}", access: .keysAndPlayers(.assetsRead),
                Operation(
                    "getUpload", tag: "uploads", "Reads an upload: how far it is, and what became of it.",
                    answers: [.init(.ok, .row(Upload.schema), headers: [.eTag, .cacheControl], "The upload.")])
            ) { request in
                let upload = try await uploads.upload(try request.id(Upload.idPrefix), for: request.caller)
                var response = Response(status: .ok, json: try JSONValue(upload))
                response.headers[.eTag] = Conditions.etag(revision: .int(upload.revision))
                response.headers[.cacheControl] = "no-store"
                return response
            },
            Endpoint(
                .delete, collection + "/{id}", access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "cancelUpload", tag: "uploads", "Gives an upload up.", parameters: [.validateOnly],
                    answers: [.init(.noContent, nil, "It is given up.")], problems: [.uploadGone, .uploadDone])
            ) { request in
                try await uploads.cancel(
                    try request.id(Upload.idPrefix), by: request.caller, validateOnly: try request.isValidateOnly())
                return Response(status: .noContent)
            },
        ]
    }

    private func beginUpload(_ request: APIRequest) async throws -> Response {
        let body = try await request.json(MediaType.json)
        let input = try Upload.begin.input(from: body)
        guard let asset = input["asset_id"]?.string.flatMap({ ResourceID($0, kind: Asset.schema.idPrefix) }) else {
            throw Problem.invalid("uploads", [.init("/asset_id", "must be the id of an asset")])
        }
        let creation = UploadCreation(
            assetID: asset, channel: input["channel"]?.string, label: input["label"]?.string,
            notes: input["notes"]?.string, sha256: input["sha256"]?.string.flatMap { Digest(hex: $0) })
        let isValidateOnly = try request.isValidateOnly()
        let upload = try await uploads.begin(
            creation, door: .blocks, by: request.caller,
            idempotency: try request.idempotency(payload: JSONValue.object(body).data), validateOnly: isValidateOnly)
        var response = Response(status: isValidateOnly ? .ok : .created, json: try JSONValue(upload))
        if !isValidateOnly { response.headers[.location] = Routes.row("uploads", upload.id) }
        response.headers[.eTag] = Conditions.etag(revision: .int(upload.revision))
        return response
    }
}
