package import Metadata
package import PawlModel

/// The events as callers read them: page by page, or following what happens.
///
/// It is a use case, not a repository, for it decides who sees what: a key bound to a game sees that game's events only,
/// and no key is told of what its scopes do not let it read.
package struct EventFeed: Sendable {
    let writePath: WritePath
    /// Seconds that an event is kept.
    private let retention: Int64

    package init(writePath: WritePath, retention: Int64) {
        self.writePath = writePath
        self.retention = retention
    }

    /// A page of events; throws `events_expired` when what `cursor` names is no longer kept.
    package func page(
        after cursor: EventCursor, _ filter: EventFilter, limit: Int, for caller: Caller
    ) async throws -> EventRowPage {
        let selection = try selection(filter, for: caller)
        let page = try await writePath.database.read { sql -> EventRowPage? in
            let rows = EventRows(sql)
            guard let position = try Self.position(of: cursor, selection, caller, rows) else { return nil }
            return try rows.page(selection, after: position, limit: limit)
        }
        guard let page else { throw Problem.eventsExpired }
        return page
    }

    /// A follower that begins behind `cursor`. One that is no longer kept makes its first step a reset.
    package func follow(
        after cursor: EventCursor, _ filter: EventFilter, for caller: Caller
    ) async throws -> EventFollower {
        let selection = try selection(filter, for: caller)
        let position = try await writePath.database.read {
            try Self.position(of: cursor, selection, caller, EventRows($0))
        }
        return EventFollower(writePath: writePath, selection: selection, position: position)
    }

    /// Ends all followers, now and from now on: the daemon stops.
    package func close() { writePath.signal.close() }

    /// Forgets events that are older than they are kept, a batch of them. Returns whether there may be more.
    package func forgetOld() async throws -> Bool {
        let before = writePath.ambient.now().advanced(bySeconds: -retention)
        guard try await writePath.database.read({ try EventRows($0).hasOlder(than: before) }) else { return false }
        return try await writePath.database.transaction { try EventRows($0).forget(before: before) }
    }

    private func selection(_ filter: EventFilter, for caller: Caller) throws(Problem) -> EventSelection {
        if let game = filter.gameID, !caller.sees(game: game) { throw Problem.notFound("games", game) }
        return EventSelection(
            gameID: filter.gameID ?? caller.gameID, subject: filter.subject, type: filter.type,
            hiddenResources: hiddenResources(from: caller))
    }

    /// Resources whose rows the caller may not read, by name. Changesets name rows of all, so whoever may not read some is
    /// told of none of them.
    private func hiddenResources(from caller: Caller) -> [String] {
        let schemas = writePath.registry.schemas + [Version.schema, Upload.schema]
        let scopes = schemas.map { ($0.name, $0.readScope) } + [(TokenKeys.resource, .admin)]
        let hidden = scopes.filter { _, scope in
            guard let scope else { return false }
            return !caller.scopes.contains { $0.includes(scope) }
        }.map(\.0).sorted()
        return hidden.isEmpty ? [] : hidden + [Changeset.schema.name]
    }

    private static func position(
        of cursor: EventCursor, _ selection: EventSelection, _ caller: Caller, _ rows: EventRows
    ) throws -> EventPosition? {
        switch cursor {
        case .oldest: try rows.oldest()
        case .latest: try rows.newest(selection)
        case .after(let id): try rows.position(of: id, game: caller.gameID)
        }
    }
}

extension Problem {
    package static let eventsExpired = Problem(
        .eventsExpired,
        "That event is no longer kept: ask after=latest for where to go on, and read anew what you follow.")
}
