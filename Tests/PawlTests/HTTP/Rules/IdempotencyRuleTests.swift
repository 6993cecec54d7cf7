import BlockFormat
import PawlModel
import TestKit
import Testing

/// `Idempotency-Key`, on every POST that changes something.
@Suite struct IdempotencyRuleTests {
    /// Operations that change nothing which a repeat would change again.
    private static let harmless: Set = [
        "POST /v1/uploads/{id}/have", "POST /v1/maintenance:doctor", "POST /v1/maintenance:gc",
        "POST /v1/maintenance:scrub", "POST /v1/tus/{id}",
        "POST /v1/versions/{id}/plan", "POST /v1/assets/{id}/plan",
        // Rows say behind how many they come, and an import is done once.
        "POST /v1/imports/{id}/rows", "POST /v1/imports/{id}/commit",
    ]

    @Test func everyPost_takesAKey_andARepeatGetsTheSameAnswer() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.method == "POST" {
                guard !Self.harmless.contains(operation.description) else { continue }
                #expect(operation.parameter("Idempotency-Key") != nil, "\(operation)")
                let request = try await Self.request(operation, rules).with("Idempotency-Key", "\"k\"")
                let first = try await rules.send(request, to: operation)
                #expect((200...201).contains(first.status), "\(operation): \(first.text)")
                for key in ["\"k\"", "k"] {
                    let again = try await rules.send(request.with("Idempotency-Key", key), to: operation)
                    #expect(again.status == first.status, "\(operation)")
                    #expect(again.json == first.json.withoutSecrets, "\(operation): \(again.text)")
                    for name in ["location", "etag"] {
                        #expect(again.headers[name] == first.headers[name], "\(operation) \(name)")
                    }
                }
                guard let body = request.body else { continue }
                // Another manifest meets an upload that is done already.
                guard operation.takesJSON else { continue }
                let other = try Self.another(body, operation)
                let reused = try await rules.send(request.with(other), to: operation)
                #expect(reused.status == 422 && reused.code == "idempotency_key_reused", "\(operation): \(reused.text)")
            }
        }
    }

    @Test func key_isOfOneCallerAndOneRoute_andMustBeReadable() async throws {
        try await RuleWorld.with { rules in
            let second = try await rules.world.key([.admin]).secret
            for operation in rules.operations where operation.parameter("Idempotency-Key") != nil {
                let request = try await Self.request(operation, rules)
                for bad in ["\"\"", String(repeating: "k", count: 256)] {
                    let answer = try await rules.send(request.with("Idempotency-Key", bad), to: operation)
                    #expect(answer.status == 400 && answer.code == "malformed_request", "\(operation) \(bad)")
                }
                let bare = try await rules.send(
                    request.with("Idempotency-Key", nil).asking("validate_only=true"), to: operation)
                if operation.parameter("Idempotency-Key")?.isRequired == true {
                    #expect(bare.status == 400 && bare.code == "idempotency_key_required", "\(operation)")
                } else {
                    #expect(bare.status == 200, "\(operation): \(bare.text)")
                }
                let first = try await rules.send(request, to: operation)
                let others = try await rules.send(request, to: operation, key: second)
                let isAnother =
                    others.status >= 400 || others.json != first.json.withoutSecrets
                    || others.headers["location"] != first.headers["location"]
                #expect(isAnother || others.status == 200, "\(operation): \(others.text)")
            }
        }
    }

    /// What gives or takes something away needs a key: a repeat must not do it twice.
    @Test func whatGives_needsAKey() {
        let needing = Model.verbs.filter(\.needsIdempotencyKey).map { "\($0.resource):\($0.name)" }
        let giving: Set = [
            "players:award", "accomplishments:reach", "seasons:award", "entitlements:", "entitlements:transfer",
            "inbox_messages:", "inbox_messages:claim",
        ]
        #expect(giving.subtracting(needing) == [])
    }

    /// A payload that differs, and can be read.
    private static func another(_ body: [UInt8], _ operation: DescribedOperation) throws -> [UInt8] {
        guard operation.resource == "uploads" else { return Array(#"{"other":1}"#.utf8) }
        return Array(try JSONValue(parsing: body).merged(with: ["label": "another"]).data)
    }

    /// The operation on a row that nothing has happened to.
    private static func request(_ operation: DescribedOperation, _ rules: RuleWorld) async throws -> RuleRequest {
        var request = rules.request(operation)
        let resource = operation.resource
        if operation.description == "POST /v1/uploads/{id}/commit" {
            let block = WireBlock(Array("a block".utf8))
            let upload = try await rules.world.begin(rules.access.rows["assets"]!)
            _ = try await rules.world.put(block.record, to: upload)
            request.path = Routes.commit(upload)
        } else if let verb = operation.verb, ["keys", "entitlements", "inbox_messages"].contains(resource) {
            let making = RuleRequest(
                "POST", Routes.collection(resource), headers: ["Idempotency-Key": RuleWorld.word()],
                json: rules.access.creation(resource) ?? [:])
            let made = try await rules.send(making)
            request.path = Routes.verb(resource, try #require(made.id, "\(made.text)"), verb)
        }
        return request
    }
}

extension JSONObject {
    /// What a repeat is told: secrets are shown once.
    fileprivate var withoutSecrets: JSONObject { filter { !["secret", "token"].contains($0.key) } }
}
