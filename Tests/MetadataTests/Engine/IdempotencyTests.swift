import Metadata
import PawlModel
import TestKit
import Testing

struct IdempotencyTests {
    private func claim(_ key: String = "k", route: String = "POST /v1/games", payload: UInt8 = 1) -> IdempotencyClaim {
        IdempotencyClaim(key: key, route: route, fingerprint: Digest(bytes: [UInt8](repeating: payload, count: 32))!)
    }

    @Test func samePayload_getsTheSameAnswer_andOneEffect() async throws {
        try await EngineWorld.with { world in
            let first = try await world.create(Game.schema, ["slug": "a", "name": "A"], key: claim())
            let counts = try await world.counts()
            // Also when the row has changed, or is gone, meanwhile.
            try await world.delete(Game.schema, first)
            let again = try await world.create(Game.schema, ["slug": "a", "name": "A"], key: claim())
            #expect(again == first)
            #expect(try await world.count("games") == 0)
            #expect(try await world.count("idempotency_records") == counts.last)
        }
    }

    @Test func otherPayload_isRefused_otherRouteOrCallerIsAnotherKey() async throws {
        try await EngineWorld.with { world in
            try await world.create(Game.schema, ["slug": "a", "name": "A"], key: claim())
            let reused = try await problem {
                try await world.create(Game.schema, ["slug": "b", "name": "B"], key: claim(payload: 2))
            }
            #expect(reused.code == .idempotencyKeyReused)
            try await world.create(Game.schema, ["slug": "c", "name": "C"], key: claim(route: "POST /v1/other"))
            let caller = Caller(id: ResourceID(prefix: "key", value: 1), scopes: [.admin], gameID: nil)
            try await world.create(Game.schema, ["slug": "d", "name": "D"], by: caller, key: claim(payload: 2))
            #expect(try await world.count("games") == 3)
        }
    }

    @Test func failedRequest_keepsNoRecord_andMayBeRepeatedRight() async throws {
        try await EngineWorld.with { world in
            _ = try await problem { try await world.create(Game.schema, ["slug": "A"], key: claim()) }
            try await world.create(Game.schema, ["slug": "a", "name": "A"], key: claim(payload: 2))
        }
    }

    @Test func fiftyAtOnce_haveOneEffect() async throws {
        try await EngineWorld.with { world in
            let answers = try await withThrowingTaskGroup(of: JSONObject.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await world.create(Game.schema, ["slug": "a", "name": "A"], key: claim()) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(try await world.count("games") == 1)
            #expect(try await world.count("events") == 1)
        }
    }
}
