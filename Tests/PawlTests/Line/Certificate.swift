import Foundation
import TestKit

/// A certificate for 127.0.0.1 that signed itself, and its key, made with openssl for one test.
struct Certificate {
    let directory: TemporaryDirectory
    var path: String { directory.path("certificate.pem") }
    var key: String { directory.path("key.pem") }

    init() async throws {
        directory = try TemporaryDirectory()
        let process = try ToolProcess.start(
            OutsideTool.openssl.path,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-out", path,
                "-keyout", key,
            ])
        guard await process.status() == 0 else { throw ProcessError("openssl: \(process.errors)") }
    }

    /// What the daemon is told.
    var settings: [String: String] { ["PAWL_HTTP_TLS_CERTIFICATE": path, "PAWL_HTTP_TLS_KEY": key] }

    /// Runs curl, which trusts it, and returns what it prints.
    func curl(_ arguments: [String]) async throws -> String {
        let process = try ToolProcess.start(
            OutsideTool.curl.path, ["-sS", "--cacert", path, "--max-time", "60"] + arguments)
        guard await process.status() == 0 else { throw ProcessError("curl: \(process.errors)") }
        return process.output
    }
}
