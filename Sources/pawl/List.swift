import ArgumentParser
import PawlClient
import PawlModel

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "Lists games, or the assets of a game.")

    @Argument(help: ArgumentHelp("A game, and perhaps how the paths begin.", valueName: "game[/prefix]"))
    var name: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { client in
            if let name {
                let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                try await listAssets(of: parts[0], prefix: parts.count > 1 ? parts[1] : "", client)
            } else {
                try await listGames(client)
            }
        }
    }

    private func listGames(_ client: PawlClient) async throws {
        let games = try await client.all(Game.self, orderBy: "slug")
        if server.json { return try games.forEach(Output.json) }
        var table = Table("GAME", "NAME", "CREATED (UTC)")
        for game in games { table.add(game.slug, Text.plain(game.name), Text.time(game.createdAt)) }
        table.print(whenEmpty: "There are no games that this key sees.")
    }

    private func listAssets(of slug: String, prefix: String, _ client: PawlClient) async throws {
        let game = try await client.game(slug)
        let assets = try await client.all(Asset.self, filter: Filter("game_id", game.id), orderBy: "path")
            .filter { $0.path.hasPrefix(prefix) }
        if server.json { return try assets.forEach(Output.json) }
        var table = Table("ASSET", "KIND", "TITLE", "CREATED (UTC)")
        for asset in assets {
            table.add(
                "\(slug)/\(Text.plain(asset.path))", asset.kind?.rawValue ?? "-", Text.plain(asset.title),
                Text.time(asset.createdAt))
        }
        table.print(whenEmpty: "There are no such assets in the game '\(Text.plain(slug))'.")
    }
}
