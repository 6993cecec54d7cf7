import PawlModel
import TestKit
import Testing

/// Methods: which ones a path takes, and what HEAD and a condition make of GET.
@Suite struct MethodRuleTests {
    private static let methods = [
        "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND", "LINK", "MERGE",
    ]

    @Test func everyPath_refusesEveryOtherMethod_andTellsItsOwn() async throws {
        try await RuleWorld.with { rules in
            for (path, operations) in Dictionary(grouping: rules.operations, by: \.path) {
                let target = rules.path(operations[0])
                var allowed = Set(operations.map(\.method)).union(["OPTIONS"])
                if allowed.contains("GET") { allowed.insert("HEAD") }
                let allow = allowed.sorted().joined(separator: ", ")
                for method in Self.methods where !allowed.contains(method) {
                    let answer = try await rules.send(RuleRequest(method: method, path: target))
                    #expect(answer.status == 405 && answer.headers["allow"] == allow, "\(method) \(path)")
                    #expect(answer.code == (method == "HEAD" ? nil : "method_not_allowed"), "\(method) \(path)")
                }
                let options = try await rules.world.send("OPTIONS", target, key: "")
                #expect(options.status == 204 && options.headers["allow"] == allow && options.body.isEmpty, "\(path)")
            }
        }
    }

    /// What is no method of HTTP that a server could know, or is for proxies only, brings nobody into trouble.
    @Test(arguments: ["BREW", "CONNECT", "GET-IT"])
    func unknownMethod_isRefused(_ method: String) async throws {
        try await HTTPWorld.with { world in
            let answer = try await world.wire.exchange([.send(world.head(method, "/v1/games")), .finish])
            #expect([400, 405, 501].contains(answer.status), "\(answer.status) \(answer.text)")
            #expect(try await world.send("GET", "/v1/games").status == 200)
        }
    }

    @Test func head_isGetWithoutItsBody_everywhere() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.method == "GET" && operation.path != Routes.eventStream {
                for key in [rules.world.admin, ""] {
                    var request = rules.request(operation)
                    var get = try await rules.send(request, to: operation, key: key)
                    #expect(get.headers["content-length"] == "\(get.body.count)", "\(operation)")
                    request.method = "HEAD"
                    var head = try await rules.send(request, key: key)
                    var changing = ["date", "x-request-id", "ratelimit"]
                    if operation.path == Routes.metrics { changing.append("content-length") }
                    for name in changing { (get.headers[name], head.headers[name]) = (nil, nil) }
                    #expect(head.status == get.status && head.headers == get.headers, "\(operation)")
                    #expect(head.body.isEmpty, "\(operation)")
                }
            }
            // A GET of this one never ends.
            let head = try await rules.send(RuleRequest(method: "HEAD", path: Routes.eventStream))
            #expect(head.status == 200 && head.headers["content-type"] == MediaType.eventStream && head.body.isEmpty)
        }
    }

    @Test func whatHasATag_isNotSentAgain() async throws {
        try await RuleWorld.with { rules in
            var count = 0
            for operation in rules.operations where operation.parameter("If-None-Match") != nil {
                let request = rules.request(operation)
                let first = try await rules.send(request, to: operation)
                guard first.status == 200 else { continue }
                let tag = try #require(first.headers["etag"], "\(operation)")
                for condition in [tag, "W/\(tag)", "\"no\", \(tag)", "*"] {
                    let again = try await rules.send(request.with("If-None-Match", condition), to: operation)
                    #expect(again.status == 304 && again.headers["etag"] == tag, "\(operation) \(condition)")
                    #expect(again.body.isEmpty, "\(operation)")
                }
                #expect(try await rules.send(request.with("If-None-Match", "\"no\""), to: operation).body == first.body)
                count += 1
            }
            #expect(count > 20)
        }
    }
}
