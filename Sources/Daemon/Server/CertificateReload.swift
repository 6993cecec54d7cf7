import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Reads the certificate anew on SIGHUP, as after a renewal. What goes wrong then ends nothing.
struct CertificateReload: Service {
    let certificates: Certificates
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                try await NIOThreadPool.singleton.runIfActive { try certificates.reload() }
                logger.notice("certificate read anew")
            } catch {
                logger.error("certificate not read anew, the one before is kept", metadata: ["error": "\(error)"])
            }
        }
    }
}
