import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// What cannot be done is said in a sentence that a person understands, with an exit status for scripts.
    @Suite(.timeLimit(.minutes(5))) struct RefusalTests {
        /// Runs a command that is expected to be refused, and checks how.
        private func expectRefusal(
            _ tool: ToolProcess, status: Int32, code: String, _ words: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let ended = await tool.status()
            #expect(ended == status, "\(tool.errors)", sourceLocation: sourceLocation)
            for word in words {
                #expect(tool.errors.contains(word), "\(tool.errors)", sourceLocation: sourceLocation)
            }
            #expect(try FailureLine(lastLineOf: tool.output).error.code == code, sourceLocation: sourceLocation)
            // What happened, and what to do.
            let lineCount = tool.errors.split(separator: "\n").count
            #expect((1...2).contains(lineCount), "\(tool.errors)", sourceLocation: sourceLocation)
            for word in ["Error Domain", "NIO", "HTTPClient", "Optional(", "Swift."] {
                #expect(!tool.errors.contains(word), "\(tool.errors)", sourceLocation: sourceLocation)
            }
        }

        @Test func filesThatCannotBePushed_areNamed() async throws {
            try await Site.with { site in
                let missing = site.path("missing")
                try await expectRefusal(
                    site.startPush(missing, to: "game/file"), status: 1, code: "unreadable_file",
                    "'\(missing)' cannot be read (No such file or directory).")
                try await expectRefusal(
                    site.startPush("/dev/null", to: "game/file"), status: 1, code: "not_a_file",
                    "is neither a file nor a folder")
                try await expectRefusal(
                    site.startPush("/proc/self/status", to: "game/file"), status: 1, code: "not_a_file",
                    "says that it is empty, and is not")
                // A regular file that even root cannot read from its start.
                try await expectRefusal(
                    site.startPush("/proc/self/mem", to: "game/file"), status: 1, code: "unreadable_file",
                    "'/proc/self/mem' cannot be read (Input/output error).")
                if geteuid() != 0 {
                    let secret = site.path("secret")
                    try Data("x".utf8).write(to: URL(fileURLWithPath: secret))
                    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: secret)
                    try await expectRefusal(
                        site.startPush(secret, to: "game/file"), status: 1, code: "unreadable_file",
                        "'\(secret)' cannot be read (Permission denied).")
                }
                #expect(try await site.versions(of: "game/file").isEmpty)
            }
        }

        @Test(arguments: [
            "game", "game/", "/file", "game/a//b", "game/../b", "game/./b", "game/a\u{7}b", "game/a:b", "Game!/file",
            "",
            "game/" + String(repeating: "a", count: 600),
        ]) func namesThatCannotBe_areRefused(name: String) async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 1000, seed: testSeed)
                try await expectRefusal(site.startPush(site.path("source"), to: name), status: 1, code: "bad_name")
                #expect(try await site.withClient { try await $0.all(Game.self) }.isEmpty)
            }
        }

        @Test func argumentsThatAreNotUTF8_areRefused() async throws {
            let tool = try ToolProcess.start(
                "/bin/sh", ["-c", "exec \(BuiltBinary.path) push \"$(printf 'a\\377b')\" game/file --json"])
            try await expectRefusal(tool, status: 2, code: "usage", "The arguments are not UTF-8.")
        }

        @Test func keysThatMayNot_areToldApart() async throws {
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 1000, seed: testSeed)
                try await site.push(source, to: "game/file")
                let writer = try await site.makeKey([.assetsRead, .assetsWrite])
                let reader = try await site.makeKey([.assetsRead])
                let foreign = try await site.makeKey([.assetsRead, .assetsWrite], game: "other")
                func push(_ asset: String, key: String) throws -> ToolProcess {
                    try site.pawl(["push", source, asset, "--json"], key: key)
                }
                func pull(_ asset: String, key: String) throws -> ToolProcess {
                    try site.pawl(["pull", asset, site.path("target"), "--json"], key: key)
                }
                try await expectRefusal(
                    push("new/file", key: writer), status: 1, code: "game_not_made",
                    "There is no game 'new' that this key sees, and it may not make one.")
                try await expectRefusal(
                    push("game/new", key: reader), status: 1, code: "forbidden", "Use a key that may")
                try await expectRefusal(
                    push("game/file", key: foreign), status: 1, code: "game_not_made", "There is no game 'game'")
                try await expectRefusal(
                    pull("game/file", key: foreign), status: 1, code: "unknown_game", "There is no game 'game'")
                for wrong in ["pawl_wrong", "nonsense"] {
                    try await expectRefusal(
                        push("game/file", key: wrong), status: 1, code: "unauthenticated", "Give a valid key")
                }
                let keyless = try ToolProcess.pawl(
                    ["push", source, "game/file", "--server", site.address, "--json"], directory: site.directory.path)
                // The directory's own `storage/admin.key` is where a person's would be.
                #expect(await keyless.status() == 0, "\(keyless.errors)")
                let elsewhere = try ToolProcess.pawl(["push", source, "game/file", "--server", site.address, "--json"])
                try await expectRefusal(elsewhere, status: 1, code: "unauthenticated", "--key")
                #expect(try await site.versions(of: "game/file").count == 1)
                #expect(!FileManager.default.fileExists(atPath: site.path("target")))
            }
        }

        @Test func whatIsNotThere_isNamed() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 1000, seed: testSeed)
                try await site.push(site.path("source"), to: "game/file")
                let target = site.path("target")
                try await expectRefusal(
                    site.startPull("none/file", to: target), status: 1, code: "unknown_game", "'none'")
                try await expectRefusal(
                    site.startPull("game/none", to: target), status: 1, code: "unknown_asset", "'none'")
                try await expectRefusal(
                    site.startPull("game/file@7", to: target), status: 1, code: "unknown_version", "7")
                try await expectRefusal(
                    site.startPull("game/file:beta", to: target), status: 1, code: "unknown_channel", "'beta'")
                try await expectRefusal(
                    site.startPull("game/file", to: site.path("no/where")), status: 1, code: "unwritable_file",
                    "cannot be written (No such file or directory).", "Make the directory first.")
                let names = try FileManager.default.contentsOfDirectory(atPath: site.directory.path)
                #expect(names.sorted() == ["source", "storage"])
            }
        }

        /// The reserve is larger than any disk: the daemon refuses new bytes as on a full one.
        @Test func fullDisk_isTriedAgainLater() async throws {
            try await Site.with(environment: ["PAWL_STORAGE_RESERVE": String(1 << 50)]) { site in
                try RandomFile.write(site.path("source"), size: mebibyte, seed: testSeed)
                try await expectRefusal(
                    site.startPush(site.path("source"), to: "game/file"), status: 75, code: "insufficient_storage",
                    "storage.reserve", "Make room on the server's disk", "What has arrived is kept")
                #expect(try await site.versions(of: "game/file").isEmpty)
                try await site.expectSound()
            }
        }

        @Test func absentDaemon_isTriedAgainLater() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: mebibyte, seed: testSeed)
                await site.killDaemon()
                let push = try site.pawl(
                    ["push", site.path("source"), "game/file", "--json", "--retry-for", "1s"])
                try await expectRefusal(push, status: 75, code: "unreachable", "\(site.address) cannot be reached")
            }
        }

        @Test(arguments: [SIGINT, SIGTERM]) func interruptedPush_saysWhatIsKept(signal: Int32) async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 32 * mebibyte, seed: testSeed)
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toServer, after: 8 * mebibyte)
                    let push = try site.startPush(site.path("source"), to: "game/file", through: relay.address)
                    #expect(await relay.reached(8 * mebibyte, .toServer, while: push))
                    push.send(signal)
                    try await expectRefusal(push, status: 75, code: "interrupted", "Interrupted.", "goes on from there")
                    relay.release(.toServer)
                    let rest = try await site.push(site.path("source"), to: "game/file", through: relay.address)
                    #expect(rest.bytesSent < 32 * mebibyte)
                }
            }
        }
    }
}
