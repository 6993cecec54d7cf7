import BlockFormat
import PawlModel
import TestKit
import Testing

/// Denied by default: every operation that the daemon declares, asked for by every kind of caller.
@Suite struct AccessTests {
    /// The operations come from the daemon's own description. One that `AccessTable` does not know fails the test.
    @Test func everyOperation_answersEveryCallerAsItShould() async throws {
        try await HTTPWorld.with { world in
            let operations = try await Self.operations(of: world)
            #expect(operations.count > 90)
            let access = try await AccessWorld(world)
            for operation in operations {
                guard let rule = AccessTable.rule(operation), let request = access.request(operation) else {
                    Issue.record("\(operation) is in no table: say who may call it, and how")
                    continue
                }
                for caller in AccessCaller.all {
                    let answer = try await request.send(by: caller, in: access)
                    let expectation = caller.expectation(rule)
                    #expect(
                        expectation.isMet(by: answer.status),
                        "\(operation) by \(caller): \(expectation), not \(answer.status) \(answer.text.prefix(300))")
                    if case .list = rule.target, answer.status == 200, let row = request.row, !rule.isAbsent {
                        #expect(
                            answer.text.contains(row.description) == caller.seesTheRow(rule),
                            "\(operation) by \(caller)")
                    }
                }
            }
        }
    }

    /// All of them, such as `GET /v1/items/{id}`.
    private static func operations(of world: HTTPWorld) async throws -> [String] {
        let document = try await world.send("GET", "/openapi.json", key: "")
        guard let paths = document.json["paths"]?.object else { throw ProcessError(document.text) }
        let methods: Set = ["get", "put", "post", "patch", "delete"]
        return paths.sorted { $0.key < $1.key }.flatMap { path, item in
            (item.object ?? [:]).keys.filter(methods.contains).sorted().map { "\($0.uppercased()) \(path)" }
        }
    }
}

/// One operation as it is asked for: each time with the same path and body.
struct AccessRequest {
    var method: String
    var path: String
    var body: [UInt8]?
    var type = MediaType.json
    var headers: [String: String] = [:]
    /// A row that its list has for those who may see it.
    var row: ResourceID?

    func send(by caller: AccessCaller, in access: AccessWorld) async throws -> WireAnswer {
        let headers = [
            "If-Match": ["PATCH", "DELETE"].contains(method) ? "*" : "",
            "Idempotency-Key": method == "POST" ? "access \(caller) \(path)" : "",
        ]
        return try await access.world.send(
            method, path, key: access.credential(caller), headers: headers.merging(self.headers) { $1 }, body,
            type: type)
    }
}

extension AccessWorld {
    /// How an operation is asked for; nil when nobody has said so. Nothing is changed but where bytes are sent.
    func request(_ operation: String) -> AccessRequest? {
        let parts = operation.split(separator: " ").map(String.init)
        let segments = parts[1].split(separator: "/").map(String.init)
        guard segments.first == "v1", segments.count > 1 else { return AccessRequest(method: parts[0], path: parts[1]) }
        let path = self.path(parts[1])
        var request =
            transfer(operation, path) ?? change(parts[0], path, segments)
            ?? (parts[0] == "GET" ? AccessRequest(method: "GET", path: path, row: rows[segments[1]]) : nil)
        request?.headers = fields(operation)
        return request
    }

    /// Header fields that an operation needs beside those that all have.
    func fields(_ operation: String) -> [String: String] {
        let tus = ["Tus-Resumable": "1.0.0"]
        return switch operation {
        case "POST /v1/tus":
            tus.merging(["Upload-Length": "6", "Upload-Metadata": "asset \(rows["assets"]!.description.base64)"]) { $1 }
        case "POST /v1/tus/{id}": tus.merging(["X-HTTP-Method-Override": "HEAD"]) { $1 }
        case "PATCH /v1/tus/{id}": tus.merging(["Upload-Offset": "0"]) { $1 }
        case "GET /v1/tus/{id}", "DELETE /v1/tus/{id}": tus
        case "PATCH /v1/uploads/{id}": ["Upload-Offset": "0", "Upload-Complete": "?1"]
        default: [:]
        }
    }

    private func transfer(_ operation: String, _ path: String) -> AccessRequest? {
        let block = WireBlock(Array("a block".utf8))
        func request(_ method: String, _ path: String, _ body: [UInt8]? = nil, _ type: String = MediaType.json)
            -> AccessRequest
        {
            AccessRequest(method: method, path: path, body: body, type: type)
        }
        switch operation {
        case "GET /v1/events/stream": return request("HEAD", path)
        case "GET /v1/events": return request("GET", path + "?page_size=1")
        case "GET /v1/uploads": return request("GET", path + "?asset=\(rows["assets"]!)")
        case "GET /v1/versions": return request("GET", path + "?filter=asset_id=%22\(rows["assets"]!)%22")
        case "POST /v1/uploads/{id}/have":
            return request("POST", path, HaveRequest(ids: [block.id]).encode(), MediaType.have)
        case "POST /v1/imports/{id}/rows": return request("POST", path + "?after=0", [], MediaType.export)
        case "POST /v1/imports/{id}/commit": return request("POST", path)
        case "PUT /v1/uploads/{id}/blocks": return request("PUT", path, block.record, MediaType.blocks)
        case "POST /v1/uploads/{id}/commit":
            return request("POST", path + "?validate_only=true", WireBlock.manifest([block]), MediaType.manifest)
        case "POST /v1/versions/{id}/plan", "POST /v1/assets/{id}/plan": return request("POST", path, Array("{}".utf8))
        case "PUT /v1/assets/{id}/content": return request("PUT", path, Array("a save".utf8), MediaType.octets)
        case "POST /v1/assets/{id}/content": return request("POST", path, Array("a save".utf8), MediaType.octets)
        case "PATCH /v1/uploads/{id}": return request("PATCH", path, Array("a part".utf8), MediaType.partialUpload)
        case "POST /v1/tus": return request("POST", path + "?validate_only=true")
        case "POST /v1/tus/{id}": return request("POST", path)
        case "PATCH /v1/tus/{id}": return request("PATCH", path, Array("a part".utf8), MediaType.offsetOctets)
        case "POST /v1/maintenance:doctor", "POST /v1/maintenance:gc", "POST /v1/maintenance:rotate-token-keys":
            return request("POST", path + "?validate_only=true", Array("{}".utf8))
        case "POST /v1/maintenance:scrub": return request("POST", path)
        default: return nil
        }
    }

    private func change(_ method: String, _ path: String, _ segments: [String]) -> AccessRequest? {
        let dry = path + "?validate_only=true"
        let body: JSONObject?
        switch (method, segments.count) {
        case ("DELETE", 3): return AccessRequest(method: method, path: dry)
        case ("PATCH", 3): body = [:]
        case ("POST", 2): body = creation(segments[1], "-new")
        case ("POST", 3): body = input(segments[1] + segments[2].dropFirst(4))
        default: return nil
        }
        return body.map { AccessRequest(method: method, path: dry, body: Array(JSONValue.object($0).data)) }
    }
}
