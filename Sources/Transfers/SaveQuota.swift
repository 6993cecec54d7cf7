package import Metadata
package import PawlModel

/// How much of her own a player may keep: saves and replays, the assets that name her as owner, whoever uploads them.
///
/// What counts are living assets, and all their ready versions. As a rule of assets it looks at each new one; uploads ask
/// it when they begin, while bytes arrive, and at last in the transaction that makes the version: two at once
/// cannot both pass, for one of them comes second.
package struct SaveQuota: RowRule {
    package let resource = Asset.schema.name
    private let bytesMax: Int64
    private let countMax: Int64

    package init(bytesMax: Int64 = Limits.saveBytes, countMax: Int64 = Limits.saves) {
        self.bytesMax = bytesMax
        self.countMax = countMax
    }

    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] {
        guard before == nil, let owner = after["owner_id"]?.string.flatMap({ ResourceID($0) }) else { return [] }
        let used = try SaveUsage(sql).count(of: owner)
        guard used < countMax else {
            throw Problem.quotaExceeded(
                "\(owner) has \(used) saves, and \(countMax) are allowed: delete one first.", limit: countMax,
                used: used)
        }
        // One that is taken back brings what it had.
        guard let asset = after["id"]?.string.flatMap({ ResourceID($0) }) else { return [] }
        let size = try SaveUsage(sql).bytes(ofAsset: asset)
        if size > 0 { try SaveRoom(owner: owner, limit: bytesMax, used: SaveUsage(sql).bytes(of: owner)).check(size) }
        return []
    }

    /// Throws `quota_exceeded` when a new version of so many bytes is too much.
    func check(adding size: Int64, to asset: Stored<Asset>, in sql: any SQLConnection) throws {
        guard let owner = asset.ownerID else { return }
        try SaveRoom(owner: owner, limit: bytesMax, used: SaveUsage(sql).bytes(of: owner)).check(size)
    }

    /// What may be sent to an asset, or as a part; nil for what is nobody's own, where there is no bound.
    ///
    /// It is as much as its newest version has, though nothing be left: who sends that one again, because she
    /// did not hear the answer, makes no new version.
    func room(for asset: ResourceID?, of owner: ResourceID?, in sql: any SQLConnection) throws -> SaveRoom? {
        guard let owner else { return nil }
        return SaveRoom(
            owner: owner, limit: bytesMax, used: try SaveUsage(sql).bytes(of: owner),
            repeatable: try asset.flatMap { try VersionRows(sql).newestReady(asset: $0)?.size } ?? 0)
    }
}

/// What a player may still keep, as it was at one moment.
struct SaveRoom: Hashable, Sendable {
    var owner: ResourceID
    /// In bytes.
    var limit: Int64
    var used: Int64
    /// What fits in any case.
    var repeatable: Int64 = 0

    /// Throws `quota_exceeded` when so many bytes do not fit.
    func check(_ size: Int64) throws(Problem) {
        guard size > max(limit - used, repeatable) else { return }
        throw .quotaExceeded(
            "\(owner) keeps \(used) bytes of saves, and \(limit) are allowed: delete some first.", limit: limit,
            used: used)
    }
}

extension Problem {
    fileprivate static func quotaExceeded(_ detail: String, limit: Int64, used: Int64) -> Problem {
        Problem(.quotaExceeded, detail, members: ["limit": .int(limit), "used": .int(used)])
    }
}
