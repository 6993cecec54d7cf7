import Catalog
import Hummingbird
import Metadata
import NIOCore
import PawlModel

/// One stream of events on its connection: server-sent events as WHATWG HTML §9.2 has them.
///
/// It holds its follower's position and one page. Each write waits until the connection takes it, so a reader that is
/// slow is told later, and costs nobody anything.
struct EventStream: Sendable {
    let follower: EventFollower
    /// At the latest after this something is written: a comment, so that nobody takes the line for dead.
    let heartbeat: Duration
    let channel: any NIOCore.Channel
    /// Whether the key still is what it was; asked before each write. Keys are remembered between two commits, so a
    /// stream on which nothing happens asks nobody.
    let isStillAllowed: @Sendable () async -> Bool

    /// Writes until the daemon stops, the key ends, the reader goes, or she does not read any more.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        var follower = follower
        // Told at once, so that a reader who loses the line before anything happens misses nothing either.
        var told = follower.position
        try await write("retry: \(Limits.eventRetry)\n\n" + (told.map(Self.text) ?? ""), to: &writer)
        while true {
            let text: String
            switch try await follower.next(within: heartbeat) {
            case .events(let rows):
                text = rows.map(Self.text).joined()
                told = rows.last?.position
            case .reset(let position):
                text = Self.reset(position)
                told = position
            case .quiet(let position):
                // The position moves over what the filter leaves out: it is not looked at again after a reconnect.
                text = ":\n\n" + (position == told ? "" : Self.text(position))
                told = position
            case .closed:
                return try await writer.finish(nil)
            }
            guard await isStillAllowed() else { return try await writer.finish(nil) }
            try await write(text, to: &writer)
        }
    }

    /// Writes, and closes the connection when its reader takes nothing for too long: others may want the place.
    private func write(_ text: String, to writer: inout any ResponseBodyWriter) async throws {
        let channel = channel
        let end = channel.eventLoop.scheduleTask(in: .seconds(Limits.eventStallMax)) { channel.close(promise: nil) }
        defer { end.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }

    private static func text(_ row: EventRow) -> String {
        "id: \(row.id)\nevent: \(row.type)\ndata: \(row.json)\n\n"
    }

    /// Only moves the reader's last id: a message without data is not dispatched.
    private static func text(_ position: EventPosition) -> String {
        "id: \(position.cursor)\n\n"
    }

    private static func reset(_ position: EventPosition) -> String {
        "id: \(position.cursor)\nevent: reset\ndata: {\"latest\":\"\(position.cursor)\"}\n\n"
    }
}
