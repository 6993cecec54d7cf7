import PawlModel
import TestKit
import Testing

/// Bodies that are not what an operation takes.
@Suite struct BodyRuleTests {
    /// Bytes of any type: their asset says what they are.
    private static let contents: Set = ["PUT /v1/assets/{id}/content", "POST /v1/assets/{id}/content"]
    /// Bytes without a bound but the disk and a player's quota.
    private static let streams = contents.union(["POST /v1/tus", "PATCH /v1/tus/{id}", "PATCH /v1/uploads/{id}"])

    /// But for content.
    @Test func wrongType_isRefused_ofEveryBody() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where !operation.mediaTypes.isEmpty {
                guard !Self.contents.contains(operation.description) else { continue }
                for type in ["text/html", "application/jsonp", "application/x-www-form-urlencoded", "nonsense"] {
                    let answer = try await rules.send(
                        rules.request(operation).with([0x7b, 0x7d], type: type), to: operation)
                    #expect(answer.status == 415 && answer.code == "unsupported_media_type", "\(operation) \(type)")
                }
                var request = rules.request(operation)
                guard operation.takesJSON else { continue }
                request.type = operation.mediaTypes[0].uppercased() + " ; charset=utf-8"
                let good = try await rules.send(request.asking("validate_only=true"), to: operation)
                #expect(good.status != 415, "\(operation)")
            }
        }
    }

    /// Told before it is sent where it says its length, and as soon as it is too long where it does not.
    @Test func tooLargeBody_isRefused_everywhere() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where !operation.mediaTypes.isEmpty {
                guard !Self.streams.contains(operation.description) else { continue }
                var request = rules.request(operation)
                request.headers["Content-Type"] = request.type
                let size = 1 + Self.sizeMax(of: operation)
                request.headers["Content-Length"] = "\(size)"
                let told = try await exchange(request, [], rules)
                #expect(told.status == 413 && told.code == "body_too_large", "\(operation) \(told.text)")
                guard operation.takesJSON else { continue }
                request.headers["Content-Length"] = nil
                request.headers["Transfer-Encoding"] = "chunked"
                let body = [UInt8](repeating: 0x20, count: size)
                let met = try await exchange(request, BadInput.chunk(body) + Array("0\r\n\r\n".utf8), rules)
                #expect(met.status == 413 && met.code == "body_too_large", "\(operation) \(met.text)")
            }
        }
    }

    private static func sizeMax(of operation: DescribedOperation) -> Int {
        guard operation.takesJSON else {
            return operation.resource == "imports" ? Limits.importRequestSizeMax : Limits.manifestSizeMax
        }
        return operation.description == "POST /v1/changesets" ? Limits.changesetSizeMax : Limits.jsonBodySizeMax
    }

    private func exchange(_ request: RuleRequest, _ body: [UInt8], _ rules: RuleWorld) async throws -> WireAnswer {
        let head = rules.world.head(request.method, request.path, request.headers)
        let answer = try await rules.world.wire.exchange([.send(head + body), .awaitHead])
        rules.check(answer, "\(request.method) \(request.path)", #_sourceLocation)
        return answer
    }

    private static let malformed: [[UInt8]] = [
        Array(#"{"a":"#.utf8), Array("{'a':1}".utf8), Array("{} {}".utf8),
        Array(#"{"a":NaN}"#.utf8), Array(#"{"a":01}"#.utf8), Array(#"{"a":1e999}"#.utf8),
        Array(#"{"a":"\ud800"}"#.utf8),
        Array("{\"a\":\"\u{1}\"}".utf8), Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8),
        Array("[1]".utf8), Array("\"text\"".utf8), Array("7".utf8), Array("null".utf8), Array("  ".utf8),
        [UInt8](repeating: UInt8(ascii: "["), count: 100_000),
        Array((String(repeating: #"{"a":"#, count: 33) + "1" + String(repeating: "}", count: 33)).utf8),
    ]

    @Test func whatIsNoJSONObject_isRefused_everywhere() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.takesJSON {
                for body in Self.malformed {
                    let answer = try await rules.send(rules.request(operation).with(body), to: operation)
                    #expect(
                        answer.status == 400 && answer.code == "malformed_json",
                        "\(operation) \(String(decoding: body.prefix(40), as: UTF8.self)): \(answer.text)")
                }
            }
        }
    }
}
