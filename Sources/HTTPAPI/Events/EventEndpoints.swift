import Catalog
import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel

extension API {
    /// What happened, as a list to poll and as a stream (WHATWG HTML §9.2): docs/events.md.
    var eventEndpoints: [Endpoint] {
        [
            Endpoint(
                .get, Routes.events, access: .keys(.eventsRead),
                Operation(
                    "listEvents", tag: "events", "Lists what happened, the oldest first.",
                    parameters: [
                        .init(
                            "after", in: .query, .text(max: 30),
                            help: "the next_after of the last answer: an event's id, 'oldest' or 'latest'"),
                        Self.eventFilter,
                        .init(
                            "page_size", in: .query, .int(1...Int64(Limits.pageSizeMax)),
                            help: "events on a page, fewer where they are large; \(Limits.pageSizeDefault) unless given"
                        ),
                    ],
                    answers: [.init(.ok, .object(Self.eventPage), "One page.")],
                    problems: [.malformedQuery, .eventsExpired, .notFound]),
                { try await listEvents($0) }),
            Endpoint(
                .get, Routes.eventStream, access: .keys(.eventsRead),
                Operation(
                    "followEvents", tag: "events", "Tells what happens as it happens, as server-sent events.",
                    parameters: [
                        .init(
                            HeaderName.lastEventID, in: .header, .text(max: 30),
                            help: "the id of the last event that was seen: the stream goes on exactly behind it"),
                        .init(
                            "after", in: .query, .text(max: 30),
                            help: "where the stream begins, without that header; 'latest' unless given"),
                        Self.eventFilter,
                        .init(
                            "heartbeat", in: .query, .int(1...Int64(Limits.eventHeartbeatMax)),
                            help: "seconds between two signs of life; \(Limits.eventHeartbeat) unless given"),
                    ],
                    answers: [
                        .init(.ok, .text, as: MediaType.eventStream, headers: [.cacheControl], "It goes on for ever.")
                    ],
                    problems: [.malformedQuery, .notFound, .tooManyRequests, .unavailable]),
                { try await streamEvents($0) }),
        ]
    }

    private static let eventFilter = Operation.Parameter(
        "filter", in: .query, .text(max: 2000), example: "type=\"assets.*\"",
        help: "conditions on type, subject and game_id, joined by AND")

    private static let eventPage = [
        Field(
            "items", .list(.object(Event.fields), max: Limits.pageSizeMax), isRequired: true,
            help: "events, the oldest first"),
        Field("next_after", .text(max: 30), isRequired: true, help: "what to ask for next time"),
        Field("has_more", .bool, isRequired: true, help: "whether asking again at once brings more"),
    ]

    private func listEvents(_ request: APIRequest) async throws -> Response {
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: nil, pageSize: request.query("page_size"), pageToken: nil,
            of: EventFilter.schema)
        let page = try await events.page(
            after: try request.eventCursor() ?? .oldest, try EventFilter(query), limit: query.pageSize,
            for: request.caller)
        let items = page.rows.map(\.json).joined(separator: ",")
        let text = """
            {"has_more":\(page.hasMore),"items":[\(items)],"next_after":"\(page.position.cursor)"}
            """
        return Response(
            status: .ok, headers: [.contentType: MediaType.json, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func streamEvents(_ request: APIRequest) async throws -> Response {
        let heartbeat = try request.heartbeat()
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: nil, pageSize: nil, pageToken: nil, of: EventFilter.schema)
        let cursor = try request.lastEventCursor() ?? request.eventCursor() ?? .latest
        // `X-Accel-Buffering` keeps nginx, and what imitates it, from collecting events before it passes them on.
        let headers: HTTPFields = [
            .contentType: MediaType.eventStream, .cacheControl: "no-store", .accelBuffering: "no",
        ]
        guard request.request.method != .head else { return Response(status: .ok, headers: headers) }
        let place = try eventStreams.place(on: request.context.channel, for: request.caller)
        let (authentication, caller) = (authentication, request.caller)
        let secret = request.request.headers.bearerToken
        let stream = EventStream(
            follower: try await events.follow(after: cursor, try EventFilter(query), for: caller),
            heartbeat: heartbeat, channel: request.context.channel,
            isStillAllowed: {
                guard let secret else { return false }
                return (try? await authentication.caller(bearer: secret)) == caller
            })
        let body = request.request.body
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                defer { withExtendedLifetime(place) {} }
                try await body.consumeWithCancellationOnInboundClose { _ in try await stream.write(to: &writer) }
            })
    }
}

extension APIRequest {
    /// Where `?after=` says to begin.
    fileprivate func eventCursor() throws(Problem) -> EventCursor? {
        guard let text = query("after") else { return nil }
        if let cursor = EventCursor(text) { return cursor }
        throw .malformedQuery("after", "must be the id of an event, 'oldest' or 'latest'")
    }

    fileprivate func lastEventCursor() throws(Problem) -> EventCursor? {
        guard let text = request.headers[.lastEventID], !text.isEmpty else { return nil }
        if let cursor = EventCursor(text) { return cursor }
        throw Problem(.malformedRequest, "\(HeaderName.lastEventID) must be the id of an event.")
    }

    fileprivate func heartbeat() throws(Problem) -> Duration {
        guard let text = query("heartbeat") else { return .seconds(Limits.eventHeartbeat) }
        if let seconds = Int(text), (1...Limits.eventHeartbeatMax).contains(seconds) { return .seconds(seconds) }
        throw .malformedQuery("heartbeat", "must be from 1 to \(Limits.eventHeartbeatMax)")
    }
}

extension HTTPField.Name {
    static let lastEventID = Self(HeaderName.lastEventID)!
    fileprivate static let accelBuffering = Self("X-Accel-Buffering")!
}
