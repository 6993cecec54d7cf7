import PawlModel
import TestKit
import Testing

/// Quotas of requests: told with every answer, and held against keys, players and addresses.
@Suite struct RateLimitRuleTests {
    @Test func everyCountedAnswer_tellsOfTheQuota() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.path != Routes.eventStream {
                let request = rules.request(operation).with("If-Match", nil).with(Array("x".utf8))
                let answer = try await rules.send(request, to: operation)
                let isOpen = [Routes.health, Routes.readiness].contains(operation.path)
                #expect((answer.headers["ratelimit"] == nil) == isOpen, "\(operation)")
                #expect((answer.headers["ratelimit-policy"] == nil) == isOpen, "\(operation)")
            }
        }
    }

    @Test func keys_areHeldToTheirQuota_eachItsOwn() async throws {
        try await HTTPWorld.with(environment: ["PAWL_LIMITS_KEYS": "40"]) { world in
            let (first, second) = (try await world.key([.admin]).secret, try await world.key([.admin]).secret)
            try await Self.exhaust(40) { try await world.send("GET", "/v1/games", key: first) }
            #expect(try await world.send("GET", "/v1/games", key: second).status == 200)
            #expect(try await world.send("GET", "/healthz", key: first).status == 200)
            // What is refused is not done.
            let late = try await world.send("POST", "/v1/games", key: first, json: ["slug": "late", "name": "Late"])
            let list = try await world.send("GET", "/v1/games?filter=slug=late", key: second)
            #expect((list.json["items"] == []) == (late.status == 429), "\(late.status)")
        }
    }

    @Test func players_areHeldToTheirs() async throws {
        try await HTTPWorld.with(environment: ["PAWL_LIMITS_PLAYERS": "10"]) { world in
            let player = try await world.create("players", ["game_id": .string("\(world.game)"), "name": "Robin"])
            let other = try await world.create("players", ["game_id": .string("\(world.game)"), "name": "Marian"])
            let (token, otherToken) = (try await world.token(of: player), try await world.token(of: other))
            try await Self.exhaust(10) { try await world.send("GET", "/v1/players/\(player)", key: token) }
            // A new token of the same player is no new quota.
            let second = try await world.token(of: player)
            let again = try await world.send("GET", "/v1/players/\(player)", key: second)
            #expect(again.headers["ratelimit"]?.contains("r=0") == true || again.status == 429)
            #expect(try await world.send("GET", "/v1/players/\(other)", key: otherToken).status == 200)
        }
    }

    @Test func addresses_areHeldToTheirs_guessesAmongThem() async throws {
        try await HTTPWorld.with(environment: ["PAWL_LIMITS_ADDRESSES": "10"]) { world in
            try await Self.exhaust(10, status: 401) {
                try await world.send("GET", "/v1/games", key: "pawl_\(UInt64.random(in: 0...UInt64.max))")
            }
            // Whoever shows no key, or asks for what may be public, is counted with it; whoever shows one is not.
            let bare = try await world.send("GET", Routes.content(ofAsset: world.asset), key: "")
            #expect(bare.status == 429 || bare.headers["ratelimit"]?.contains("r=0") == true, "\(bare.text)")
            #expect(try await world.send("GET", "/v1/games").status == 200)
            #expect(try await world.send("GET", "/healthz", key: "").status == 200)
        }
    }

    /// Asks until it is refused, which must come after so many requests and those that time gave back.
    private static func exhaust(
        _ quota: Int, status: Int = 200, _ ask: () async throws -> WireAnswer
    ) async throws {
        var passed = 0
        let start = ContinuousClock.now
        while true {
            let answer = try await ask()
            let policy = "\"caller\";q=\(quota);w=60"
            #expect(answer.headers["ratelimit-policy"] == policy, "\(answer.text)")
            guard answer.status != 429 else {
                #expect(answer.code == "too_many_requests" && answer.headers["ratelimit"]?.contains("r=0") == true)
                let wait = answer.headers["retry-after"].flatMap { Int($0) } ?? 0
                #expect((1...max(1, 60 / quota + 1)).contains(wait), "\(wait)")
                break
            }
            #expect(answer.status == status, "\(answer.text)")
            passed += 1
            try #require(passed < quota * 3, "nobody is refused")
        }
        let given = Double(quota) * (start.duration(to: .now) / .seconds(60))
        #expect(passed >= quota - 1 && Double(passed) <= Double(quota) + given + 1, "\(passed)")
    }
}
