import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

struct TokenTests {
    @Test func token_speaksForItsPlayer_andIsShownOnceAndKeptNowhere() async throws {
        try await TokenWorld.with { tokens in
            let claim = IdempotencyClaim(
                key: "k", route: "POST token", fingerprint: Digest(bytes: [UInt8](repeating: 1, count: 32))!)
            let first = try await tokens.call(IssuePlayerToken(), on: tokens.robin, key: claim)
            let token = try #require(first.shownOnce["token"]?.string)
            let caller = try #require(try await tokens.caller(token))
            #expect(caller == .player(tokens.robin.resourceID, of: tokens.game.resourceID))
            #expect(caller.player == tokens.robin.resourceID && caller.scopes.isEmpty)

            let again = try await tokens.call(IssuePlayerToken(), on: tokens.robin, key: claim)
            #expect(again.body == first.body && again.shownOnce.isEmpty)
            let kept = try await tokens.keptText()
            #expect(kept.contains("Robin") && !kept.contains(token.suffix(40)))
            let dry = try await tokens.call(IssuePlayerToken(), on: tokens.robin, validateOnly: true)
            #expect(dry.shownOnce.isEmpty)
        }
    }

    @Test func claims_areThoseOfTheStandard_inWholeSeconds() async throws {
        try await TokenWorld.with { tokens in
            let parts = try TokenParts(try await tokens.token(lifetime: 600))
            let now = tokens.world.clock.now.microseconds / 1_000_000
            #expect(parts.head["alg"] == "HS256" && parts.head["typ"] == "JWT" && parts.head["kid"] != nil)
            #expect(parts.claims["iss"] == "pawl" && parts.claims["sub"] == tokens.robin["id"])
            #expect(parts.claims["game"] == tokens.game["id"])
            #expect(parts.claims["iat"] == .int(now) && parts.claims["exp"] == .int(now + 600))
            let second = try TokenParts(try await tokens.token(lifetime: 600))
            #expect(parts.claims["jti"] != second.claims["jti"])
        }
    }

    @Test func expiredToken_isRefused() async throws {
        try await TokenWorld.with { tokens in
            let token = try await tokens.token(lifetime: 600)
            tokens.world.clock.advance(bySeconds: 599)
            #expect(try await tokens.caller(token) != nil)
            tokens.world.clock.advance(bySeconds: 1)
            #expect(try await tokens.caller(token) == nil)
        }
    }

    @Test func whatWasNotSignedHere_isRefused() async throws {
        try await TokenWorld.with { tokens in
            let good = try TokenParts(try await tokens.token())
            let otherToken = try TokenParts(try await tokens.token(of: tokens.other))
            func with(_ change: (inout TokenParts) -> Void) -> String {
                var parts = good
                change(&parts)
                return parts.text
            }
            let forged = [
                with { $0.claims["sub"] = tokens.other["id"] },
                with { $0.claims["exp"] = 4_000_000_000 },
                with { $0.claims["epoch"] = 1 },
                with { $0.signature = otherToken.signature },
                with { $0.signature = "" },
                with { $0.signature = String($0.signature.dropLast()) },
                with { $0.head["alg"] = "none" },
                with {
                    $0.head["alg"] = "none"
                    $0.signature = ""
                },
                with { $0.head["alg"] = "HS512" },
                with { $0.head["alg"] = .double(1e300) },
                with { $0.head["kid"] = nil },
                with { $0.head["kid"] = .string(ResourceID(prefix: "tky", value: 1).description) },
                with { $0.head["kid"] = tokens.robin["id"] },
                with { $0.head["x"] = .double(1e300) },
            ]
            #expect(try await tokens.caller(good.text) != nil)
            for text in forged { #expect(try await tokens.caller(text) == nil, "\(text)") }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "e30.e30.e30", "e30.e30.", "pawl", "pawl_", "pawl_a.b.c", "\u{e9}.\u{e9}.\u{e9}",
        String(repeating: "a", count: 5000), String(repeating: "W1tb", count: 900) + ".e30.e30",
    ])
    func whatIsNoToken_isRefused(_ text: String) async throws {
        let caller = try await TokenWorld.with { try await $0.caller(text) }
        #expect(caller == nil)
    }

    /// Two servers whose players have the same ids, as after a restore: each believes only its own tokens.
    @Test func tokenOfAnotherServer_isRefused() async throws {
        try await TokenWorld.with { tokens in
            let token = try await tokens.token()
            try await TokenWorld.with { others in
                _ = try await others.token()
                #expect(others.robin["id"] == tokens.robin["id"])
                try await others.world.database.transaction { sql in
                    try sql.execute("UPDATE token_keys SET secret = ?", [.blob([UInt8](repeating: 7, count: 32))])
                }
                #expect(try await others.caller(token) == nil)
            }
        }
    }

    /// The clock stands still here: what was given after the revocation works all the same.
    @Test func revocation_endsTheTokensGivenBefore_andNoOthers() async throws {
        try await TokenWorld.with { tokens in
            let before = try await tokens.token()
            let others = try await tokens.token(of: tokens.other)
            let caller = Caller(id: ResourceID(prefix: "key", value: 7), scopes: [.playersWrite], gameID: nil)
            try await tokens.call(RevokePlayerTokens(), on: tokens.robin, by: caller)
            #expect(try await tokens.caller(before) == nil)
            #expect(try await tokens.caller(others) != nil)
            let after = try await tokens.token()
            #expect(try await tokens.caller(after) != nil)
            #expect(try await tokens.lastAuthor(of: tokens.robin) == caller.id)
            #expect(try await tokens.world.events().last == "players.tokens_revoked")
            try await tokens.call(RevokePlayerTokens(), on: tokens.robin)
            #expect(try await tokens.caller(after) == nil)
        }
    }

    @Test func bannedPlayer_getsNoTokens_andHersAreRefused() async throws {
        try await TokenWorld.with { tokens in
            let token = try await tokens.token()
            try await tokens.world.update(Player.schema, tokens.robin, ["state": "banned"])
            #expect(try await tokens.caller(token) == nil)
            let refused = try await problem { try await tokens.token() }
            #expect(refused.code == .notAvailable)
            try await tokens.world.update(Player.schema, tokens.robin, ["state": "active"])
            #expect(try await tokens.caller(token) != nil)
        }
    }

    @Test func tokenOfADeletedPlayer_isRefused() async throws {
        try await TokenWorld.with { tokens in
            let token = try await tokens.token()
            try await tokens.call(RevokePlayerTokens(), on: tokens.robin)
            let second = try await tokens.token()
            try await tokens.world.delete(Player.schema, tokens.robin)
            #expect(try await tokens.caller(token) == nil)
            #expect(try await tokens.caller(second) == nil)
            #expect(try await tokens.world.count("player_token_epochs") == 0)
        }
    }

    @Test func rotatedKey_provesWhatItSigned_andIsForgottenAfterwards() async throws {
        try await TokenWorld.with { tokens in
            let (clock, longest) = (tokens.world.clock, Limits.playerTokenLifetimes.upperBound)
            let old = try await tokens.token(lifetime: longest)
            let caller = Caller(id: ResourceID(prefix: "key", value: 7), scopes: [.admin], gameID: nil)
            let answer = try await tokens.authentication.tokens.rotateKeys(by: caller)
            let new = try await tokens.token(lifetime: longest)
            #expect(try TokenParts(new).head["kid"] == answer.body.object?["id"])
            #expect(try TokenParts(old).head["kid"] != answer.body.object?["id"])
            #expect(try await tokens.lastAuthor(of: answer.body.object ?? [:]) == caller.id)
            #expect(answer.body.object?["secret"] == nil)

            clock.advance(bySeconds: longest - 1)
            try await tokens.authentication.forgetOld()
            #expect(try await tokens.caller(old) != nil)
            clock.advance(bySeconds: 2)
            #expect(try await tokens.caller(old) == nil)
            // It may have signed URLs, too, which live longer.
            try await tokens.authentication.forgetOld()
            #expect(try await tokens.world.count("token_keys") == 2)
            clock.advance(bySeconds: Limits.signedURLLifetimes.upperBound - longest)
            try await tokens.authentication.forgetOld()
            #expect(try await tokens.world.count("token_keys") == 1)
            #expect(try await tokens.caller(try await tokens.token()) != nil)
        }
    }

    /// A secret that leaked must end with its key, however far in the future its tokens say they end.
    @Test func retiredKey_endsByItself_beforeItIsForgotten() async throws {
        try await TokenWorld.with { tokens in
            let longest = Limits.playerTokenLifetimes.upperBound
            _ = try await tokens.authentication.tokens.rotateKeys(by: .daemon)
            tokens.world.clock.advance(bySeconds: 10)
            let late = try await tokens.token(lifetime: longest)
            try await tokens.world.database.transaction { sql in
                try sql.execute("UPDATE token_keys SET retired_at = created_at")
            }
            tokens.world.clock.advance(bySeconds: longest - 10)
            #expect(try await tokens.caller(late) == nil)
        }
    }
}
