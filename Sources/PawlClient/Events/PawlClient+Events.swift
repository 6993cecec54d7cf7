internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// A page of events, the oldest first. Ask again with its `nextAfter`, also later: it is never lost.
    ///
    /// Throws `events_expired` when what `cursor` names is no longer kept.
    ///
    /// - Parameter filter: By `type` (`assets.created`, or `assets.*` for all of a resource), `subject` and `game_id`.
    public func events(
        after cursor: EventCursor = .oldest, filter: Filter = Filter(), pageSize: Int? = nil
    ) async throws -> EventPage {
        var query = [(name: "after", value: cursor.description)]
        if !filter.text.isEmpty { query.append((name: "filter", value: filter.text)) }
        if let pageSize { query.append((name: "page_size", value: String(pageSize))) }
        return try await send(Request(.GET, Routes.events, query: query)).decoded()
    }

    /// What happens, as it happens, for as long as the sequence is read.
    ///
    /// It connects anew after a broken line, for as long as the client's `retryFor`, and goes on exactly where it was:
    /// no event is lost, and none comes twice.
    public func followEvents(after cursor: EventCursor = .latest, filter: Filter = Filter()) -> EventStream {
        EventStream(client: self, cursor: cursor, filter: filter)
    }
}

/// What a stream of events tells.
public enum EventNotice: Hashable, Sendable {
    case event(Event)
    /// Where the stream was is no longer kept: some events are missed for good, so what was made of them has to be read
    /// anew. It goes on from now.
    case reset
}
