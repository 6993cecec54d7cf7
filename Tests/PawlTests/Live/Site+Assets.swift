import PawlClient
import PawlModel

extension Site {
    /// Makes a game and an asset in it; the asset's id.
    func makeAsset(_ path: String, inGame slug: String) async throws -> ResourceID {
        try await withClient { client in
            let game = try await client.create(Game(slug: slug, name: slug))
            return try await client.create(Asset(gameID: game.id, path: path)).id
        }
    }
}
