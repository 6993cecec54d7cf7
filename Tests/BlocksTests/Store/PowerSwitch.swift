import Metadata
import Synchronization

/// The power of a machine: goes out at a chosen step, and from then on everything that hangs on it fails.
final class PowerSwitch: Sendable {
    /// Steps that are left; nil while nobody counts.
    private let steps = Mutex<Int?>(nil)

    /// Cuts the power after so many more steps.
    func cut(after count: Int) {
        steps.withLock { $0 = count }
    }

    func restore() {
        steps.withLock { $0 = nil }
    }

    var isOff: Bool { steps.withLock { $0.map { $0 <= 0 } ?? false } }

    /// Takes one step, or throws when the power is off.
    func step() throws {
        try steps.withLock { steps in
            guard let left = steps else { return }
            guard left > 0 else { throw PowerCut() }
            steps = left - 1
        }
    }
}

struct PowerCut: Error {}

/// A database on a machine that may lose power: before a transaction, or between its commit and its answer.
struct PoweredDatabase: SQLDatabase {
    let base: any SQLDatabase
    let power: PowerSwitch

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try power.step()
        return try await base.read(body)
    }

    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try power.step()
        let value = try await base.transaction(body)
        try power.step()
        return value
    }
}
