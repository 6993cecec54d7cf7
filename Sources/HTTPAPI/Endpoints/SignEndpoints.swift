import Catalog
import Hummingbird
import Metadata
import PawlModel
import Transfers

extension API {
    /// URLs of content that work without a key, for whoever may read it.
    var signEndpoints: [Endpoint] {
        [
            Endpoint(
                .post, Routes.collection("versions") + "/{id}:sign", access: .keysAndPlayers(.assetsRead),
                .sign(SignedURL.ofVersion, "signVersion")
            ) { request in
                let id = try request.id(Version.idPrefix)
                return try await sign(SignedURL.ofVersion, request) { _ in
                    let selected = try await downloads.version(id, for: request.caller)
                    return (Routes.row("versions", selected.version.id), "")
                }
            },
            Endpoint(
                .post, Routes.collection("assets") + "/{id}:sign", access: .keysAndPlayers(.assetsRead),
                .sign(SignedURL.ofAsset, "signAsset")
            ) { request in
                let id = try request.id(Asset.schema.idPrefix)
                return try await sign(SignedURL.ofAsset, request) { input in
                    try await target(of: id, input, for: request.caller)
                }
            },
        ]
    }

    /// What of an asset may be signed. Whoever may read only some versions gets the URL of one of them: what an asset's URL
    /// shows next she may not be allowed to read.
    private func target(
        of asset: ResourceID, _ input: JSONObject, for caller: Caller
    ) async throws -> (row: String, selector: String) {
        let (version, channel) = (input["version"]?.int, input["channel"]?.string)
        if version != nil, channel != nil {
            throw Problem.invalid("sign", [.init("/channel", "must not stand beside version")])
        }
        let selector: Downloads.Selector = version.map { .number($0) } ?? channel.map { .channel($0) } ?? .newest
        let selected = try await downloads.version(of: asset, selector, for: caller)
        guard selected.seesAllVersions else { return (Routes.row("versions", selected.version.id), "") }
        return (
            Routes.row("assets", asset),
            SignedRequest.selector(version: version.map(String.init), channel: channel)
        )
    }

    private func sign(
        _ verb: VerbSchema, _ request: APIRequest,
        _ find: (JSONObject) async throws -> (row: String, selector: String)
    ) async throws -> Response {
        let body = try await request.json(MediaType.json)
        let expiresAt = try await expiry(verb, body, request)
        let (row, selector) = try await find(try verb.input(from: body))
        var url: String?
        if try !request.isValidateOnly() {
            let target = SignedURLs.Target(row: row, selector: selector, expires: expiresAt.microseconds / 1_000_000)
            let query = try await authentication.signedURLs.query(for: target)
            url = "\(row)/content?\(selector.isEmpty ? "" : selector + "&")\(query)"
        }
        var response = Response(status: .ok, json: try JSONValue(SignedURL(url: url, expiresAt: expiresAt)))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// When the URL is to expire. Nothing is changed, so nothing is written, but for an `Idempotency-Key` this moment: from
    /// it the same URL is signed again.
    private func expiry(_ verb: VerbSchema, _ body: JSONObject, _ request: APIRequest) async throws -> Timestamp {
        let signedURLs = authentication.signedURLs
        let expiry: @Sendable () throws -> Timestamp = {
            let lifetime = try verb.input(from: body)["expires_in"]?.int
            return signedURLs.expiry(after: lifetime ?? Limits.signedURLLifetime)
        }
        guard let claim = try request.idempotency(payload: JSONValue.object(body).data) else { return try expiry() }
        let answer = try await writePath.apply(
            by: request.caller, idempotency: claim, validateOnly: try request.isValidateOnly()
        ) { _ in
            Answer(.done, ["expires_at": .string(try expiry().description)])
        }
        return try answer.body.object?["expires_at"]?.string.flatMap { Timestamp($0) } ?? expiry()
    }
}

extension Operation {
    fileprivate static func sign(_ verb: VerbSchema, _ id: String) -> Operation {
        Operation(
            id, tag: "content", verb.help, parameters: [.idempotencyKey, .validateOnly],
            body: Body(.object(verb.fields, rules: verb.rules), as: MediaType.json, isRequired: false),
            answers: [
                .init(.ok, .object(SignedURL.answer), headers: [.cacheControl], "The URL, with path and query.")
            ],
            problems: [.malformedQuery, .invalid, .idempotencyKeyReused] + verb.problems)
    }
}
