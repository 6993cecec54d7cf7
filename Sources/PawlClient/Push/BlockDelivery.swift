internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// Brings blocks to the server: asks which it misses, sends those, and goes on after each trouble.
///
/// 1. After a broken request nothing is sent again before `have` was asked again: the server keeps every whole record
///    that reached it, and while it is away only the small question is repeated.
/// 2. A request has at most `requestSizeMax` bytes and a place in `slots`, so that never more than
///    `Limits.unacknowledgedMax` bytes are unacknowledged, over all connections.
struct BlockDelivery: Sendable {
    /// With four connections, a quarter of `Limits.unacknowledgedMax` for each.
    static let requestSizeMax = 1024 * 1024

    let client: PawlClient
    let session: UploadSession
    let slots: Slots
    let meter: ProgressMeter

    init(client: PawlClient, session: UploadSession, meter: ProgressMeter) {
        self.client = client
        self.session = session
        self.meter = meter
        let places = Limits.unacknowledgedMax / Self.requestSizeMax
        slots = Slots(min(client.configuration.connectionsMax, places))
    }

    /// Returns when the server has every block of `parcel`, each pinned to the upload or durable in it.
    ///
    /// With `isRepeat` the blocks were believed to be there before, and are not counted as done a second time.
    func deliver(_ parcel: Parcel, isRepeat: Bool = false) async throws {
        var rest = parcel.blocks
        var outage = Outage(client.patience)
        while true {
            let missing = try await session.missing(rest.map(\.block.id))
            let wanted = zip(rest, missing).filter(\.1).map(\.0)
            if !isRepeat {
                meter.kept(bytes: rest.length - wanted.length)
            }
            if wanted.isEmpty { return }
            let outcome = try await send(parcel.only(wanted), isRepeat: isRepeat)
            rest = outcome.failed
            if rest.isEmpty { return }
            if rest.count < wanted.count { outage.end() }
            // Without trouble to wait for, the upload is a new one, which has to be asked again.
            if let trouble = outcome.trouble { try await outage.pause(after: trouble) }
        }
    }

    /// Sends the blocks in requests side by side; those of a request that failed for a passing reason come back.
    private func send(_ parcel: Parcel, isRepeat: Bool) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for part in parcel.split(recordLengthMax: Self.requestSizeMax) {
                group.addTask {
                    try await slots.withSlot { try await put(part, isRepeat: isRepeat) }
                }
            }
            var all = Outcome()
            for try await outcome in group {
                all.failed += outcome.failed
                all.trouble = outcome.trouble ?? all.trouble
            }
            return all
        }
    }

    private func put(_ part: Parcel, isRepeat: Bool) async throws -> Outcome {
        let upload = try await session.id()
        let records = try await client.threads.runIfActive { part.records() }
        do {
            try await client.putBlocks(records, in: upload)
        } catch let problem as ServerProblem where problem.saysUploadIsGone {
            try await session.renew(after: upload, because: problem)
            return Outcome(failed: part.blocks)
        } catch let problem as ServerProblem where problem.mayPassSoon {
            return Outcome(failed: part.blocks, trouble: problem)
        } catch let error as ClientError where error.isConnectionTrouble {
            return Outcome(failed: part.blocks, trouble: error)
        }
        client.patience.progressed()
        meter.sent(bytes: part.blocks.length, blocks: part.blocks.count, isRepeat: isRepeat)
        return Outcome()
    }

    /// What became of some requests.
    private struct Outcome: Sendable {
        /// Blocks that may or may not have arrived.
        var failed: [Parcel.Piece] = []
        /// Why, when it is worth waiting before the next try.
        var trouble: (any Error)?
    }
}

extension [Parcel.Piece] {
    /// Bytes of the blocks together.
    var length: Int { reduce(0) { $0 + $1.block.length } }
}
