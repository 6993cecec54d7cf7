package import BlockFormat
package import Metadata
package import PawlModel

/// Finds versions and reads their content.
package struct Downloads: Sendable {
    private let context: TransferContext

    package init(context: TransferContext) {
        self.context = context
    }

    /// Which version of an asset is meant.
    package enum Selector: Hashable, Sendable {
        case newest
        case number(Int64)
        case channel(String)
    }

    /// A ready version by its id, of an asset that the caller may read.
    package func version(_ id: ResourceID, for caller: Caller) async throws -> Selected {
        try await context.database.read { sql in
            let version = try VersionRows(sql).ready(id)
            guard let asset = try readable(version?.assetID, for: caller, in: sql), let version else {
                throw Problem.notFound("versions", id)
            }
            return try selected(version, of: asset, in: sql)
        }
    }

    /// A ready version of an asset, by number or channel, or the newest one.
    package func version(
        of id: ResourceID, _ selector: Selector, for caller: Caller
    ) async throws -> Selected {
        try await context.database.read { sql in
            guard let asset = try readable(id, for: caller, in: sql) else { throw Problem.notFound("assets", id) }
            guard let version = try find(selector, of: asset, in: sql) else {
                throw Problem.noVersion(selector, of: asset)
            }
            return try selected(version, of: asset, in: sql)
        }
    }

    /// The asset, when it is public or the caller's key may read it. Who has no key learns nothing of the others.
    private func readable(_ id: ResourceID?, for caller: Caller, in sql: any SQLConnection) throws -> Asset? {
        let asset = try id.flatMap { try ResourceTable(Asset.schema).row($0, in: sql) }.map(Asset.init(row:))
        if let asset, asset.visibility == .public { return asset }
        guard caller != .anonymous else { throw Problem.keyNeeded }
        try caller.require(.assetsRead)
        return asset.flatMap { caller.sees(game: $0.gameID) ? $0 : nil }
    }

    private func find(_ selector: Selector, of asset: Asset, in sql: any SQLConnection) throws -> Version? {
        let rows = VersionRows(sql)
        switch selector {
        case .newest:
            return try rows.newestReady(asset: asset.id)
        case .number(let number):
            return try rows.ready(asset: asset.id, number: number)
        case .channel(let name):
            let channel = try ResourceTable(Channel.schema).row(
                where: [("asset_id", .string(asset.id.description)), ("name", .string(name))], in: sql)
            guard let channel else { return nil }
            return try rows.ready(try Channel(row: channel).versionID)
        }
    }

    private func selected(_ version: Version, of asset: Asset, in sql: any SQLConnection) throws -> Selected {
        Selected(version: version, asset: asset, gameNumber: try GameNumbers(sql).existing(asset.gameID) ?? 0)
    }

    /// A version that the caller may read, with what reading it needs.
    package struct Selected: Sendable {
        package var version: Version
        package var asset: Asset
        let gameNumber: Int64
    }

    /// One page of an asset's versions, newest first.
    package func versions(
        of asset: ResourceID, number: Int64? = nil, below: Int64? = nil, limit: Int, for caller: Caller
    ) async throws -> [Version] {
        try caller.require(.assetsRead)
        return try await context.database.read { sql in
            let asset = try context.asset(asset, for: caller, in: sql)
            if let number { return try VersionRows(sql).ready(asset: asset.id, number: number).map { [$0] } ?? [] }
            return try VersionRows(sql).list(asset: asset.id, below: below, limit: limit)
        }
    }

    package func manifest(of selected: Selected) async throws -> Manifest {
        try await context.database.read { sql in
            guard let manifest = try VersionRows(sql).manifest(of: selected.version.id) else {
                throw Problem.notFound("versions", selected.version.id)
            }
            return manifest
        }
    }

    /// Whether no block of the version's game is known to be damaged: else a client should ask about each.
    package func isIntact(_ selected: Selected) async throws -> Bool {
        try await context.database.read { try BlockIndex($0).isIntact(game: selected.gameNumber) }
    }

    /// A reader for the bytes of `range` of the content.
    package func reader(_ range: Range<Int64>, of selected: Selected) -> ContentReader {
        ContentReader(range, of: selected, context: context)
    }
}

extension Problem {
    fileprivate static func noVersion(_ selector: Downloads.Selector, of asset: Asset) -> Problem {
        switch selector {
        case .newest: Problem(.noVersion, "\(asset.path) has no version yet: push one.")
        case .number(let number): Problem(.noVersion, "\(asset.path) has no version \(number).")
        case .channel(let name): Problem(.noVersion, "\(asset.path) has no channel '\(name)'.")
        }
    }
}
