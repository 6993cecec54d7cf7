import PawlModel
import TestKit
import Testing

/// Pages of other sites (CORS): allowed where whoever runs the daemon has named them, and nowhere else.
@Suite struct CrossOriginRuleTests {
    private static let site = "https://console.example.com"

    @Test func namedSites_mayReadEveryAnswer_andOthersNone() async throws {
        let environment = ["PAWL_HTTP_CORS_ORIGINS": "https://other.example,\(Self.site)"]
        try await RuleWorld.with(environment: environment) { rules in
            for operation in rules.operations where operation.path != Routes.eventStream {
                // Whatever the answer is, a problem among them.
                for key in [rules.world.admin, ""] {
                    let request = rules.request(operation).with("If-Match", nil).with(Array("x".utf8))
                    let answer = try await rules.send(request.with("Origin", Self.site), key: key)
                    #expect(answer.headers["access-control-allow-origin"] == Self.site, "\(operation) \(answer.status)")
                    #expect(answer.headers["vary"]?.contains("Origin") == true, "\(operation)")
                    let exposed = answer.headers["access-control-expose-headers"] ?? ""
                    for name in ["ETag", "Location", "Link", "X-Request-Id", "RateLimit", "Retry-After"] {
                        #expect(exposed.contains(name), "\(operation) \(name)")
                    }
                    for origin in ["https://evil.example", "null", "\(Self.site).evil.example"] {
                        let refused = try await rules.send(request.with("Origin", origin), key: key)
                        #expect(refused.headers["access-control-allow-origin"] == nil, "\(operation)")
                        #expect(refused.headers["vary"]?.contains("Origin") == true, "\(operation)")
                    }
                }
            }
        }
    }

    /// A browser asks before it sends, and sends no key with the question.
    @Test func preflight_isAnswered_onEveryPath() async throws {
        try await RuleWorld.with(environment: ["PAWL_HTTP_CORS_ORIGINS": Self.site]) { rules in
            for operation in rules.operations {
                var request = RuleRequest(method: "OPTIONS", path: rules.path(operation))
                request.headers = [
                    "Origin": Self.site, "Access-Control-Request-Method": operation.method,
                    "Access-Control-Request-Headers": "authorization, content-type, if-match, idempotency-key",
                ]
                let answer = try await rules.send(request, key: "")
                #expect((200...204).contains(answer.status), "\(operation)")
                #expect(answer.headers["access-control-allow-origin"] == Self.site, "\(operation)")
                #expect(answer.headers["access-control-allow-methods"]?.contains(operation.method) == true)
                let allowed = (answer.headers["access-control-allow-headers"] ?? "").lowercased()
                for parameter in operation.parameters where parameter.place == "header" {
                    #expect(allowed.contains(parameter.name.lowercased()), "\(operation) \(parameter.name)")
                }
                for name in ["authorization", "content-type", "x-request-id"] { #expect(allowed.contains(name)) }
                let other = try await rules.send(request.with("Origin", "https://evil.example"), key: "")
                #expect(other.headers["access-control-allow-origin"] == nil, "\(operation)")
            }
        }
    }

    @Test func nobodyIsAllowed_unlessConfigured_andAllByAStar() async throws {
        for (origins, expected) in [("none", nil), ("*", "*")] as [(String, String?)] {
            try await HTTPWorld.with(environment: ["PAWL_HTTP_CORS_ORIGINS": origins]) { world in
                let answer = try await world.send("GET", "/v1/games", headers: ["Origin": Self.site])
                #expect(answer.headers["access-control-allow-origin"] == expected)
                #expect(answer.headers["access-control-allow-credentials"] == nil)
            }
        }
    }
}
