import AsyncHTTPClient
import Foundation
import PawlModel
import TestKit
import Testing

/// `GET /v1/events` and `GET /v1/events/stream`.
@Suite(.timeLimit(.minutes(20))) struct EventTests {
    // MARK: The list

    @Test func list_goesOn_whereTheLastAnswerEnded() async throws {
        try await HTTPWorld.with { world in
            var types: [String] = []
            var after = "oldest"
            var hasMore = true
            while hasMore {
                let answer = try await world.send("GET", "/v1/events?page_size=2&after=\(after)")
                #expect(answer.status == 200 && answer.headers["cache-control"] == "no-store")
                types += try answer.events.map(\.type)
                after = try #require(answer.json["next_after"]?.string)
                hasMore = answer.json["has_more"] == true
            }
            #expect(
                types == ["keys.created", "games.created", "assets.created", "games.created", "assets.created"])
            let idle = try await world.send("GET", "/v1/events?after=\(after)")
            #expect(try idle.events.isEmpty && idle.json["next_after"] == .string(after))
            let latest = try await world.send("GET", "/v1/events?after=latest")
            #expect(try latest.events.isEmpty && latest.json["next_after"] == .string(after))

            let made = try await world.create("games", ["slug": "third", "name": "Third"])
            let news = try await world.send("GET", "/v1/events?after=\(after)")
            let event = try #require(try news.events.first)
            #expect(event.type == "games.created" && event.subject == made && event.gameID == made)
            #expect(event.data.object?["slug"] == "third" && event.createdBy?.prefix == "key")
            // Everything is there, also what is null.
            guard case .array(let items)? = news.json["items"] else { return }
            #expect(items.first?.object.map { Set($0.keys) } == Set(Event.fields.map(\.name)))
        }
    }

    @Test func list_takesFilters_andRefusesWhatItCannotRead() async throws {
        try await HTTPWorld.with { world in
            func list(_ filter: String) async throws -> WireAnswer {
                let escaped = filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return try await world.send("GET", "/v1/events?filter=\(escaped)")
            }
            #expect(try await list(#"type="assets.created""#).events.count == 2)
            #expect(try await list(#"type="assets.*" AND game_id="\#(world.game)""#).events.count == 1)
            #expect(try await list(#"subject="\#(world.otherAsset)""#).events.map(\.subject) == [world.otherAsset])
            for filter in [
                #"type!="assets.created""#, #"type="a" AND type="b""#, #"type="*""#, #"type="'""#, #"subject="x""#,
                #"game_id="\#(world.asset)""#, #"created_at>"2026-01-01T00:00:00Z""#, #"data="x""#, "nonsense",
            ] {
                let answer = try await list(filter)
                #expect(answer.status == 400 && answer.code == "malformed_query", "\(filter): \(answer.text)")
                #expect(answer.pointers == ["?filter"], "\(filter)")
            }
            for (query, pointer) in [
                ("after=x", "?after"), ("after=\(world.game)", "?after"), ("page_size=0", "?page_size"),
                ("page_size=501", "?page_size"),
            ] {
                let answer = try await world.send("GET", "/v1/events?\(query)")
                #expect(answer.status == 400 && answer.pointers == [pointer], "\(query): \(answer.text)")
            }
            let unknown = ResourceID(prefix: "evn", value: 1)
            let gone = try await world.send("GET", "/v1/events?after=\(unknown)")
            #expect(gone.status == 410 && gone.code == "events_expired")
        }
    }

    @Test func keys_seeWhatTheyMay() async throws {
        try await HTTPWorld.with { world in
            let reader = try await world.key([.eventsRead, .assetsRead]).secret
            let bound = try await world.key([.eventsRead, .assetsWrite], game: world.game).secret
            let writer = try await world.key([.assetsWrite]).secret
            for path in [Routes.events, Routes.eventStream] {
                #expect(try await world.send("GET", path, key: "").status == 401)
                #expect(try await world.send("GET", path, key: writer).code == "forbidden")
                let foreign = try await world.send(
                    "GET", "\(path)?filter=game_id=%22\(world.otherGame)%22", key: bound)
                #expect(foreign.status == 404)
            }
            // Keys are the admin's business, and assets that of those who may read them.
            let all = try await world.send("GET", Routes.events, key: reader).events.map(\.type)
            #expect(all == ["games.created", "assets.created", "games.created", "assets.created"])
            let little = try await world.key([.eventsRead]).secret
            #expect(
                try await world.send("GET", Routes.events, key: little).events.map(\.type)
                    == ["games.created", "games.created"])
            let own = try await world.send("GET", Routes.events, key: bound).events
            #expect(own.map(\.subject) == [world.game, world.asset])
            var stream = try await EventReader(world, key: bound)
            _ = try await stream.begin()
            try await world.create("assets", ["game_id": .string("\(world.otherGame)"), "path": "theirs"])
            try await world.create("assets", ["game_id": .string("\(world.game)"), "path": "ours"])
            #expect(try await stream.event().json["data"]?.object?["path"] == "ours")
        }
    }

    // MARK: The stream

    @Test func stream_tellsWhatHappens_asServerSentEvents() async throws {
        try await HTTPWorld.with { world in
            var stream = try await EventReader(world)
            #expect(stream.status == 200 && stream.headers["content-type"] == "text/event-stream")
            #expect(stream.headers["cache-control"] == "no-store")
            #expect(try await stream.block() == .init(lines: ["retry: 2000"]))
            let begin = try await stream.begin()
            let made = try await world.create("games", ["slug": "third", "name": "Line one\nline two"])
            let block = try await stream.event()
            #expect(block.lines.count == 3 && block["event"] == "games.created")
            #expect(block["id"] == block.json["id"]?.string && block.json["subject"] == .string("\(made)"))
            let list = try await world.send("GET", "/v1/events?after=\(begin)")
            guard case .array(let items)? = list.json["items"] else { return }
            #expect(items == [.object(block.json)])
            // A dry run happens to nobody.
            _ = try await world.send("POST", "/v1/games?validate_only=true", json: ["slug": "dry", "name": "Dry"])
            try await world.create("games", ["slug": "fourth", "name": "Fourth"])
            #expect(try await stream.event().json["data"]?.object?["slug"] == "fourth")

            let head = try await world.send("HEAD", Routes.eventStream)
            #expect(head.status == 200 && head.headers["content-type"] == "text/event-stream" && head.body.isEmpty)
            for (query, code) in [("?heartbeat=0", "malformed_query"), ("?after=x", "malformed_query")] {
                #expect(try await world.send("GET", Routes.eventStream + query).code == code)
            }
            let bad = try await world.send("GET", Routes.eventStream, headers: ["Last-Event-ID": "x"])
            #expect(bad.status == 400)
        }
    }

    @Test func stream_goesOnBehindTheLastEventThatWasSeen() async throws {
        try await HTTPWorld.with { world in
            let filter = "?filter=type%3D%22assets.*%22"
            var paths: [String] = []
            var last = ""
            for round in 0..<4 {
                var stream = try await EventReader(
                    world, round == 0 ? filter + "&after=latest" : filter,
                    headers: round == 0 ? [:] : ["Last-Event-ID": last])
                last = try await stream.begin()
                // Two while it is read, and two that it does not read before it breaks.
                for part in 0..<4 {
                    let path = "r\(round)p\(part)"
                    try await world.create("assets", ["game_id": .string("\(world.game)"), "path": .string(path)])
                }
                for _ in 0..<(round == 3 ? 10 : 2) {
                    let block = try await stream.event()
                    paths.append(block.json["data"]?.object?["path"]?.string ?? "")
                    last = block["id"] ?? ""
                }
            }
            #expect(paths == (0..<4).flatMap { round in (0..<4).map { "r\(round)p\($0)" } })
        }
    }

    @Test func unknownPlace_resetsTheStream_andItGoesOn() async throws {
        try await HTTPWorld.with { world in
            let unknown = ResourceID(prefix: "evn", value: 1)
            var stream = try await EventReader(world, headers: ["Last-Event-ID": "\(unknown)"])
            let reset = try await stream.event()
            let latest = try await world.send("GET", "/v1/events?after=latest").json["next_after"]
            #expect(reset["event"] == "reset" && reset["id"] == latest?.string && reset.json["latest"] == latest)
            try await world.create("games", ["slug": "third", "name": "Third"])
            #expect(try await stream.event()["event"] == "games.created")
        }
    }

    @Test func quietStream_showsThatItLives_andMovesOn() async throws {
        try await HTTPWorld.with { world in
            var stream = try await EventReader(world, "?heartbeat=1&filter=type%3D%22channels.*%22")
            _ = try await stream.begin()
            try await world.create("games", ["slug": "third", "name": "Third"])
            let latest = try await world.send("GET", "/v1/events?after=latest").json["next_after"]?.string
            // What the filter leaves out is not looked at again after a reconnect.
            var comments = 0
            while let block = try await stream.block(), block["id"] != latest {
                #expect(block.isComment)
                comments += 1
            }
            #expect(comments >= 1)
            #expect(try await stream.block()?.isComment == true)
        }
    }

    @Test func endedKey_endsItsStream() async throws {
        try await HTTPWorld.with { world in
            let key = try await world.key([.eventsRead])
            // One is quiet for a minute, and would have an event to tell first.
            var waiting = try await EventReader(world, "?heartbeat=60", key: key.secret)
            var beating = try await EventReader(world, "?heartbeat=1", key: key.secret)
            _ = try await waiting.begin()
            _ = try await beating.begin()
            #expect(try await world.send("POST", "/v1/keys/\(key.id):revoke", json: [:]).status == 200)
            while let block = try await beating.block() { #expect(block["data"] == nil) }
            try await world.create("games", ["slug": "third", "name": "Third"])
            while let block = try await waiting.block() { #expect(block["data"] == nil) }
        }
    }

    @Test func forgottenEvents_areGoneFromTheList() async throws {
        let brief = ["PAWL_EVENTS_RETENTION": "1", "PAWL_UPLOADS_SWEEP_INTERVAL": "1"]
        try await HTTPWorld.with(environment: brief) { world in
            let first = try await world.send("GET", "/v1/events?page_size=1").json["next_after"]?.string ?? ""
            // The newest is always kept, and there must be a newer one than the first.
            try await world.create("games", ["slug": "third", "name": "Third"])
            // Nothing tells of their going but the list itself, so it is asked, for as long as the suite may take.
            while try await world.send("GET", "/v1/events?after=\(first)").status != 410 {
                try await Task.sleep(for: .milliseconds(100))
            }
            while try await world.send("GET", "/v1/events").events.count > 1 {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await world.send("GET", "/v1/events").events.count == 1)
        }
    }
}

extension WireAnswer {
    /// The events of a page.
    fileprivate var events: [Event] {
        get throws {
            guard status == 200, case .array(let items)? = json["items"] else { throw ProcessError(text) }
            return try items.map { try $0.decoded() }
        }
    }
}
