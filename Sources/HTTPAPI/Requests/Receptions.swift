import PawlModel
import Synchronization
import Transfers

/// Bounds how many bodies of blocks are received at once: what is over the daemon's bound waits unread, which holds its
/// sender back, and what is over an upload's bound is refused, so that one client cannot take every place.
final class Receptions: Sendable {
    private let places = Places(Limits.blockRequestsMax)
    /// How many bodies of each upload are received or wait.
    private let running = Mutex<[ResourceID: Int]>([:])

    func run<Value>(for upload: ResourceID, _ body: () async throws -> Value) async throws -> Value {
        try admit(upload)
        defer { dismiss(upload) }
        let place = await places.enter()
        defer { withExtendedLifetime(place) {} }
        return try await body()
    }

    private func admit(_ upload: ResourceID) throws(Problem) {
        let count = running.withLock { running in
            running[upload, default: 0] += 1
            return running[upload, default: 0]
        }
        guard count <= Limits.blockRequestsPerUploadMax else {
            dismiss(upload)
            throw Problem(
                .tooManyRequests,
                "An upload takes \(Limits.blockRequestsPerUploadMax) requests at once: wait for one of them to end.")
        }
    }

    private func dismiss(_ upload: ResourceID) {
        running.withLock { running in
            let count = running[upload, default: 1] - 1
            running[upload] = count == 0 ? nil : count
        }
    }
}
