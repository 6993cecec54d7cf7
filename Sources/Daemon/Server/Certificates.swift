import NIOSSL
import Synchronization

/// The certificate that new connections are shown. It can be read anew while others go on.
final class Certificates: Sendable {
    private let files: CertificateFiles
    /// What is offered by ALPN, the best first.
    private let protocols: [String]
    private let newest: Mutex<NIOSSLContext>

    /// Throws `DaemonError` that names the file which cannot be used.
    init(_ files: CertificateFiles, protocols: [String]) throws {
        self.files = files
        self.protocols = protocols
        newest = Mutex(try files.context(protocols: protocols))
    }

    var current: NIOSSLContext { newest.withLock { $0 } }

    /// Reads the files again; blocks on them. Where they cannot be used, it throws, and the certificate stays.
    func reload() throws {
        let context = try files.context(protocols: protocols)
        newest.withLock { $0 = context }
    }
}
