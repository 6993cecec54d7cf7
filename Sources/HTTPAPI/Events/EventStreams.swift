import Catalog
import Metadata
import NIOCore
import PawlModel
import Synchronization

/// The places for streams of events: so many and no more, in all and for each key. All of them end when the daemon
/// stops.
package final class EventStreams: Sendable {
    private struct Stream {
        var channel: any NIOCore.Channel
        var callerID: ResourceID?
    }

    private struct State {
        var open: [Int: Stream] = [:]
        var lastNumber = 0
        var isEnded = false

        /// Why there is no place for one more of a caller's streams; nil when there is one.
        func refusal(of callerID: ResourceID?) -> String? {
            if isEnded { return "The daemon stops." }
            if open.values.count(where: { $0.callerID == callerID }) >= Limits.eventStreamsPerCaller {
                return "\(Limits.eventStreamsPerCaller) streams of events are open with this key, and it gets no more."
            }
            guard open.count >= Limits.eventStreamsMax else { return nil }
            return "\(Limits.eventStreamsMax) streams of events are open, and there are no more."
        }
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
    func place(on channel: any NIOCore.Channel, for caller: Caller) throws(Problem) -> Place {
        let (number, refusal) = state.withLock { state -> (Int, String?) in
            if let refusal = state.refusal(of: caller.id) { return (0, refusal) }
            state.lastNumber += 1
            state.open[state.lastNumber] = Stream(channel: channel, callerID: caller.id)
            return (state.lastNumber, nil)
        }
        guard let refusal else { return Place(self, number) }
        throw Problem(.tooManyRequests, "\(refusal) Try again later, or poll.")
    }

    /// Ends all streams, those that come later too: without it a daemon that stops would wait for them.
    package func end() {
        let channels = state.withLock { state in
            state.isEnded = true
            return state.open.values.map(\.channel)
        }
        feed.close()
        for channel in channels {
            channel.eventLoop.scheduleTask(in: Self.grace) { channel.close(promise: nil) }
        }
    }
}
