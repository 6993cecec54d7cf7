import Foundation
import PawlModel
import TestKit
import Testing

/// What whoever runs the daemon looks at: health, metrics, logs, and what lies on disk.
struct OperationsTests {
    @Test func health_needsNoKey_metricsDo() async throws {
        try await HTTPWorld.with { world in
            #expect(try await world.send("GET", "/healthz", key: "").json == ["status": "ok"])
            #expect(try await world.send("GET", "/readyz", key: "").json == ["status": "ready", "detail": .null])
            #expect(try await world.send("GET", "/metrics", key: "").status == 401)
            try await world.push([WireBlock(Array("counted".utf8))])
            for method in ["TRACE", "PROPFIND", "LINK"] { _ = try await world.send(method, "/v1/games") }
            _ = try await world.send("GET", "/v1/nothing/at/all")
            let metrics = try await world.send("GET", "/metrics")
            #expect(
                metrics.status == 200 && metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true
            )
            #expect(metrics.text.contains("pawl_blocks_stored_total 1\n"))
            #expect(metrics.text.contains(#"pawl_http_requests_total{method="GET",route="/healthz",status="200"} 1"#))
            // What a stranger invents makes no series of its own.
            for word in ["TRACE", "PROPFIND", "LINK", "nothing"] { #expect(!metrics.text.contains(word), "\(word)") }
            let sample = /^[a-z_:]+(\{([a-z_]+="[^"]*",?)*\})? [0-9.e+-]+$/
            for line in metrics.text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: sample) != nil, "\(line)")
            }
        }
    }

    /// Secrets are told once and kept as digests: no log at any level, and no file but the admin's own, has one.
    @Test func secrets_areInNoLogAndInNoFile() async throws {
        try await HTTPWorld.with(environment: ["PAWL_LOG_LEVEL": "trace"]) { world in
            let wrong = "pawl_" + String(repeating: "5", count: 64)
            let made = try await world.key([.assetsWrite]).secret
            for secret in [world.admin, made, wrong] {
                _ = try await world.send("GET", "/v1/games", key: secret)
                _ = try await world.send(
                    "GET", "/v1/games?key=\(secret)", headers: ["Authorization": "Basic \(secret)"])
                _ = try await world.send("GET", "/v1/\(secret)", key: secret)
                _ = try await world.send("POST", "/v1/games", key: secret, headers: ["Content-Type": "x/y"], json: [:])
            }
            try await world.push([WireBlock(Array("content".utf8))])
            #expect(world.daemon.log.contains("request answered"))
            for secret in [world.admin, made, wrong] {
                #expect(!world.daemon.log.contains(secret.dropFirst(5)), "a secret is in the log")
                for name in try FileManager.default.subpathsOfDirectory(atPath: world.daemon.storage)
                where name != "admin.key" {
                    guard let data = FileManager.default.contents(atPath: world.daemon.storage + "/" + name) else {
                        continue
                    }
                    #expect(data.range(of: Data(secret.dropFirst(5).utf8)) == nil, "a secret is in \(name)")
                }
            }
            let permissions = try FileManager.default.attributesOfItem(atPath: world.daemon.storage + "/admin.key")
            #expect(permissions[.posixPermissions] as? Int == 0o600)
        }
    }
}
