import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

struct KeyRotationTests {
    private struct MadeKey {
        var row: JSONObject
        var secret: String

        init(_ answer: Answer) throws {
            row = try #require(answer.body.object)
            secret = try #require(answer.shownOnce["secret"]?.string)
        }
    }

    private func key(in tokens: TokenWorld, _ body: JSONObject = [:]) async throws -> MadeKey {
        let body = (["name": "ci", "scopes": ["assets:write"]] as JSONObject).merging(body) { $1 }
        return try MadeKey(try await tokens.call(IssueKey(), on: nil, body))
    }

    private func rotate(_ key: MadeKey, in tokens: TokenWorld, grace: Int64) async throws -> MadeKey {
        try MadeKey(try await tokens.call(RotateKey(), on: key.row, ["grace": .int(grace)]))
    }

    @Test func oldSecret_worksUntilTheGraceEnds() async throws {
        try await TokenWorld.with { tokens in
            let first = try await key(in: tokens)
            let second = try await rotate(first, in: tokens, grace: 3600)
            #expect(second.row["id"] == first.row["id"])
            let caller = try await tokens.caller(second.secret)
            #expect(caller?.id == first.row.resourceID && caller?.scopes == [.assetsWrite])
            #expect(try await tokens.caller(first.secret) == caller)

            tokens.world.clock.advance(bySeconds: 3599)
            #expect(try await tokens.caller(first.secret) != nil)
            tokens.world.clock.advance(bySeconds: 1)
            #expect(try await tokens.caller(first.secret) == nil)
            tokens.world.clock.advance(bySeconds: 1)
            try await tokens.authentication.forgetOld()
            #expect(try await tokens.world.count("key_secrets") == 1)
            #expect(try await tokens.caller(second.secret) != nil)
        }
    }

    @Test func withoutGrace_theOldSecretEndsAtOnce_andALaterRotationGivesItNoMoreTime() async throws {
        try await TokenWorld.with { tokens in
            let first = try await key(in: tokens)
            let second = try await rotate(first, in: tokens, grace: 60)
            let third = try await rotate(second, in: tokens, grace: 0)
            #expect(try await tokens.caller(second.secret) == nil)
            #expect(try await tokens.caller(first.secret) == nil)
            let fourth = try await rotate(third, in: tokens, grace: 3600)
            #expect(try await tokens.caller(second.secret) == nil)
            #expect(try await tokens.caller(third.secret) != nil)
            #expect(try await tokens.caller(fourth.secret) != nil)
        }
    }

    @Test func grace_isNoLongerThanTheKey_andRevocationEndsAllSecrets() async throws {
        try await TokenWorld.with { tokens in
            let expiry = tokens.world.clock.now.advanced(bySeconds: 100)
            let first = try await key(in: tokens, ["expires_at": .string(expiry.description)])
            let second = try await rotate(first, in: tokens, grace: 3600)
            tokens.world.clock.advance(bySeconds: 100)
            #expect(try await tokens.caller(first.secret) == nil)
            #expect(try await tokens.caller(second.secret) == nil)
            let expired = try await problem { try await rotate(first, in: tokens, grace: 0) }
            #expect(expired.code == .wrongState)

            let revoked = try await key(in: tokens)
            let rotated = try await rotate(revoked, in: tokens, grace: 3600)
            try await tokens.call(RevokeKey(), on: revoked.row)
            #expect(try await tokens.caller(revoked.secret) == nil)
            #expect(try await tokens.caller(rotated.secret) == nil)
            let refused = try await problem { try await rotate(revoked, in: tokens, grace: 0) }
            #expect(refused.code == .wrongState)
        }
    }

    @Test func newSecret_isShownOnceAndKeptNowhere_andTheJournalNamesWhoDidIt() async throws {
        try await TokenWorld.with { tokens in
            let first = try await key(in: tokens)
            let caller = Caller(id: ResourceID(prefix: "key", value: 7), scopes: [.admin], gameID: nil)
            let claim = IdempotencyClaim(
                key: "k", route: "POST rotate", fingerprint: Digest(bytes: [UInt8](repeating: 1, count: 32))!)
            let dry = try await tokens.call(RotateKey(), on: first.row, by: caller, validateOnly: true)
            #expect(dry.shownOnce.isEmpty)
            let answer = try await tokens.call(RotateKey(), on: first.row, by: caller, key: claim)
            let second = try MadeKey(answer)
            let again = try await tokens.call(RotateKey(), on: first.row, by: caller, key: claim)
            #expect(again.body == answer.body && again.shownOnce.isEmpty)
            #expect(try await tokens.world.count("key_secrets") == 2)

            let kept = try await tokens.keptText()
            #expect(kept.contains("ci") && !kept.contains(second.secret.dropFirst(Key.secretPrefix.count)))
            #expect(second.row["revision"] == 2)
            #expect(try await tokens.lastAuthor(of: first.row) == caller.id)
            #expect(try await tokens.world.events().last == "keys.rotated")
        }
    }
}
