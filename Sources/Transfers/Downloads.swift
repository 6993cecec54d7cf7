package import BlockFormat
package import Metadata
package import PawlModel

/// Finds versions and reads their content.
package struct Downloads: Sendable {
    let context: TransferContext
    private let pieces = PieceDigests()
    let plans = PlanTurns()

    package init(context: TransferContext) {
        self.context = context
    }

    /// Which version of an asset is meant.
    package enum Selector: Hashable, Sendable {
        case newest
        case number(Int64)
        case channel(String)
    }

    /// A ready version by its id, when the caller may read it.
    package func version(_ id: ResourceID, for caller: Caller) async throws -> Selected {
        try await context.database.read { sql in
            let version = try VersionRows(sql).ready(id)
            guard let (asset, versions) = try readable(version?.assetID, for: caller, in: sql), let version,
                versions.contains(id)
            else { throw Problem.notFound("versions", id) }
            return try selected(version, since: version.createdAt, of: asset, among: versions, in: sql)
        }
    }

    /// A ready version of an asset, by number or channel, or the newest one, among those that the caller may read.
    package func version(
        of id: ResourceID, _ selector: Selector, for caller: Caller
    ) async throws -> Selected {
        try await context.database.read { sql in
            guard let (asset, versions) = try readable(id, for: caller, in: sql) else {
                throw Problem.notFound("assets", id)
            }
            guard let (version, since) = try find(selector, of: asset, among: versions, in: sql) else {
                throw Problem.noVersion(selector, of: asset)
            }
            return try selected(version, since: since, of: asset, among: versions, in: sql)
        }
    }

    /// The asset and which of its versions the caller may read: all of a public one, of one that the key sees or that
    /// is the player's own; of others what she is entitled to. Who has no key learns nothing of what is not public.
    private func readable(
        _ id: ResourceID?, for caller: Caller, in sql: any SQLConnection
    ) throws -> (asset: Stored<Asset>, versions: EntitledVersions)? {
        let row = try id.flatMap { try ResourceTable(Asset.schema).row($0, in: sql) }
        let asset = try row.map(Stored<Asset>.init(row:))
        if let asset, asset.visibility == .public { return (asset, .all) }
        guard caller != .anonymous else { throw Problem.keyNeeded }
        if caller.player == nil { try caller.require(.assetsRead) }
        guard let row, let asset, caller.reaches(row, of: Asset.schema) else { return nil }
        if caller.sees(row, of: Asset.schema) { return (asset, .all) }
        guard let player = caller.player else { return nil }
        return try EntitledContent(sql).versions(of: asset.id, for: player, at: context.ambient.now())
            .map { (asset, $0) }
    }

    /// The version that a selector names now, and since when it has.
    private func find(
        _ selector: Selector, of asset: Stored<Asset>, among versions: EntitledVersions, in sql: any SQLConnection
    ) throws -> (version: Version, since: Timestamp)? {
        let rows = VersionRows(sql)
        let version: Version?
        var since: Timestamp?
        switch selector {
        case .newest:
            // Of the few that channels point at the newest is looked for among them.
            version =
                switch versions {
                case .all: try rows.newestReady(asset: asset.id)
                case .only(let ids): try ids.compactMap { try rows.ready($0) }.max { $0.number < $1.number }
                }
        case .number(let number):
            version = try rows.ready(asset: asset.id, number: number)
        case .channel(let name):
            let channel = try ResourceTable(Channel.schema).row(
                where: [("asset_id", .string(asset.id.description)), ("name", .string(name))], in: sql)
            let moved = try channel.map(Stored<Channel>.init(row:))
            version = try moved.flatMap { try rows.ready($0.versionID) }
            since = moved?.updatedAt
        }
        guard let version, versions.contains(version.id) else { return nil }
        return (version, max(version.createdAt, since ?? version.createdAt))
    }

    private func selected(
        _ version: Version, since: Timestamp, of asset: Stored<Asset>, among versions: EntitledVersions,
        in sql: any SQLConnection
    ) throws -> Selected {
        Selected(
            version: version, asset: asset, lastModified: since, seesAllVersions: versions == .all,
            gameNumber: try GameNumbers(sql).existing(asset.gameID) ?? 0)
    }

    /// A version that the caller may read, with what reading it needs.
    package struct Selected: Sendable {
        package var version: Version
        package var asset: Stored<Asset>
        /// Since when what was asked for is this version: a channel that was rolled back shows an old one anew.
        package let lastModified: Timestamp
        /// Whether the caller may read every version of the asset, and so whatever a channel will point at.
        package let seesAllVersions: Bool
        let gameNumber: Int64
    }

    /// One page of an asset's versions, newest first.
    package func versions(
        of asset: ResourceID, number: Int64? = nil, below: Int64? = nil, limit: Int, for caller: Caller
    ) async throws -> [Version] {
        return try await context.database.read { sql in
            let asset = try context.asset(asset, for: caller, in: sql)
            if let number { return try VersionRows(sql).ready(asset: asset.id, number: number).map { [$0] } ?? [] }
            return try VersionRows(sql).list(asset: asset.id, below: below, limit: limit)
        }
    }

    /// Whether no block of the version's game is known to be damaged: else a client should ask about each.
    package func isIntact(_ selected: Selected) async throws -> Bool {
        try await context.database.read { try BlockIndex($0).isIntact(game: selected.gameNumber) }
    }

    /// The bytes of `range` of the content.
    package func stream(_ range: Range<Int64>, of selected: Selected) -> ContentStream {
        ContentStream(ContentReader(range, of: selected, context: context))
    }

    /// The SHA-256 of each piece of the content, for clients that check what they have piece by piece.
    package func pieces(of selected: Selected) async throws -> [Digest] {
        let size = selected.version.size
        return try await pieces.digests(of: selected.version.root, size: size) { stream(0..<size, of: selected) }
    }
}

extension Problem {
    fileprivate static func noVersion(_ selector: Downloads.Selector, of asset: Stored<Asset>) -> Problem {
        switch selector {
        case .newest: Problem(.noVersion, "\(asset.path) has no version: push one.")
        case .number(let number): Problem(.noVersion, "\(asset.path) has no version \(number).")
        case .channel(let name): Problem(.noVersion, "\(asset.path) has no channel '\(name)'.")
        }
    }
}
