package import Metadata
package import PawlModel

/// `POST /v1/players/{id}:token`: gives a token with which the game acts as the player, this once.
package struct IssuePlayerToken: RowVerb {
    package let schema = Player.token

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let player = try Stored<Player>(row: row)
        guard player.state == .active else {
            throw Problem(.notAvailable, "The player \(player.id) is banned, and gets no tokens.")
        }
        let token = PlayerToken(
            of: player.id, in: player.gameID, from: writer.now,
            lifetime: input["lifetime"]?.int ?? Limits.playerTokenLifetime,
            epoch: try PlayerStandings(writer.sql).standing(of: player.id)?.epoch ?? 0,
            id: writer.newID("tok").description)
        let text = try token.signed(with: PlayerTokens.signingKey(in: writer))
        return Answer(
            .done,
            [
                "player_id": .string(player.id.description), "expires_at": .string(token.expiresAt.description),
            ],
            shownOnce: ["token": .string(text)])
    }
}

/// `POST /v1/players/{id}:revoke_tokens`: ends all tokens that the player was given until now.
package struct RevokePlayerTokens: RowVerb {
    package let schema = Player.revokeTokens

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        try PlayerStandings(writer.sql).advanceEpoch(of: Stored<Player>(row: row).id)
        // No column changes, but the revision does: the journal tells who did it.
        let after = try writer.replace(row, with: row, Player.schema)
        try writer.tell("players.tokens_revoked", of: after, Player.schema)
        return Answer(.done, .object(after))
    }
}
