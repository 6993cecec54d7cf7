internal import NIOHTTP1
public import PawlModel

/// The verbs, typed. Those that give something take an `Idempotency-Key`: a caller that repeats one after a lost answer,
/// or after its own restart, passes the key that it chose the first time.
extension PawlClient {
    /// Points a channel at what was released on it before; throws `no_version` when there is nothing before.
    public func rollBack(_ channel: ResourceID) async throws -> Stored<Channel> {
        try await row(Channel.rollback, on: channel)
    }

    /// Takes the deletion of an asset back, with its versions and channels.
    public func undelete(asset id: ResourceID) async throws -> Stored<Asset> {
        try await row(Asset.undelete, on: id)
    }

    // MARK: Entitlements

    /// What a player can be given.
    public enum Good: Sendable, Hashable {
        case item(ResourceID)
        case content(ResourceID)
    }

    /// Gives a player an item or a content.
    ///
    /// - Parameter unlocker: Who paid for it or earned it; the owner herself unless given.
    public func grant(
        _ good: Good, to owner: ResourceID, quantity: Int64 = 1, unlocker: ResourceID? = nil,
        expiresAt: Timestamp? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<Entitlement> {
        var input: JSONObject = ["owner_id": .string(owner.description), "quantity": .int(quantity)]
        switch good {
        case .item(let id): input["item_id"] = .string(id.description)
        case .content(let id): input["content_id"] = .string(id.description)
        }
        input["unlocker_id"] = unlocker.map { .string($0.description) }
        input["expires_at"] = expiresAt.map { .string($0.description) }
        return try await row(Entitlement.grant, input, idempotencyKey: idempotencyKey)
    }

    /// Takes an entitlement away; it stays in the player's history.
    public func revoke(_ entitlement: ResourceID, reason: String? = nil) async throws -> Stored<Entitlement> {
        try await row(Entitlement.revoke, on: entitlement, Self.input(reason: reason))
    }

    /// Gives an entitlement to another player of the game; who unlocked it stays the same.
    public func transfer(
        _ entitlement: ResourceID, to player: ResourceID, message: String? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<Entitlement> {
        var input: JSONObject = ["to_id": .string(player.description)]
        input["message"] = message.map { .string($0) }
        return try await row(Entitlement.transfer, on: entitlement, input, idempotencyKey: idempotencyKey)
    }

    // MARK: Progress

    /// Adds points to a player.
    public func award(
        points: Int64, to player: ResourceID, reason: String? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<Player> {
        let input = Self.input(reason: reason).merging(["points": .int(points)]) { $1 }
        return try await row(Player.award, on: player, input, idempotencyKey: idempotencyKey)
    }

    /// Adds XP to a player's progress in a season.
    public func award(
        xp: Int64, to player: ResourceID, in season: ResourceID, reason: String? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<SeasonProgress> {
        let input = Self.input(reason: reason)
            .merging(["player_id": .string(player.description), "xp": .int(xp)]) { $1 }
        return try await row(Season.award, on: season, input, idempotencyKey: idempotencyKey)
    }

    /// Adds to a player's progress, and gives the reward when the goal is reached. Without `progress` it is reached.
    public func reach(
        _ accomplishment: ResourceID, by player: ResourceID, progress: Int64? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<PlayerAccomplishment> {
        var input: JSONObject = ["player_id": .string(player.description)]
        input["progress"] = progress.map { .int($0) }
        return try await row(Accomplishment.reach, on: accomplishment, input, idempotencyKey: idempotencyKey)
    }

    // MARK: Leaderboards

    /// Counts a run of a player, and tells where she stands now.
    ///
    /// - Parameter values: A whole number for each column of the board, by its name.
    public func submit(
        _ values: [String: Int64], of player: ResourceID, to leaderboard: ResourceID, idempotencyKey: String? = nil
    ) async throws -> Score {
        let input: JSONObject = [
            "player_id": .string(player.description), "values": .object(values.mapValues { .int($0) }),
        ]
        let answer = try await call(Leaderboard.submit, on: leaderboard, input, idempotencyKey: idempotencyKey)
        return try JSONValue.object(answer).decoded()
    }

    /// One page of a leaderboard in rank order.
    public func scores(
        of leaderboard: ResourceID, fromRank rank: Int64? = nil, pageSize: Int? = nil, pageToken: String? = nil
    ) async throws -> Page<Score> {
        var query: [(name: String, value: String)] = []
        if let rank { query.append((name: "from_rank", value: String(rank))) }
        return try await page(
            Routes.scores(of: leaderboard), pageSize: pageSize, pageToken: pageToken, query: query)
    }

    /// A player's score with those around it, in rank order; empty when she is not on the board.
    public func scores(
        of leaderboard: ResourceID, around player: ResourceID, pageSize: Int? = nil
    ) async throws -> [Score] {
        let page: Page<Score> = try await page(
            Routes.scores(of: leaderboard), pageSize: pageSize,
            query: [(name: "around", value: player.description)])
        return page.items
    }

    /// A player's score with its rank; throws `not_found` when she is not on the board.
    public func score(of player: ResourceID, on leaderboard: ResourceID) async throws -> Score {
        try await send(Request(.GET, Routes.score(of: player, on: leaderboard))).decoded()
    }

    // MARK: Inbox

    /// Sends a player a message.
    public func send(
        _ kind: String, to player: ResourceID, body: JSONObject = [:], rewards: [Reward] = [],
        expiresAt: Timestamp? = nil, idempotencyKey: String? = nil
    ) async throws -> Stored<InboxMessage> {
        var input: JSONObject = [
            "player_id": .string(player.description), "kind": .string(kind), "body": .object(body),
            "rewards": try JSONValue(rewards),
        ]
        input["expires_at"] = expiresAt.map { .string($0.description) }
        return try await row(InboxMessage.send, input, idempotencyKey: idempotencyKey)
    }

    /// Gives the player the rewards of a message, once.
    public func claim(_ message: ResourceID, idempotencyKey: String? = nil) async throws -> Stored<InboxMessage> {
        try await row(InboxMessage.claim, on: message, idempotencyKey: idempotencyKey)
    }

    // MARK: All of them

    private static func input(reason: String?) -> JSONObject {
        reason.map { ["reason": .string($0)] } ?? [:]
    }

    /// Calls a verb that answers a row.
    func row<Fields: Resource>(
        _ verb: VerbSchema, on id: ResourceID? = nil, _ input: JSONObject = [:], idempotencyKey: String? = nil
    ) async throws -> Stored<Fields> {
        try Stored(row: try await call(verb, on: id, input, idempotencyKey: idempotencyKey))
    }
}
