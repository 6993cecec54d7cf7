import ArgumentParser
import PawlClient
import PawlModel

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes and revokes players' tokens; takes a key with players:write.",
        subcommands: [CreateToken.self, RevokeTokens.self])
}

struct CreateToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Prints a token with which a game acts as a player for a while.")

    @OptionGroup var player: PlayerArgument

    @Option(help: "How long it works, such as 1h; an hour unless given.")
    var expiresIn: Span?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { client in
            let made = try await client.createToken(for: try await player.id(client), lifetime: expiresIn?.seconds)
            try server.show(
                secret: made.token, of: made,
                "It works until \(Text.time(made.expiresAt)) (UTC), and is not shown again.")
        }
    }
}

struct RevokeTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends all tokens that a player was given until now.")

    @OptionGroup var player: PlayerArgument
    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { client in
            let row = try await client.revokeTokens(of: try await player.id(client))
            if server.json {
                Output.json(["player": .string(row.id.description), "revoked": true])
            } else {
                Output.line("The tokens of \(Text.plain(row.name)) are revoked.")
            }
        }
    }
}

/// Which player is meant: by her id, or by her name in a game.
struct PlayerArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The player, by name or id.", valueName: "game/player|ply_…"))
    var player: String

    func id(_ client: PawlClient) async throws -> ResourceID {
        if let id = ResourceID(player, kind: Player.schema.idPrefix) { return id }
        let parts = player.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw ValidationError("'\(player)' names no player: write GAME/NAME, or an id that begins with ply_.")
        }
        return try await client.player(parts[1], in: try await client.game(parts[0])).id
    }
}
