import HTTPTypes
import PawlModel

/// One endpoint as the documentation tells it.
struct OpenAPIOperation {
    let endpoint: Endpoint
    /// All endpoints, for the links from what one answers to what can be done with it.
    let others: [Endpoint]

    private var operation: Operation { endpoint.operation }
    private var isCounted: Bool { endpoint.access != .anyone }

    /// The operation object (OpenAPI 3.1 §4.8.10).
    func json(_ components: inout OpenAPIComponents) -> JSONObject {
        var json: JSONObject = [
            "operationId": .string(operation.id), "tags": [.string(operation.tag)],
            "summary": .string(operation.summary), "description": .string(endpoint.access.words),
            "security": .array(endpoint.access.security), "responses": .object(responses(&components)),
        ]
        let parameters = operation.parameters.map(\.json)
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if let body = operation.body { json["requestBody"] = .object(requestBody(body, &components)) }
        return json
    }

    private func requestBody(_ body: Operation.Body, _ components: inout OpenAPIComponents) -> JSONObject {
        let mediaType = JSONValue.object(components.mediaType(of: body.content, .request))
        return [
            "required": .bool(body.isRequired),
            "content": .object(Dictionary(uniqueKeysWithValues: body.mediaTypes.map { ($0, mediaType) })),
        ]
    }

    // MARK: Answers

    private func responses(_ components: inout OpenAPIComponents) -> JSONObject {
        var responses: JSONObject = [:]
        for answer in operation.answers {
            responses["\(answer.status.code)"] = .object(response(answer, &components))
        }
        if let unchanged { responses["304"] = .object(unchanged) }
        for (status, codes) in Dictionary(grouping: endpoint.problems, by: \.status.code) {
            responses["\(status)"] = .object(components.problemResponse(codes))
        }
        return responses
    }

    private func response(_ answer: Operation.Answer, _ components: inout OpenAPIComponents) -> JSONObject {
        var response: JSONObject = [
            "description": .string(answer.help),
            "headers": OpenAPIComponents.headers(answer.headers.map(\.rawValue), isCounted: isCounted),
        ]
        if let content = answer.content {
            response["content"] = [answer.mediaType: .object(components.mediaType(of: content, .answer))]
        }
        let links = links(of: answer)
        if !links.isEmpty { response["links"] = .object(links) }
        return response
    }

    /// What `If-None-Match` may bring instead of the answer.
    private var unchanged: JSONObject? {
        guard operation.parameters.contains(where: { $0.name == Operation.Parameter.ifNoneMatch.name }) else {
            return nil
        }
        return [
            "description": "It has one of the ETags.",
            "headers": OpenAPIComponents.headers(["ETag"], isCounted: isCounted),
        ]
    }

    // MARK: Links

    /// From a new row to all that can be done with it, and from a page to its first row.
    private func links(of answer: Operation.Answer) -> JSONObject {
        switch answer.content {
        case .row(let schema) where answer.status == .created, .rowWith(let schema, _) where answer.status == .created:
            links(to: schema, id: "$response.body#/id", etag: "$response.header.ETag") { _ in true }
        case .page(.row(let schema)):
            links(to: schema, id: "$response.body#/items/0/id", etag: nil) {
                $0.method == .get && $0.path.hasSuffix("/{id}")
            }
        default: [:]
        }
    }

    private func links(
        to schema: ResourceSchema, id: JSONValue, etag: JSONValue?, where isWanted: (Endpoint) -> Bool
    ) -> JSONObject {
        var links: JSONObject = [:]
        let path = Routes.collection(schema.name) + "/{id}"
        for target in others where target.path.hasPrefix(path) && isWanted(target) {
            // What takes another id besides cannot be told from one row.
            guard !target.path.dropFirst(path.count).contains("{") else { continue }
            var parameters: JSONObject = ["path.id": id]
            let needsMatch = target.operation.parameters.contains { $0.name == "If-Match" && $0.isRequired }
            if needsMatch { parameters["header.If-Match"] = etag }
            links[target.operation.id] = [
                "operationId": .string(target.operation.id), "parameters": .object(parameters),
            ]
        }
        return links
    }
}

extension Operation.Parameter {
    /// The parameter object (OpenAPI 3.1 §4.8.12).
    var json: JSONValue {
        var json: JSONObject = [
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired),
            "description": .string(help), "schema": .object(type.jsonSchema(.request)),
        ]
        json["example"] = example
        return .object(json)
    }
}

extension Endpoint.Access {
    /// The security requirements, of which one has to be met. The roles of a bearer are the scopes of a key.
    fileprivate var security: [JSONValue] {
        func bearer(_ scope: Scope?) -> JSONValue {
            [OpenAPIComponents.bearer: .array(scope.map { [.string($0.rawValue)] } ?? [])]
        }
        return switch self {
        case .anyone: []
        case .keys(let scope), .keysAndPlayers(let scope): [bearer(scope)]
        case .studioKeys(let scope): [bearer(scope)]
        case .publicOr(let scope), .publicOrSigned(let scope): [[:], bearer(scope)]
        }
    }

    /// Who may call it.
    fileprivate var words: String {
        func key(_ scope: Scope?) -> String { scope.map { "a key with the scope `\($0.rawValue)`" } ?? "any key" }
        return switch self {
        case .anyone: "Anyone may call it."
        case .keys(let scope): "Needs \(key(scope))."
        case .studioKeys(let scope): "Needs \(key(scope)) that is bound to no game."
        case .keysAndPlayers(let scope): "Needs \(key(scope)), or a player's token, for what is hers."
        case .publicOr(let scope):
            "Needs nothing for what is public, else \(key(scope)), or the token of a player who may have it."
        case .publicOrSigned(let scope):
            "Needs nothing for what is public, else \(key(scope)), the token of a player who may have it, or a signed URL."
        }
    }
}
