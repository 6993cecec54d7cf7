import PawlModel
import TestKit
import Testing

/// Parameters of the query that are not what they must be.
@Suite struct QueryRuleTests {
    /// A value that a parameter cannot have, by its name.
    private static let wrong: [String: [String]] = [
        "filter": ["nonsense", "id", "id=", "id%3D%22open", "created_at%3D%22no%20time%22", "id=1%20OR%20id=2"],
        "order_by": ["nonsense", "", "id%20up", "id%20asc%20desc", "revision"],
        "page_size": ["0", "501", "-1", "ten", "1.5", "99999999999999999999", ""],
        "page_token": ["zz", "7b7d", "0", ""],
        "validate_only": ["maybe", "1", "TRUE", ""],
        "after": ["nonsense", ""], "heartbeat": ["0", "61", "soon"],
        "sha256": ["nonsense", String(repeating: "A", count: 64), ""],
        "game": ["No%20slug", "ast_00000000000000000000000001", ""],
        "asset": ["nonsense", "gam_00000000000000000000000001", ""],
        "version": ["0", "-1", "newest", ""],
        "from": ["nonsense", "blocks/-1", "blocks", ""],
        "after_step": ["nonsense", "-1", ""],
        "from_rank": ["0", "first"], "around": ["nonsense"],
    ]

    @Test func everyParameter_refusesWhatItCannotBe() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations {
                // What a path of content is asked with names a version, or is of one: it is missed, not misread. And a
                // signature that is not right is refused as such.
                let isOfContent =
                    operation.parameter("signature") != nil || operation.path == "/v1/assets/{id}/content"
                    || operation.path.hasSuffix("/plan")
                let names = isOfContent ? ["version"] : operation.parameters.map(\.name)
                for parameter in operation.parameters where parameter.place == "query" {
                    guard names.contains(parameter.name) else { continue }
                    guard let values = Self.wrong[parameter.name] else {
                        Issue.record("\(parameter.name) of \(operation) is in no table: say what it cannot be")
                        continue
                    }
                    for value in values {
                        var request = rules.request(operation)
                        if parameter.name == "filter" { request.path = rules.path(operation) }
                        let answer = try await rules.send(request.asking("\(parameter.name)=\(value)"), to: operation)
                        #expect(
                            answer.status == 400 && answer.code == "malformed_query"
                                && answer.pointers.contains("?\(parameter.name)"),
                            "\(operation) \(parameter.name)=\(value.prefix(40)): \(answer.status) \(answer.text)")
                    }
                }
            }
        }
    }

    @Test func everyMistake_isToldAtOnce() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations {
                let names = operation.parameters.filter { $0.place == "query" }.map(\.name)
                guard names.contains("order_by") else { continue }
                let query = names.map { "\($0)=\(Self.wrong[$0]?[0] ?? "")" }.joined(separator: "&")
                var request = rules.request(operation)
                request.path = rules.path(operation)
                let answer = try await rules.send(request.asking(query), to: operation)
                #expect(answer.status == 400, "\(operation)")
                #expect(Set(answer.pointers) == Set(names.map { "?\($0)" }), "\(operation): \(answer.pointers)")
            }
        }
    }
}
