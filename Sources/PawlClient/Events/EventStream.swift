internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
public import PawlModel

/// The events of a server as they happen: `for try await notice in client.followEvents() { … }`.
public struct EventStream: AsyncSequence, Sendable {
    let client: PawlClient
    let cursor: EventCursor
    let filter: Filter

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, cursor: cursor, filter: filter)
    }

    /// One reader: the connection that it has, if any, and where it is.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let client: PawlClient
        private let filter: Filter
        private var cursor: EventCursor
        private var connection: HTTPClientResponse.Body.AsyncIterator?
        private var messages = ServerSentEvents()
        private var outage: Outage
        private var recent = RecentIDs()

        init(client: PawlClient, cursor: EventCursor, filter: Filter) {
            self.client = client
            self.cursor = cursor
            self.filter = filter
            outage = Outage(client.patience)
        }

        /// The next notice. It never ends by itself: it throws when the server refuses, or stays away too long.
        public mutating func next() async throws -> EventNotice? {
            while true {
                while let message = messages.next() {
                    if let notice = try read(message) { return notice }
                }
                do {
                    try await receive()
                } catch {
                    connection = nil
                    messages = ServerSentEvents()
                    try await outage.pause(after: client.connectionError(error))
                }
            }
        }

        private mutating func receive() async throws {
            if connection == nil { connection = try await connect() }
            guard let bytes = try await connection?.next() else {
                throw ClientError(
                    .interrupted, "\(client.server.text) ended the stream of events.",
                    advice: "Run the same command again.")
            }
            try messages.append(bytes.readableBytesView)
            outage.end()
            client.patience.progressed()
        }

        private func connect() async throws -> HTTPClientResponse.Body.AsyncIterator {
            var query: [(name: String, value: String)] = []
            if !filter.text.isEmpty { query.append((name: "filter", value: filter.text)) }
            let request = Request(.GET, Routes.eventStream, query: query)
                .with(header: "Accept", MediaType.eventStream)
                .with(header: HeaderName.lastEventID, cursor.description)
            return try await client.stream(request) { head, body in
                guard head.headers.first(name: "Content-Type")?.hasPrefix(MediaType.eventStream) == true else {
                    throw ClientError(
                        .badAnswer, "\(client.server.text) does not answer with a stream of events.",
                        advice: "Bring it to the version of this client.")
                }
                return body
            }.makeAsyncIterator()
        }

        /// What a message tells; nil when it only moves the cursor, or came before.
        private mutating func read(_ message: ServerSentEvents.Message) throws -> EventNotice? {
            if let next = EventCursor(message.id) { cursor = next }
            guard let data = message.data else { return nil }
            if message.name == ServerSentEvents.reset { return .reset }
            guard recent.insert(message.id) else { return nil }
            do {
                return .event(try JSONDecoder().decode(Event.self, from: Data(data.utf8)))
            } catch {
                throw ClientError(
                    .badAnswer, "An event of the server is not what this client expects.",
                    advice: "Bring `pawl` to the server's version.", cause: error)
            }
        }
    }
}

/// The ids of the last events, to drop what comes twice.
private struct RecentIDs {
    private var ids: Set<String> = []
    private var order: [String] = []
    private static let countMax = 256

    /// Whether the id was not there.
    mutating func insert(_ id: String) -> Bool {
        guard ids.insert(id).inserted else { return false }
        order.append(id)
        if order.count == 2 * Self.countMax {
            ids.subtract(order.prefix(Self.countMax))
            order.removeFirst(Self.countMax)
        }
        return true
    }
}
