import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// What a signature covers, and for how long.
struct SignedURLTests {
    private func signature(_ urls: SignedURLs, _ target: SignedURLs.Target) async throws -> String {
        let query = try await urls.query(for: target)
        return String(try #require(query.firstRange(of: "signature=").map { query[$0.upperBound...] }))
    }

    private func code(_ urls: SignedURLs, _ target: SignedURLs.Target, _ signature: String) async throws -> ProblemCode?
    {
        do {
            try await urls.prove(target, signature: signature)
            return nil
        } catch let problem as Problem {
            return problem.code
        }
    }

    @Test func signature_worksUntilItsMoment() async throws {
        try await TokenWorld.with { tokens in
            let urls = tokens.authentication.signedURLs
            let expires = urls.expiry(after: 600).microseconds / 1_000_000
            let target = SignedURLs.Target(row: "/v1/versions/ver_1", expires: expires)
            let good = try await signature(urls, target)
            tokens.world.clock.advance(bySeconds: 599)
            #expect(try await code(urls, target, good) == nil)
            tokens.world.clock.advance(bySeconds: 1)
            #expect(try await code(urls, target, good) == .urlExpired)
            // Whether something would have expired is told to nobody without a signature.
            #expect(try await code(urls, target, String(good.dropLast())) == .badSignature)
        }
    }

    @Test func signature_coversEveryPart() async throws {
        try await TokenWorld.with { tokens in
            let urls = tokens.authentication.signedURLs
            let expires = urls.expiry(after: 600).microseconds / 1_000_000
            let target = SignedURLs.Target(row: "/v1/assets/ast_1", selector: "channel=live", expires: expires)
            let good = try await signature(urls, target)
            for change in [
                { $0.row = "/v1/assets/ast_2" }, { $0.selector = "" }, { $0.selector = "channel=beta" },
                { $0.expires += 1 },
                {
                    $0.row += "\nchannel=live"; $0.selector = ""
                },
            ] as [(inout SignedURLs.Target) -> Void] {
                var other = target
                change(&other)
                #expect(try await code(urls, other, good) == .badSignature, "\(other)")
            }
        }
    }

    /// A player's token is no signature, and the other way around.
    @Test func tokensAndURLs_areToldApart() async throws {
        try await TokenWorld.with { tokens in
            let urls = tokens.authentication.signedURLs
            let target = SignedURLs.Target(row: "/v1/versions/ver_1", expires: Int64.max)
            let good = try await signature(urls, target)
            #expect(try await tokens.caller(good) == nil)
            let token = try await tokens.token()
            let parts = token.split(separator: ".")
            let kid = try #require(good.split(separator: ".").first)
            #expect(try await code(urls, target, "\(kid).\(parts[2])") == .badSignature)
            #expect(try await code(urls, target, token) == .badSignature)
        }
    }

    /// A key that signs no more is kept as long as the longest URL that it signed.
    @Test func rotatedKey_provesItsURLs_untilTheLastHasExpired() async throws {
        try await TokenWorld.with { tokens in
            let urls = tokens.authentication.signedURLs
            let lifetime = Limits.signedURLLifetimes.upperBound
            let target = SignedURLs.Target(
                row: "/v1/versions/ver_1", expires: urls.expiry(after: lifetime).microseconds / 1_000_000)
            let good = try await signature(urls, target)
            _ = try await tokens.authentication.tokens.rotateKeys(by: .daemon)
            tokens.world.clock.advance(bySeconds: lifetime - 1)
            try await tokens.authentication.forgetOld()
            #expect(try await code(urls, target, good) == nil)
            tokens.world.clock.advance(bySeconds: 2)
            #expect(try await code(urls, target, good) == .urlExpired)
            try await tokens.authentication.forgetOld()
            #expect(try await code(urls, target, good) == .badSignature)
            #expect(try await signature(urls, target) != good)
        }
    }
}
