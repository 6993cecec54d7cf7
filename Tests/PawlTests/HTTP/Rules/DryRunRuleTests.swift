import BlockFormat
import PawlModel
import TestKit
import Testing

/// `?validate_only=true`, on every write that there is.
@Suite struct DryRunRuleTests {
    @Test func everyWrite_canBeTried_andLeavesNothing() async throws {
        try await RuleWorld.with { rules in
            try await RowCounts.with(storage: rules.world.daemon.storage) { counts in
                var tried = 0
                for operation in rules.operations where operation.parameter("validate_only") != nil {
                    var request = rules.request(operation)
                    if operation.description == "POST /v1/uploads/{id}/commit" {
                        let block = WireBlock(Array("a block".utf8))
                        _ = try await rules.world.put(block.record, to: rules.access.rows["uploads"]!)
                    }
                    let before = try await counts()
                    let answer = try await rules.send(request.asking("validate_only=true"), to: operation)
                    // What others refer to is not deleted, dry or not.
                    let isUsed = operation.method == "DELETE" && answer.status == 409
                    #expect(
                        answer.status == (operation.method == "DELETE" ? 204 : 200) || isUsed,
                        "\(operation): \(answer.status) \(answer.text)")
                    #expect(answer.headers["location"] == nil, "\(operation)")
                    #expect(try await counts() == before, "\(operation)")
                    // Of its Idempotency-Key nothing is left either: another payload is no mistake.
                    if operation.takesJSON, request.headers["Idempotency-Key"] != nil {
                        request = request.with(["no_such_field": 1])
                        #expect(try await rules.send(request, to: operation).code == "invalid", "\(operation)")
                    }
                    tried += 1
                }
                #expect(tried > 60)
            }
        }
    }

    /// A real write is seen by the same counts, so that these do not prove nothing.
    @Test func aRealWrite_isCounted() async throws {
        try await RuleWorld.with { rules in
            try await RowCounts.with(storage: rules.world.daemon.storage) { counts in
                let before = try await counts()
                let request = RuleRequest(
                    "POST", "/v1/games", headers: ["Idempotency-Key": "k"], json: ["slug": "real", "name": "Real"])
                #expect(try await rules.send(request).status == 201)
                var after = before
                for table in ["games", "changesets", "journal", "events", "idempotency_records"] {
                    after.byTable[table]! += 1
                }
                #expect(try await counts() == after)
            }
        }
    }
}
