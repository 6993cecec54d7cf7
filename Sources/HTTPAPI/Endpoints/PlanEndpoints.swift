import Hummingbird
import Metadata
import PawlModel
import Transfers

extension API {
    /// What an update costs, before anybody begins it.
    var planEndpoints: [Endpoint] {
        [
            // Not with a signed URL: its bearer could ask about any other version.
            Endpoint(
                .post, Routes.collection("versions") + "/{id}/plan", access: .publicOr(.assetsRead),
                .plan("planVersion", Plan.verb.help)
            ) { try await plan($0, isVersion: true) },
            Endpoint(
                .post, Routes.collection("assets") + "/{id}/plan", access: .publicOr(.assetsRead),
                .plan(
                    "planAsset", "The same for an asset's newest version, or the one asked for.",
                    parameters: Operation.Parameter.selectors, problems: [.noVersion, .malformedQuery])
            ) { try await plan($0, isVersion: false) },
        ]
    }

    private func plan(_ request: APIRequest, isVersion: Bool) async throws -> Response {
        let target = try await selected(request, isVersion: isVersion)
        let input = try Plan.verb.input(from: try await request.json(MediaType.json))
        var source: Downloads.Selected?
        if let text = input["from"]?.string {
            guard let id = ResourceID(text, kind: Version.idPrefix) else {
                throw Problem.invalid("plan", [.init("/from", "must be the id of a version")])
            }
            source = try await downloads.source(id, for: request.caller)
        }
        var response = Response(status: .ok, json: try JSONValue(try await downloads.plan(from: source, to: target)))
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension Operation {
    fileprivate static func plan(
        _ id: String, _ summary: String, parameters: [Parameter] = [], problems: [ProblemCode] = []
    ) -> Operation {
        Operation(
            id, tag: "content", summary, parameters: parameters,
            body: Body(.object(Plan.verb.fields), as: MediaType.json, isRequired: false),
            answers: [.init(.ok, .object(Plan.answer), headers: [.cacheControl], "What it costs.")],
            problems: [.invalid] + problems)
    }
}
