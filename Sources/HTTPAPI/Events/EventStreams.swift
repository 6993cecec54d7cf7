import Catalog
import NIOCore
import PawlModel
import Synchronization

/// The places for streams of events: so many and no more, and all of them end when the daemon stops.
package final class EventStreams: Sendable {
    private struct State {
        var open: [Int: any NIOCore.Channel] = [:]
        var lastNumber = 0
        var isEnded = false
    }

    private let feed: EventFeed
    private let state = Mutex(State())
    /// Streams that wait for events end by themselves; one whose reader takes nothing is closed after this.
    private static let grace = TimeAmount.milliseconds(500)

    init(feed: EventFeed) {
        self.feed = feed
    }

    /// One stream's place, free again when the value goes.
    final class Place: Sendable {
        private let streams: EventStreams
        private let number: Int

        fileprivate init(_ streams: EventStreams, _ number: Int) {
            self.streams = streams
            self.number = number
        }

        deinit { streams.state.withLock { $0.open[number] = nil } }
    }

    /// A place for a stream on `channel`; throws when there is none.
    func place(on channel: any NIOCore.Channel) throws(Problem) -> Place {
        let number = state.withLock { state -> Int? in
            guard !state.isEnded, state.open.count < Limits.eventStreamsMax else { return nil }
            state.lastNumber += 1
            state.open[state.lastNumber] = channel
            return state.lastNumber
        }
        if let number { return Place(self, number) }
        throw Problem(
            .tooManyRequests,
            "\(Limits.eventStreamsMax) streams of events are open, and there are no more: try again later, or poll.")
    }

    /// Ends all streams, those that come later too: without it a daemon that stops would wait for them.
    package func end() {
        let channels = state.withLock { state in
            state.isEnded = true
            return Array(state.open.values)
        }
        feed.close()
        for channel in channels {
            channel.eventLoop.scheduleTask(in: Self.grace) { channel.close(promise: nil) }
        }
    }
}
