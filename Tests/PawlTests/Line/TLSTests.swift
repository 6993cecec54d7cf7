import Foundation
import PawlModel
import TestKit
import Testing

/// TLS by configuration: what it takes, what it refuses, and that the tools speak it.
@Suite(.needs(.openssl, .curl)) struct TLSTests {
    @Test(arguments: [("--http1.1", "on", "1.1"), ("--http2", "on", "2"), ("--http2", "off", "1.1")])
    func curl_speaksWhatIsAgreedOn(_ option: String, _ http2: String, _ version: String) async throws {
        let certificate = try await Certificate()
        try await withDaemon(environment: certificate.settings.merging(["PAWL_HTTP_HTTP2": http2]) { $1 }) { daemon in
            #expect(daemon.address.hasPrefix("https://127.0.0.1:"))
            let text = try await certificate.curl(
                [option, "-o", "/dev/null", "-w", "%{http_version} %{http_code}", daemon.address + "/healthz"])
            #expect(text == "\(version) 200")
        }
    }

    /// What a client is told to ask next begins with what it has reached.
    @Test(arguments: ["--http1.1", "--http2"]) func urls_beginWithHTTPS(_ option: String) async throws {
        let certificate = try await Certificate()
        try await withDaemon(environment: certificate.settings) { daemon in
            let key = try daemon.adminKey
            func curl(_ path: String, _ arguments: [String]) async throws -> String {
                try await certificate.curl(
                    [option, "-H", "Authorization: Bearer \(key)"] + arguments + [daemon.address + path])
            }
            let game = try await curl("/v1/games", ["--json", #"{"slug":"g","name":"G"}"#])
            #expect(game.contains("gam_"))
            let begun = try await curl(
                Routes.tus,
                [
                    "-D", "-", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Length: 1", "-H",
                    "Upload-Metadata: asset \("g/a".base64)", "-H", "Content-Type: \(MediaType.offsetOctets)",
                    "--data-binary", "a",
                ])
            let location = try #require(begun.firstMatch(of: /(?i)location: (\S+)/)).1
            #expect(location.hasPrefix("\(daemon.address)/v1/tus/upl_"), "\(begun)")
            let asset = try #require(try await curl("/v1/assets", []).firstMatch(of: /ast_[0-9a-z]+/)).0
            let metalink = try await curl("/v1/assets/\(asset)/metalink", [])
            #expect(metalink.contains("<url>\(daemon.address)/v1/versions/"), "\(metalink)")
        }
    }

    /// After a renewal; a file that cannot be used leaves the certificate that there is.
    @Test func certificate_isReadAnew_onSIGHUP() async throws {
        let (certificate, renewed) = (try await Certificate(), try await Certificate())
        try await withDaemon(environment: certificate.settings) { daemon in
            let url = daemon.address + "/healthz"
            _ = try await certificate.curl([url])
            for (source, target) in [(renewed.path, certificate.path), (renewed.key, certificate.key)] {
                try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: target))
            }
            daemon.send(SIGHUP)
            var answer: String?
            while answer == nil, daemon.isRunning { answer = try? await renewed.curl([url]) }
            #expect(answer?.contains("ok") == true)
            try Data("nonsense".utf8).write(to: URL(filePath: certificate.path))
            daemon.send(SIGHUP)
            while !daemon.log.contains("certificate not read anew"), daemon.isRunning { await Task.yield() }
            #expect(daemon.log.contains(certificate.path))
            _ = try await renewed.curl([url])
        }
    }

    @Test func oldTLS_isRefused() async throws {
        let certificate = try await Certificate()
        try await withDaemon(environment: certificate.settings) { daemon in
            for (option, isTaken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
                let process = try ToolProcess.start(
                    OutsideTool.openssl.path,
                    [
                        "s_client", "-connect", "127.0.0.1:\(daemon.port)", option, "-cipher", "ALL:@SECLEVEL=0",
                        "-CAfile", certificate.path, "-verify_return_error",
                    ])
                #expect((await process.status() == 0) == isTaken, "\(option): \(process.errors)")
            }
        }
    }

    /// A handshake is as bounded as a head.
    @Test func handshakeThatNeverComes_isEnded() async throws {
        let certificate = try await Certificate()
        let environment = certificate.settings.merging(["PAWL_HTTP_HEAD_TIMEOUT": "1"]) { $1 }
        try await withDaemon(environment: environment) { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send("\u{16}\u{3}")
                return try line.readToEnd()
            }
            #expect(text == "")
        }
    }

    /// HTTP/2 is agreed on, and then nothing is asked.
    @Test func idleHTTP2Connection_isClosed() async throws {
        let certificate = try await Certificate()
        let environment = certificate.settings.merging([
            "PAWL_HTTP_HEAD_TIMEOUT": "1", "PAWL_HTTP_IDLE_TIMEOUT": "1",
        ]) { $1 }
        try await withDaemon(environment: environment) { daemon in
            let client = try ToolProcess.start(
                OutsideTool.openssl.path,
                [
                    "s_client", "-connect", "127.0.0.1:\(daemon.port)", "-alpn", "h2", "-CAfile", certificate.path,
                    "-ign_eof",
                ])
            await client.end()
            #expect(client.output.contains("ALPN protocol: h2"), "\(client.output)")
        }
    }

    @Test func missingHalf_isNamed() async throws {
        let certificate = try await Certificate()
        let other = try await Certificate()
        let cases: [(String, String, String)] = [
            (certificate.path, "none", "http.tls.key"), ("none", certificate.key, "http.tls.certificate"),
            ("/nowhere.pem", certificate.key, "/nowhere.pem"), (certificate.path, "/nowhere.pem", "/nowhere.pem"),
            (certificate.key, certificate.key, "http.tls.certificate"),
            (certificate.path, certificate.path, "http.tls.key"), (certificate.path, other.key, "is not the key of"),
        ]
        for (path, key, words) in cases {
            let directory = try TemporaryDirectory()
            let process = try DaemonProcess.serve(
                storage: directory.path("storage"),
                environment: ["PAWL_HTTP_TLS_CERTIFICATE": path, "PAWL_HTTP_TLS_KEY": key])
            #expect(await process.status() == 1)
            #expect(process.errors.contains(words), "\(process.errors)")
        }
    }

    @Test func commands_speakTLS_withAPrivateAuthority() async throws {
        let certificate = try await Certificate()
        let other = try await Certificate()
        try await withDaemon(environment: certificate.settings) { daemon in
            let file = certificate.directory.path("blob")
            try Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }).write(to: URL(filePath: file))
            let copy = certificate.directory.path("copy")
            let server = ["--server", daemon.address, "--key", try daemon.adminKey]
            let push = try ToolProcess.pawl(["push", file, "g/blob", "--ca", certificate.path] + server)
            #expect(await push.status() == 0, "\(push.errors)")
            let pull = try ToolProcess.pawl(
                ["pull", "g/blob", copy] + server, environment: ["PAWL_CA": certificate.path])
            #expect(await pull.status() == 0, "\(pull.errors)")
            #expect(FileManager.default.contentsEqual(atPath: file, andPath: copy))
            for authority in [[], ["--ca", other.path]] {
                let refused = try ToolProcess.pawl(["ls"] + authority + server)
                #expect(await refused.status() == 1)
                #expect(refused.errors.contains("not trusted"), "\(refused.errors)")
            }
        }
    }
}
