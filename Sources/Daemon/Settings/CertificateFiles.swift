import Foundation
import NIOSSL

/// The PEM files that the daemon shows who it is with.
package struct CertificateFiles: Sendable {
    package var certificate: String
    package var key: String

    /// Nil when neither is named.
    ///
    /// - Throws: `DaemonError` when only one is.
    init?(certificate: String, key: String) throws {
        switch (certificate, key) {
        case ("none", "none"): return nil
        case ("none", _):
            throw DaemonError("\(Setting.privateKey.key) is set and \(Setting.certificate.key) is not: TLS needs both.")
        case (_, "none"):
            throw DaemonError("\(Setting.certificate.key) is set and \(Setting.privateKey.key) is not: TLS needs both.")
        default:
            self.certificate = certificate
            self.key = key
        }
    }

    /// Reads both files into what TLS connections are made with: TLS 1.2 and later.
    ///
    /// - Parameter protocols: What is offered by ALPN, the best first.
    /// - Throws: `DaemonError` that names the file which cannot be used.
    func context(protocols: [String]) throws -> NIOSSLContext {
        let chain = try read(certificate, .certificate) { try NIOSSLCertificate.fromPEMFile($0) }
        let privateKey = try read(key, .privateKey) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        guard !chain.isEmpty else {
            throw DaemonError("\(Setting.certificate.key): '\(certificate)' has no certificate in PEM form.")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = protocols
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw DaemonError("The key in '\(key)' is not the key of the certificate in '\(certificate)'.")
        }
    }

    private func read<Value>(_ path: String, _ setting: Setting, _ body: (String) throws -> Value) throws -> Value {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw DaemonError("\(setting.key): '\(path)' cannot be read.")
        }
        do {
            return try body(path)
        } catch {
            throw DaemonError("\(setting.key): '\(path)' is not what was expected: \(setting.help).")
        }
    }
}
