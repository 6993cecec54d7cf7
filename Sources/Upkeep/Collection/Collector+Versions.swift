import BlockFormat
import Metadata
import PawlModel

extension Collector {
    // MARK: Retention

    /// Deletes the versions that the retention of their asset does not hold.
    func applyRetention(into report: inout CollectionReport) async throws {
        try await forEachLapsed { asset, game, lapsed in
            let answer = try await writePath.apply(by: .daemon, message: "retention") { writer in
                // Looked at once more where it is decided: a channel may point at one of them by now, and the rule may be
                // another one.
                let rows = DeletedVersions(writer.sql)
                guard let row = try ResourceTable(Asset.schema).row(asset.id, in: writer.sql),
                    let retention = try Stored<Asset>(row: row).retention,
                    let bound = try rows.number(ofNewest: retention.keepLast, of: asset.id)
                else { return Answer(.done, .array([])) }
                var gone: [Version] = []
                for version in lapsed.prefix(Limits.versionsDeletedAtOnce) where version.number < bound {
                    let again = try rows.lapsed(
                        of: asset.id, retention, below: version.number + 1, now: writer.now, limit: 1)
                    guard let found = again.versions.first, found.id == version.id, try !rows.isHeld(found) else {
                        continue
                    }
                    try writer.delete(found)
                    gone.append(found)
                }
                return Answer(.done, try JSONValue(gone))
            }
            for version in try answer.body.decoded(as: [Version].self) {
                report.versionsDeleted += 1
                report.tell(version, game: game, path: asset.path, .retention)
            }
        }
    }

    /// Versions that retention does not hold, some at a time, of one asset after the other.
    func forEachLapsed(
        _ body: (Stored<Asset>, _ game: String, [Version]) async throws -> Void
    ) async throws {
        var last: ResourceID?
        while true {
            let after = last
            let ids = try await database.read {
                try DeletedVersions($0).assetsWithRetention(after: after, limit: Limits.bookkeepingBatch)
            }
            for id in ids { try await forEachLapsed(of: id, body) }
            guard ids.count == Limits.bookkeepingBatch else { return }
            last = ids.last
        }
    }

    private func forEachLapsed(
        of id: ResourceID, _ body: (Stored<Asset>, _ game: String, [Version]) async throws -> Void
    ) async throws {
        let now = ambient.now()
        let found = try await database.read { sql -> (Stored<Asset>, String, Int64)? in
            guard let row = try ResourceTable(Asset.schema).row(id, in: sql) else { return nil }
            let asset = try Stored<Asset>(row: row)
            guard let retention = asset.retention,
                let number = try DeletedVersions(sql).number(ofNewest: retention.keepLast, of: id)
            else { return nil }
            let game = try ResourceTable(Game.schema).row(asset.gameID, in: sql)?["slug"]?.string ?? ""
            return (asset, game, number)
        }
        guard let (asset, game, number) = found, let retention = asset.retention else { return }
        var below: Int64? = number
        while let start = below {
            try Task.checkCancellation()
            let (versions, lastNumber) = try await database.read {
                try DeletedVersions($0).lapsed(
                    of: id, retention, below: start, now: now, limit: Limits.versionsDeletedAtOnce)
            }
            if !versions.isEmpty { try await body(asset, game, versions) }
            below = lastNumber
        }
    }

    // MARK: Versions whose time is over

    /// Gives back what versions hold whose time to be taken back is over.
    func collectVersions(into report: inout CollectionReport) async throws {
        let time = try await forEachDue { version, time in
            guard try await collect(version, until: time) else { return }
            report.versionsCollected += 1
            report.tell(version.version, game: version.game, path: version.path, .deleted)
            try goOn()
        }
        let now = ambient.now()
        while try await database.transaction({ try DeletedVersions($0).finishAssets(until: time, now: now) }) {}
    }

    /// Every deleted version that nobody can take back any more, with the time until which it had to be deleted for that.
    @discardableResult
    func forEachDue(_ body: (DeletedVersions.Due, Timestamp) async throws -> Void) async throws -> Timestamp {
        let time = ambient.now().advanced(bySeconds: -rules.undeleteWindow)
        var last: ResourceID?
        while true {
            let after = last
            let due = try await database.read {
                try DeletedVersions($0).due(until: time, after: after, limit: Limits.versionsDeletedAtOnce)
            }
            for version in due { try await body(version, time) }
            guard due.count == Limits.versionsDeletedAtOnce else { return time }
            last = due.last?.version.id
        }
    }

    /// Gives back one reference of each block of a version, then removes its pages. False when it was taken back meanwhile.
    private func collect(_ due: DeletedVersions.Due, until time: Timestamp) async throws -> Bool {
        let id = due.version.id
        let now = ambient.now()
        guard try await database.transaction({ try DeletedVersions($0).begin(due, until: time, now: now) }) else {
            return false
        }
        var last = due.givenBackTo
        while true {
            let ids = try await nextBlocks(of: id, behind: last)
            var rest = ids[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(Limits.bookkeepingBatch))
                rest = rest.dropFirst(part.count)
                try await database.transaction { try DeletedVersions($0).giveBack(part, of: due) }
                try goOn()
            }
            guard let end = ids.last else { break }
            last = end
        }
        var hasMore = true
        while hasMore {
            hasMore = try await database.transaction {
                try VersionRows($0).removePages(of: id, limit: Limits.pagesRemovedAtOnce)
            }
            if hasMore { try goOn() }
        }
        try await database.transaction { try DeletedVersions($0).finish(id, now: now) }
        return true
    }

    /// The next distinct ids of a version's blocks behind `last`, in order: as many as fit in memory.
    ///
    /// In order, because a block may stand in many pages and is given back once; so the version's row tells how far it is.
    private func nextBlocks(of version: ResourceID, behind last: Digest?) async throws -> [Digest] {
        var ids = SmallestDigests(limit: Limits.releasedIDsMax)
        try await forEachPage(of: version) { page in
            for id in page where last.map({ $0 < id }) ?? true { ids.insert(id) }
        }
        return ids.sorted
    }

    /// The ids of a version's blocks, page by page.
    func forEachPage(of version: ResourceID, _ body: ([Digest]) throws -> Void) async throws {
        var offset: Int64 = -1
        while true {
            try Task.checkCancellation()
            let start = offset
            let page = try await database.read { try DeletedVersions($0).blocks(of: version, behind: start) }
            guard let page else { return }
            try body(page.ids)
            offset = page.firstOffset
        }
    }
}

/// The smallest so many distinct ones of any number of digests.
private struct SmallestDigests {
    let limit: Int
    private var found: Set<Digest> = []
    /// Nothing above it is taken; nil while there is room for all.
    private var bound: Digest?

    init(limit: Int) {
        self.limit = limit
    }

    mutating func insert(_ digest: Digest) {
        if let bound, digest > bound { return }
        found.insert(digest)
        // Twice as many may be held, so that sorting them happens seldom.
        if found.count >= 2 * limit { shrink() }
    }

    private mutating func shrink() {
        let kept = found.sorted().prefix(limit)
        bound = kept.last
        found = Set(kept)
    }

    var sorted: [Digest] { Array(found.sorted().prefix(limit)) }
}

extension CollectionReport {
    /// Tells one of the versions that go.
    mutating func tell(_ version: Version, game: String, path: String, _ reason: Reason) {
        guard versions.count < Limits.goingVersionsListed else { return }
        versions.append(
            Going(
                versionID: version.id, assetID: version.assetID, game: game, path: path, number: version.number,
                label: version.label, size: version.size, reason: reason))
    }
}
