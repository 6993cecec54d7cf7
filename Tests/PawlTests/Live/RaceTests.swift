import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// Clients that get in each other's way.
    @Suite(.timeLimit(.minutes(10))) struct RaceTests {
        @Test func oneOfTwoChanges_wins_andTheOtherIsToldOfIt() async throws {
            try await Site.with { site in
                try await RowDoor.with(site) { door in
                    let game = try await door.make("games", ["slug": "game", "name": "Game"])
                    for round in 0..<(isSoak ? 500 : 50) {
                        let row = try await door.ask("GET", game).json
                        let patches: [JSONObject] = [["name": .string("a\(round)")], ["name": .string("b\(round)")]]
                        let answers = try await door.atOnce(2) { index in
                            try await door.ask("PATCH", game, patches[index], match: row["revision"])
                        }
                        let winner = try #require(answers.firstIndex { $0.status == 200 })
                        let loser = answers[1 - winner]
                        #expect(loser.status == 412 && loser.json["code"] == "precondition_failed", "\(loser.json)")
                        #expect(loser.json["current"] == .object(answers[winner].json))
                        #expect(loser.json["attempted"] == .object(patches[1 - winner]))
                        #expect(try await door.ask("GET", game).json == answers[winner].json)
                    }
                }
            }
        }

        /// Each client reads, adds one and writes under the tag that it read: what was answered with success is there.
        @Test func noUpdate_isLost() async throws {
            let (clients, tries) = (16, isSoak ? 10_000 : 2_000)
            try await Site.with { site in
                try await RowDoor.with(site) { door in
                    let game = try await door.make("games", ["slug": "game", "name": "Game", "settings": ["n": 0]])
                    let start = ContinuousClock.now
                    let outcomes = try await door.atOnce(clients) { _ in
                        try await count(tries / clients, on: game, through: door)
                    }
                    let spent = start.duration(to: .now)
                    let successes = outcomes.reduce(0, +)
                    let row = try await door.ask("GET", game).json
                    #expect(row["settings"]?.object?["n"] == .int(successes))
                    #expect(row["revision"] == .int(successes + 1))
                    #expect(successes >= tries / clients)
                    figure("\(tries) tries by \(clients) clients: \(successes) updates, none lost, in \(spent)")
                }
            }
        }

        private func count(_ tries: Int, on game: String, through door: RowDoor) async throws -> Int64 {
            var successes: Int64 = 0
            for _ in 0..<tries {
                let row = try await door.ask("GET", game).json
                let number = try #require(row["settings"]?.object?["n"]?.int)
                let answer = try await door.ask(
                    "PATCH", game, ["settings": ["n": .int(number + 1)]], match: row["revision"])
                if answer.status == 200 { successes += 1 } else { #expect(answer.status == 412, "\(answer.json)") }
            }
            return successes
        }

        // MARK: Exactly once

        @Test func fiftyGrantsAtOnce_areOne() async throws {
            try await Site.with { site in
                try await RowDoor.with(site) { door in
                    let grant = try await Grant(door)
                    for round in 0..<(isSoak ? 50 : 5) {
                        let body = try await grant.body(round, door)
                        let answers = try await door.atOnce(50) { _ in try await grant.send(body, "k\(round)", door) }
                        #expect(Set(answers).count == 1 && answers[0].status == 201, "\(Set(answers))")
                        #expect(try await grant.count(body, door) == 1)
                    }
                }
            }
        }

        /// The daemon dies at some moment while fifty are on their way. Whoever asks again is told what the first
        /// answer was, were it told to anybody or not.
        @Test func fiftyGrants_areOne_acrossAKill() async throws {
            var random = SeededGenerator(seed: testSeed)
            try await Site.with { site in
                try await RowDoor.with(site) { door in
                    let grant = try await Grant(door)
                    var told: [Int] = []
                    for round in 0..<(isSoak ? 20 : 4) {
                        let body = try await grant.body(round, door)
                        let delay = Duration.microseconds(Int.random(in: 0...25_000, using: &random))
                        let sending = Task {
                            try await door.atOnce(50) { _ in try? await grant.send(body, "k\(round)", door) }
                        }
                        try await Task.sleep(for: delay)
                        try await site.restart()
                        let before = Set(try await sending.value.compactMap(\.self))
                        let after = Set(
                            try await door.atOnce(50) { _ in try await grant.send(body, "k\(round)", door) })
                        #expect(after.count == 1 && after.first?.status == 201, "seed \(testSeed): \(after)")
                        #expect(before.isSubset(of: after), "seed \(testSeed): \(before)")
                        #expect(try await grant.count(body, door) == 1, "seed \(testSeed)")
                        told.append(before.count)
                    }
                    figure("kills before any answer: \(told.count { $0 == 0 }) of \(told.count)")
                }
            }
        }
    }
}

/// Grants of an item to players that have none.
private struct Grant: Sendable {
    private let game: JSONValue
    private let item: JSONValue

    init(_ door: RowDoor) async throws {
        game = try await door.makeID("games", ["slug": "game", "name": "Game"])
        item = try await door.makeID("items", ["game_id": game, "sku": "sword", "name": "Sword", "state": "active"])
    }

    /// What gives the item to a new player.
    func body(_ number: Int, _ door: RowDoor) async throws -> JSONObject {
        let player = try await door.makeID("players", ["game_id": game, "name": .string("player \(number)")])
        return ["owner_id": player, "item_id": item]
    }

    func send(_ body: JSONObject, _ key: String, _ door: RowDoor) async throws -> RowDoor.Answer {
        try await door.ask("POST", "/v1/entitlements", body, idempotencyKey: key)
    }

    /// Entitlements of the player.
    func count(_ body: JSONObject, _ door: RowDoor) async throws -> Int {
        let list = try await door.ask("GET", "/v1/entitlements?filter=owner_id=\(body["owner_id"]?.string ?? "")")
        return list.json["items"]?.elements.count ?? -1
    }
}

/// Requests for rows on connections that are kept, so that many are on their way at once.
struct RowDoor: Sendable {
    private let address: String
    private let key: String
    private let http: HTTPClient

    struct Answer: Hashable, Sendable {
        var status: Int
        var json: JSONObject
    }

    static func with<Result>(_ site: Site, _ body: (RowDoor) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // A daemon that is killed is gone: its clients are told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(RowDoor(address: site.address, key: site.key, http: http))
            try await http.shutdown()
            return result
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    func ask(
        _ method: String, _ path: String, _ body: JSONObject? = nil, match: JSONValue? = nil,
        idempotencyKey: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let revision = match?.int { request.headers.add(name: "If-Match", value: "\"\(revision)\"") }
        if let idempotencyKey { request.headers.add(name: "Idempotency-Key", value: idempotencyKey) }
        if let body {
            request.headers.add(name: "Content-Type", value: MediaType.json)
            request.body = .bytes(ByteBuffer(bytes: JSONValue.object(body).data))
        }
        let answer = try await http.execute(request, timeout: .seconds(30))
        let bytes = try await answer.body.collect(upTo: 1 << 20)
        let json = bytes.readableBytes == 0 ? [:] : try JSONValue(parsing: bytes.readableBytesView).object ?? [:]
        return Answer(status: Int(answer.status.code), json: json)
    }

    /// Makes a row, and tells its path.
    func make(_ resource: String, _ body: JSONObject) async throws -> String {
        "/v1/\(resource)/\(try await makeID(resource, body).string ?? "")"
    }

    func makeID(_ resource: String, _ body: JSONObject) async throws -> JSONValue {
        let made = try await ask("POST", "/v1/\(resource)", body)
        guard made.status == 201, let id = made.json["id"] else { throw ProcessError("\(resource): \(made.json)") }
        return id
    }

    /// The outcomes of as many calls at once, in their order.
    func atOnce<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for index in 0..<count { group.addTask { (index, try await body(index)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
