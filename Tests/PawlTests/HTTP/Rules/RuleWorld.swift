import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

/// A daemon with a row of everything, and all its operations, for rules that hold everywhere. Whatever it answers here is
/// held to what every answer must have.
struct RuleWorld: Sendable {
    let access: AccessWorld
    let operations: [DescribedOperation]
    /// The codes that docs/problems.md explains.
    private let codes: Set<String>

    var world: HTTPWorld { access.world }

    static func with(
        environment: [String: String] = [:], _ body: (RuleWorld) async throws -> Void
    ) async throws {
        try await HTTPWorld.with(environment: environment) { try await body(RuleWorld($0)) }
    }

    private init(_ world: HTTPWorld) async throws {
        operations = try await DescribedOperation.all(of: world)
        access = try await AccessWorld(world)
        let text = try String(contentsOfFile: PackageDirectory.path("docs/problems.md"), encoding: .utf8)
        codes = Set(text.matches(of: /(?m)^\| `([a-z_]+)` \|/).map { String($0.1) })
    }

    // MARK: Requests

    /// Where an operation is found for the rows of this world.
    func path(_ operation: DescribedOperation) -> String { access.path(operation.path) }

    /// An operation as it is rightly asked for.
    func request(_ operation: DescribedOperation) -> RuleRequest {
        var request = RuleRequest(method: operation.method, path: path(operation))
        if operation.parameter("If-Match")?.isRequired == true { request.headers["If-Match"] = "*" }
        if operation.parameter("Idempotency-Key") != nil { request.headers["Idempotency-Key"] = Self.word() }
        if operation.description == "GET /v1/versions" {
            request.path += "?filter=asset_id=%22\(access.rows["assets"]!)%22"
        }
        request.headers.merge(access.fields(operation.description)) { $1 }
        (request.body, request.type) = body(operation)
        return request
    }

    private func body(_ operation: DescribedOperation) -> ([UInt8]?, String) {
        let block = WireBlock(Array("a block".utf8))
        switch operation.description {
        case "POST /v1/uploads/{id}/have": return (HaveRequest(ids: [block.id]).encode(), MediaType.have)
        case "PUT /v1/uploads/{id}/blocks": return (block.record, MediaType.blocks)
        case "POST /v1/uploads/{id}/commit": return (WireBlock.manifest([block]), MediaType.manifest)
        case "POST /v1/imports/{id}/rows": return ([], MediaType.export)
        case "PUT /v1/assets/{id}/content", "POST /v1/assets/{id}/content":
            return (Array("a save".utf8), MediaType.octets)
        case "PATCH /v1/uploads/{id}": return (Array("a part".utf8), MediaType.partialUpload)
        case "PATCH /v1/tus/{id}": return (Array("a part".utf8), MediaType.offsetOctets)
        default: break
        }
        guard operation.takesJSON else { return (nil, MediaType.json) }
        let object: JSONObject? =
            switch (operation.method, operation.verb) {
            case ("PATCH", _): [:]
            case _ where operation.path.hasSuffix("/plan"): [:]
            case (_, let verb?): access.input("\(operation.resource):\(verb)")
            default: access.creation(operation.resource, "-\(Self.word().prefix(8))")
            }
        if object == nil { Issue.record("\(operation) has no body in AccessWorld") }
        return (Array(JSONValue.object(object ?? [:]).data), MediaType.json)
    }

    /// Something that nothing else is named.
    static func word() -> String { UUID().uuidString.lowercased() }

    // MARK: Answers

    @discardableResult
    func send(
        _ request: RuleRequest, to operation: DescribedOperation? = nil, key: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> WireAnswer {
        let id = Self.word()
        var headers = request.headers
        headers["X-Request-Id"] = id
        let answer = try await world.send(
            request.method, request.path, key: key, headers: headers, request.body, type: request.type)
        let name = "\(request.method) \(request.path): \(answer.status) \(answer.text.prefix(300))"
        #expect(answer.headers["x-request-id"] == id, "\(name)", sourceLocation: sourceLocation)
        check(answer, name, isHead: request.method == "HEAD", sourceLocation)
        if let operation {
            #expect(
                operation.statuses.contains(answer.status), "\(operation) does not tell of \(name)",
                sourceLocation: sourceLocation)
        }
        return answer
    }

    /// What holds for every answer: a problem is told as one, with a code that is explained.
    func check(_ answer: WireAnswer, _ name: String, isHead: Bool = false, _ sourceLocation: SourceLocation) {
        #expect(answer.status > 0 && answer.status < 500, "\(name)", sourceLocation: sourceLocation)
        guard answer.status >= 400 else { return }
        #expect(answer.headers["content-type"] == MediaType.problem, "\(name)", sourceLocation: sourceLocation)
        guard !isHead else { return }
        #expect(codes.contains(answer.code ?? ""), "\(name)", sourceLocation: sourceLocation)
        #expect(answer.json["status"] == .int(Int64(answer.status)), "\(name)", sourceLocation: sourceLocation)
        for member in ["type", "title", "detail"] {
            #expect(answer.json[member]?.string?.isEmpty == false, "\(name)", sourceLocation: sourceLocation)
        }
    }
}

/// A request that can be changed before it is sent.
struct RuleRequest: Sendable {
    var method: String
    var path: String
    var headers: [String: String] = [:]
    var body: [UInt8]?
    var type = MediaType.json

    init(method: String, path: String, headers: [String: String] = [:]) {
        self.method = method
        self.path = path
        self.headers = headers
    }

    init(_ method: String, _ path: String, headers: [String: String] = [:], json: JSONObject) {
        self.init(method: method, path: path, headers: headers)
        body = Array(JSONValue.object(json).data)
    }

    /// With one more parameter of the query.
    func asking(_ parameter: String) -> RuleRequest {
        var request = self
        request.path += (path.contains("?") ? "&" : "?") + parameter
        return request
    }

    func with(_ body: [UInt8]?, type: String? = nil) -> RuleRequest {
        var request = self
        request.body = body
        request.type = type ?? self.type
        return request
    }

    func with(_ json: JSONObject) -> RuleRequest { with(Array(JSONValue.object(json).data)) }

    /// With another value of a header field; nil for none.
    func with(_ header: String, _ value: String?) -> RuleRequest {
        var request = self
        request.headers[header] = value
        return request
    }
}
