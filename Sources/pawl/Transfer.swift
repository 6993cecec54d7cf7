import ArgumentParser
import Foundation
import PawlClient
import PawlModel

/// What push and pull have in common: patience, progress, interruption.
struct TransferOptions: ParsableArguments {
    @Option(help: "How long to go on without any progress before giving up, such as 60s or 10m.")
    var retryFor = Span(seconds: 60)

    /// Runs a transfer with its bar; what breaks it off says what is kept.
    func transfer<Result: Sendable>(
        _ server: ServerOptions,
        _ body: (PawlClient, @escaping @Sendable (TransferProgress) -> Void) async throws -> Result
    ) async throws -> Result {
        let bar = ProgressBar(json: server.json)
        let interruption = Interruption(bar)
        defer {
            bar.finish()
            withExtendedLifetime(interruption) {}
        }
        do {
            return try await server.withClient(retryFor: retryFor.duration) { client in
                try await body(client) { bar.show($0) }
            }
        } catch {
            throw TransferBroken(cause: error)
        }
    }
}

/// The last line of a transfer for programs; scripts rely on these names.
func summary(
    asset: String, version: Version, bytesTotal: Int64, bytesSent: Int64, blocksTotal: Int64, blocksSent: Int64,
    duration: Duration, more: JSONObject
) -> JSONObject {
    let object: JSONObject = [
        "event": "done", "asset": .string(asset), "version": .int(version.number),
        "version_id": .string(version.id.description), "root": .string(version.root.hex),
        "bytes_total": .int(bytesTotal), "bytes_sent": .int(bytesSent), "blocks_total": .int(blocksTotal),
        "blocks_sent": .int(blocksSent), "seconds": .double((duration.inSeconds * 1000).rounded() / 1000),
    ]
    return object.merging(more) { $1 }
}
