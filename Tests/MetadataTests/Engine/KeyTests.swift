import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

struct KeyTests {
    private static let body: JSONObject = ["name": "ci", "scopes": ["assets:write"]]

    private func issue(
        in world: EngineWorld, key: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Answer {
        try await world.writePath.apply(by: .daemon, idempotency: key, validateOnly: validateOnly) { writer in
            try writer.call(IssueKey(), nil, Self.body)
        }
    }

    /// Everything that the database keeps as text: rows, journal, events, idempotency records.
    private func keptText(in world: EngineWorld) async throws -> String {
        try await world.database.read { sql in
            try [
                "SELECT answer AS t FROM idempotency_records", "SELECT after AS t FROM journal",
                "SELECT data AS t FROM events",
            ].flatMap { try sql.rows($0) }.compactMap { $0.optionalText("t") }.joined()
        }
    }

    @Test func verbOfARow_withoutOne_isRefused() async throws {
        try await EngineWorld.with { world in
            let problem = try await problem {
                _ = try await world.writePath.apply(by: .daemon) { try $0.call(RevokeKey(), nil, [:]) }
            }
            #expect(problem.code == .malformedRequest)
        }
    }

    @Test func secret_isShownOnceAndKeptNowhere() async throws {
        try await EngineWorld.with { world in
            let claim = IdempotencyClaim(
                key: "k", route: "POST /v1/keys", fingerprint: Digest(bytes: [UInt8](repeating: 1, count: 32))!)
            let first = try await issue(in: world, key: claim)
            let secret = try #require(first.shownOnce["secret"]?.string)
            let again = try await issue(in: world, key: claim)
            #expect(again.body == first.body)
            #expect(again.shownOnce.isEmpty)
            let kept = try await keptText(in: world)
            #expect(kept.contains("ci"))
            #expect(!kept.contains(secret.dropFirst(Key.secretPrefix.count)))
            #expect(try await Keys(writePath: world.writePath).caller(secret: secret).scopes == [.assetsWrite])
        }
    }

    @Test func dryRun_showsNoSecretAndMakesNoKey() async throws {
        try await EngineWorld.with { world in
            let answer = try await issue(in: world, validateOnly: true)
            #expect(answer.shownOnce.isEmpty)
            #expect(try await world.count("keys") == 0)
        }
    }

    /// Killed between the file and the key, the next start must make another key that somebody knows.
    @Test func firstKey_isKeptBeforeItIsMade() async throws {
        struct Killed: Error {}
        try await EngineWorld.with { world in
            let keys = Keys(writePath: world.writePath)
            await #expect(throws: Killed.self) {
                try await keys.makeFirstKey { _ in throw Killed() }
            }
            #expect(try await world.count("keys") == 0)
            let kept = Kept()
            try await keys.makeFirstKey { await kept.keep($0) }
            let secret = try #require(await kept.secret)
            #expect(try await keys.caller(secret: secret).scopes == [.admin])
        }
    }

    @Test func channelsOfADeletedAsset_areGoneWithIt() async throws {
        try await EngineWorld.with { world in
            let asset = try await world.asset(try await world.game())
            let version = try await world.version(of: asset)
            let channel = try await world.create(
                Channel.schema,
                [
                    "asset_id": asset["id"] ?? .null, "name": "live", "version_id": .string(version.description),
                ])
            try await world.delete(Asset.schema, asset)
            let gone = try await problem {
                try await world.reader.row(Channel.schema, channel.resourceID, for: .daemon)
            }
            #expect(gone.code == .notFound)
            #expect(try await world.reader.page(Channel.schema, ListQuery(), for: .daemon).rows.isEmpty)
        }
    }

    private actor Kept {
        private(set) var secret: String?
        func keep(_ secret: String) { self.secret = secret }
    }
}
