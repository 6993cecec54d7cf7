import BlockFormat
import Foundation
import PawlModel
import Synchronization
import TestKit

/// A client that pushes random blocks for as long as it is left, and knows which of them were acknowledged.
///
/// What it sent is on disk in a file of its own, in the order of acknowledgement: what a pull must bring back.
final class AcknowledgedBlocks: Sendable {
    let asset: ResourceID
    let path: String
    private let state = Mutex(State())

    private struct State {
        var blocks: [BlockReference] = []
        var refusals: [Int] = []
    }

    init(asset: ResourceID, path: String) throws {
        self.asset = asset
        self.path = path
        try Data().write(to: URL(fileURLWithPath: path))
    }

    /// Every block whose request was answered with success, in that order.
    var blocks: [BlockReference] { state.withLock { $0.blocks } }
    /// Statuses that a healthy daemon does not answer with.
    var refusals: [Int] { state.withLock { $0.refusals } }

    /// Pushes one request after the other until the task is cancelled. A request that breaks is sent again as it is.
    func push(through door: BlockDoor, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var upload: ResourceID?
        while !Task.isCancelled {
            let batch = (0..<Int.random(in: 1...16, using: &random)).map { _ in
                BlockDoor.Block(random.bytes(Int.random(in: 1...96 * 1024, using: &random)))
            }
            while !Task.isCancelled {
                do {
                    let current = if let upload { upload } else { try await door.begin(asset: asset) }
                    upload = current
                    let status = try await door.put(batch, in: current)
                    if status == 200 {
                        state.withLock { $0.blocks += batch.map(\.reference) }
                        for block in batch { try file.write(contentsOf: Data(block.bytes)) }
                        break
                    }
                    if status != 503 { state.withLock { $0.refusals.append(status) } }
                } catch {
                    // The daemon is being killed and started: the relay resets at once, so do not spin.
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
        }
    }
}
