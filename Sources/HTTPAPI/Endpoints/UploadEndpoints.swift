import HTTPTypes
import Hummingbird
import PawlModel
import Transfers

extension API {
    /// Uploads as objects: begun, listed, looked at, given up. What carries the bytes has endpoints of its own.
    var uploadEndpoints: [Endpoint] {
        let collection = Routes.collection("uploads")
        return [
            Endpoint(.post, collection, { try await beginUpload($0) }),
            Endpoint(.get, collection) { request in
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
            Endpoint(.get, collection + "/{id}") { request in
                let upload = try await uploads.upload(try request.id(Upload.idPrefix), for: request.caller)
                var response = Response(status: .ok, json: try JSONValue(upload))
                response.headers[.eTag] = Conditions.etag(revision: .int(upload.revision))
                response.headers[.cacheControl] = "no-store"
                return response
            },
            Endpoint(.delete, collection + "/{id}") { request in
                try await uploads.cancel(
                    try request.id(Upload.idPrefix), by: request.caller, validateOnly: try request.isValidateOnly())
                return Response(status: .noContent)
            },
        ]
    }

    private func beginUpload(_ request: APIRequest) async throws -> Response {
        let body = try await request.json(MediaType.json)
        var violations: [Problem.Violation] = []
        let known = ["asset_id", "channel", "label", "notes", "sha256"]
        for name in body.keys.sorted() where !known.contains(name) {
            violations.append(.init(JSONPointer.escape(name), "is not a field of uploads"))
        }
        let asset = body["asset_id"]?.string.flatMap { ResourceID($0, kind: Asset.schema.idPrefix) }
        if asset == nil { violations.append(.init("/asset_id", "must be the id of an asset")) }
        for name in ["channel", "label", "notes"] where body[name].map({ !$0.isNull && $0.string == nil }) ?? false {
            violations.append(.init(JSONPointer.escape(name), "must be text"))
        }
        let digest = body["sha256"]?.string
        if digest.map({ Digest(hex: $0) == nil }) ?? !(body["sha256"]?.isNull ?? true) {
            violations.append(.init("/sha256", "must be 64 lower-case hexadecimal digits"))
        }
        guard violations.isEmpty, let asset else { throw Problem.invalid("uploads", violations) }
        let creation = UploadCreation(
            assetID: asset, channel: body["channel"]?.string, label: body["label"]?.string,
            notes: body["notes"]?.string, sha256: digest.flatMap { Digest(hex: $0) })
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
