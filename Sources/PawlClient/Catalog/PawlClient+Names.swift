public import PawlModel

/// From names, as people write them, to rows.
extension PawlClient {
    public func game(_ slug: String) async throws -> Stored<Game> {
        if let game = try await findGame(slug) { return game }
        throw ClientError(
            .unknownGame, "There is no game '\(slug)' that this key sees.",
            advice: "`pawl ls` lists the games there are.")
    }

    public func asset(_ name: AssetName) async throws -> Stored<Asset> {
        let game = try await game(name.game)
        if let asset = try await findAsset(name.path, in: game.id) { return asset }
        let hint = name.path.contains("@") ? " A version is named by its number, as \(name.game)/ASSET@3." : ""
        throw ClientError(
            .unknownAsset, "There is no asset '\(name.path)' in the game '\(name.game)'.",
            advice: "`pawl ls \(name.game)` lists its assets.\(hint)")
    }

    /// The asset and the one version of it that a name means.
    public func resolve(_ name: VersionName) async throws -> (asset: Stored<Asset>, version: Version) {
        let asset = try await asset(name.asset)
        switch name.selector {
        case .newest:
            if let version = try await newestVersion(of: asset.id) { return (asset, version) }
            throw ClientError(
                .unknownVersion, "The asset '\(name.asset)' has no version.",
                advice:
                    "Push one with `pawl push PATH \(name.asset)`; `pawl history \(name.asset) --deleted` lists what "
                    + "can be taken back.")
        case .number(let number):
            if let version = try await version(number, of: asset.id) { return (asset, version) }
            throw ClientError(
                .unknownVersion, "The asset '\(name.asset)' has no version \(number).",
                advice: "`pawl history \(name.asset)` lists its versions.")
        case .channel(let channelName):
            guard let channel = try await channel(channelName, of: asset.id) else {
                throw unknownChannel(channelName, of: name.asset)
            }
            return (asset, try await version(channel.versionID))
        }
    }

    /// The channel with a name, or nil.
    public func channel(_ name: String, of asset: ResourceID) async throws -> Stored<Channel>? {
        let filter = Filter("asset_id", asset).and("name", name)
        return try await list(Channel.self, filter: filter, pageSize: 1).items.first
    }

    /// Makes a channel point at a version, whether or not the channel is there yet; nil when it already does.
    @discardableResult
    public func move(channel name: String, of asset: ResourceID, to version: ResourceID) async throws -> Stored<
        Channel
    >? {
        try AssetName.check(name, as: "name", of: Channel.schema, called: "The channel's name")
        // A channel that somebody else moves or makes at the same moment is looked at again, a few times.
        var attempts = 0
        while true {
            attempts += 1
            do {
                guard let channel = try await channel(name, of: asset) else {
                    return try await create(Channel(assetID: asset, name: name, versionID: version))
                }
                if channel.versionID == version { return nil }
                return try await update(channel) { $0.versionID = version }
            } catch let problem as ServerProblem
                where attempts < 5 && [.preconditionFailed, .notUnique].contains(problem.code)
            {
                continue
            }
        }
    }

    public func unknownChannel(_ channel: String, of asset: AssetName) -> ClientError {
        ClientError(
            .unknownChannel, "The asset '\(asset)' has no channel '\(channel)'.",
            advice: "`pawl show \(asset)` lists its channels; `pawl promote` makes one.")
    }
}

extension PawlClient {
    /// The game and the asset, made when they are missing and the key may.
    func assetMadeWhenMissing(_ name: AssetName) async throws -> Stored<Asset> {
        let game = try await found({ try await findGame(name.game) }) {
            do {
                return try await create(Game(slug: name.game, name: name.game))
            } catch let problem as ServerProblem where problem.code == .forbidden {
                throw ClientError(
                    .gameNotMade, "There is no game '\(name.game)' that this key sees, and it may not make one.",
                    advice: "Correct the name, or let somebody with an admin key push first.", cause: problem)
            }
        }
        return try await found({ try await findAsset(name.path, in: game.id) }) {
            try await create(Asset(gameID: game.id, path: name.path))
        }
    }

    /// What `find` finds or `make` makes; who loses a race to make it finds what the other one made.
    private func found<Fields: Resource>(
        _ find: () async throws -> Stored<Fields>?, make: () async throws -> Stored<Fields>
    ) async throws -> Stored<Fields> {
        if let row = try await find() { return row }
        do {
            return try await make()
        } catch let problem as ServerProblem where problem.code == .notUnique {
            if let row = try await find() { return row }
            throw problem
        }
    }

    private func findGame(_ slug: String) async throws -> Stored<Game>? {
        try AssetName.check(slug, as: "slug", of: Game.schema, called: "The game's name")
        return try await list(Game.self, filter: Filter("slug", slug), pageSize: 1).items.first
    }

    private func findAsset(_ path: String, in game: ResourceID) async throws -> Stored<Asset>? {
        // The studio's own: a player's save may have the same path.
        let filter = Filter("game_id", game).and("path", path).andNull("owner_id")
        return try await list(Asset.self, filter: filter, pageSize: 1).items.first
    }
}
