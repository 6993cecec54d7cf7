import NIOCore
import Synchronization

/// What all connections of a relay share: counts, who waits for them, and what is held.
final class RelayTraffic: Sendable {
    private struct Flow {
        var count: Int64 = 0
        /// Nothing is passed on once so many bytes came.
        var holdAfter: Int64?
        var waiting: [Int: (count: Int64, continuation: CheckedContinuation<Bool, Never>)] = [:]

        var isHeld: Bool { holdAfter.map { count >= $0 } ?? false }
    }

    private struct State {
        var port: Int
        var flows: [ByteRelay.Direction: Flow] = [:]
        var nextNumber = 0
        var connections: [ObjectIdentifier: RelayConnection] = [:]
    }

    private let state: Mutex<State>
    /// How long bytes are under way in each direction.
    let delay: TimeAmount

    init(port: Int, delay: TimeAmount) {
        self.delay = delay
        state = Mutex(State(port: port))
    }

    var port: Int { state.withLock { $0.port } }

    func point(to port: Int) {
        state.withLock { $0.port = port }
    }

    func count(_ direction: ByteRelay.Direction) -> Int64 {
        state.withLock { $0.flows[direction, default: Flow()].count }
    }

    // MARK: Connections, on their loop

    func began(_ connection: RelayConnection) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
    }

    func ended(_ connection: RelayConnection) {
        _ = state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    func cut() {
        for connection in state.withLock({ Array($0.connections.values) }) { connection.reset() }
    }

    /// Counts bytes that came; returns whether they may be passed on.
    func came(_ bytes: Int, _ direction: ByteRelay.Direction) -> Bool {
        let (mayPass, reached) = state.withLock { state in
            var flow = state.flows[direction, default: Flow()]
            flow.count += Int64(bytes)
            let reached = flow.waiting.filter { $0.value.count <= flow.count }
            for number in reached.keys { flow.waiting[number] = nil }
            state.flows[direction] = flow
            return (!flow.isHeld, reached.values.map(\.continuation))
        }
        for continuation in reached { continuation.resume(returning: true) }
        return mayPass
    }

    func isHeld(_ direction: ByteRelay.Direction) -> Bool {
        state.withLock { $0.flows[direction, default: Flow()].isHeld }
    }

    // MARK: The test

    func hold(_ direction: ByteRelay.Direction, after count: Int64) {
        state.withLock { $0.flows[direction, default: Flow()].holdAfter = count }
    }

    func release(_ direction: ByteRelay.Direction) {
        let connections = state.withLock { state in
            state.flows[direction, default: Flow()].holdAfter = nil
            return Array(state.connections.values)
        }
        for connection in connections { connection.release() }
    }

    func reached(_ count: Int64, _ direction: ByteRelay.Direction) async -> Bool {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.flows[direction, default: Flow()].count >= count { return true }
                    state.flows[direction, default: Flow()].waiting[number] = (count, continuation)
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.flows[direction]?.waiting.removeValue(forKey: number) }
            waiter?.continuation.resume(returning: false)
        }
    }
}
