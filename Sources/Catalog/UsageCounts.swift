package import Metadata
package import PawlModel
import Synchronization

/// Counts who asks which version of the API: before an old one ends, whoever still uses it has to be told.
///
/// Counted in memory, so that no request waits for it, and written now and then; what a kill costs is a few seconds of it.
package final class UsageCounts: Sendable {
    private struct Subject: Hashable {
        var caller: String
        var version: String
    }

    private struct Count {
        var requests: Int64
        var firstAt: Timestamp
        var lastAt: Timestamp
    }

    private let counts = Mutex<[Subject: Count]>([:])
    private let writePath: WritePath

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// Counts a request of a key or a player.
    package func note(_ caller: Caller, version: String) {
        guard let id = caller.id else { return }
        let subject = Subject(caller: caller.player == nil ? id.description : APIUsage.players, version: version)
        let now = writePath.ambient.now()
        counts.withLock { counts in
            counts[subject, default: Count(requests: 0, firstAt: now, lastAt: now)].requests += 1
            counts[subject]?.lastAt = now
        }
    }

    /// Writes what was counted since the last time.
    package func flush() async throws {
        let counted = counts.withLock { counts in
            let taken = counts
            counts = [:]
            return taken
        }
        guard !counted.isEmpty else { return }
        let usages = counted.map { subject, count in
            APIUsage(
                caller: subject.caller, name: nil, version: subject.version, requests: count.requests,
                firstAt: count.firstAt, lastAt: count.lastAt)
        }
        do {
            try await writePath.database.transaction { sql in
                for usage in usages { try UsageRows(sql).add(usage) }
            }
        } catch {
            // They are counted all the same, the next time.
            counts.withLock { counts in
                for (subject, count) in counted {
                    counts[subject, default: Count(requests: 0, firstAt: count.firstAt, lastAt: count.lastAt)]
                        .requests += count.requests
                    counts[subject]?.firstAt = count.firstAt
                }
            }
            throw error
        }
    }

    /// All that was counted until now.
    package func all() async throws -> [APIUsage] {
        try await flush()
        return try await writePath.database.read { try UsageRows($0).all() }
    }
}
