import Foundation
import PawlModel
import TestKit
import Testing

/// schemathesis against the running binary: every check and every phase, with what Tests/Fuzz says.
///
/// `make test` tries a little, always the same; `make fuzz MINUTES=… SEED=…` goes on for as long as it is told.
struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seed = environment["PAWL_FUZZ_SEED"] ?? "1"
    private static let minutes = environment["PAWL_FUZZ_MINUTES"].flatMap { Int($0) }

    /// Few examples of each operation, or as many as fit into the time.
    private static var bounds: [String] {
        minutes.map { ["--max-time", "\($0 * 60)", "--max-examples", "50"] } ?? ["--max-examples", "2"]
    }

    /// The API of today, and V0 by its own document.
    @Test(.needs(.schemathesis), .serialized, arguments: [Routes.openAPI, V0.openAPI])
    func nothingThatSchemathesisSends_isAnsweredOtherwiseThanDocumented(_ document: String) async throws {
        let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : nil
        let directory = try TemporaryDirectory(in: memory)
        // It sends as fast as it can, and many requests without a key. Python's client takes an interim answer for the
        // final one.
        let settings = [
            "PAWL_LIMITS_KEYS": "0", "PAWL_LIMITS_PLAYERS": "0", "PAWL_LIMITS_ADDRESSES": "0",
            "PAWL_HTTP_INTERIM_RESPONSES": "off", "PAWL_V0_GAME": "mygame", "PAWL_V0_CURRENCY": "code",
        ]
        try await HTTPWorld.with(storage: directory.path("storage"), environment: settings) { world in
            // Rows to refer to: without them most of what is made would be refused at once.
            _ = try await AccessWorld(world)
            let key = try await world.key([.admin])
            let fuzz = try ToolProcess.start(
                OutsideTool.schemathesis.path,
                [
                    "--no-color", "--config-file", PackageDirectory.path("Tests/Fuzz/schemathesis.toml"),
                    "run", world.daemon.address + document, "--seed", Self.seed,
                    "--generation-database", "none",
                ] + Self.bounds,
                environment: [
                    "PAWL_KEY": key.secret, "PAWL_KEY_ID": "\(key.id)",
                    "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": PackageDirectory.path("Tests/Fuzz"),
                    "PYTHONDONTWRITEBYTECODE": "1",
                ], directory: directory.path)
            let status = await fuzz.status()
            print(Self.summary(of: fuzz.output))
            #expect(status == 0, "seed \(Self.seed)\n\(fuzz.output)\n\(fuzz.errors)")
            #expect(world.daemon.isRunning, "\(world.daemon.log)")
        }
    }

    /// The end of what it prints, the seed in it.
    private static func summary(of output: String) -> String {
        output.range(of: "= SUMMARY =").map { "schemathesis" + output[$0.upperBound...] } ?? output
    }
}
