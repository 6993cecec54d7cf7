import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Scrub, rebuild, backup and restore by the commands that a person types.
    @Suite(.timeLimit(.minutes(5))) struct UpkeepTests {
        @Test func scrub_findsDamage_namesTheVersion_andIsCleanAfterAPush() async throws {
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 4 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                #expect(try await site.status(["scrub", "--json", "--storage", site.storage]).status == 0)
                let segment = site.storage + "/segments/000/0000000001.segment"
                let file = try #require(FileHandle(forUpdatingAtPath: segment))
                try file.seek(toOffset: UInt64(2 * mebibyte))
                try file.write(contentsOf: Data(count: 3))
                try file.close()

                let found = try await site.status(["scrub", "--storage", site.storage])
                #expect(found.status == 1 && found.output.contains("game/file@1"), "\(found.output)")
                let doctor = try await site.status(["doctor", "--storage", site.storage])
                #expect(doctor.status == 1 && doctor.output.contains("lacks 1 of its"), "\(doctor.output)")
                try await site.push(source, to: "game/file")
                let clean = try await site.status(["scrub", "--storage", site.storage])
                #expect(clean.status == 0, "\(clean.output)")
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(source, site.path("target")))
            }
        }

        /// Where a server is named by the environment it is that one that is asked, wherever its storage is.
        @Test(arguments: ["doctor", "scrub", "gc"]) func namedServer_isAsked(command: String) async throws {
            try await Site.with { site in
                let tool = try ToolProcess.pawl(
                    [command], environment: ["PAWL_SERVER": site.address, "PAWL_KEY": site.key],
                    directory: site.directory.path)
                #expect(await tool.status() == 0, "\(tool.errors)")
            }
        }

        /// The daemon does it by itself, without being asked.
        @Test func daemon_scrubsByItself() async throws {
            try await Site.with(environment: ["PAWL_SCRUB_RATE": "1000000000", "PAWL_SCRUB_INTERVAL": "1"]) { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 2 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                let file = try #require(
                    FileHandle(forUpdatingAtPath: site.storage + "/segments/000/0000000001.segment"))
                try file.seek(toOffset: UInt64(mebibyte))
                try file.write(contentsOf: Data(count: 3))
                try file.close()
                while !site.daemon.log.contains("game/file@1"), site.daemon.isRunning {
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(site.daemon.isRunning)
            }
        }

        @Test func rebuild_bringsEverythingBack_withTheSameIDsAndBytes() async throws {
            try await Site.with { site in
                for number in 1...3 {
                    try RandomFile.write(site.path("v\(number)"), size: 3 * mebibyte, seed: testSeed + UInt64(number))
                    try await site.push(site.path("v\(number)"), to: "game/file")
                }
                try await site.push(site.path("v1"), to: "game/other")
                _ = try await site.status(["promote", "game/file@2", "live"])
                let before = try await site.listing()
                // Nothing was told about the stop.
                await site.killDaemon()
                let refused = try await site.status(["doctor", "--rebuild", "--storage", site.path("nowhere")])
                #expect(refused.status == 1)
                let rebuilt = try await site.status(["doctor", "--rebuild", "--storage", site.storage])
                #expect(rebuilt.status == 0, "\(rebuilt.output) \(rebuilt.errors)")
                #expect(rebuilt.output.contains("4 versions") && rebuilt.output.contains("before-rebuild"))
                try await site.start()
                #expect(try await site.listing() == before)
                for number in 1...3 {
                    try await site.pull("game/file@\(number)", to: site.path("target\(number)"))
                    #expect(RandomFile.areEqual(site.path("v\(number)"), site.path("target\(number)")))
                }
                try await site.pull("game/file:live", to: site.path("live"))
                #expect(RandomFile.areEqual(site.path("v2"), site.path("live")))
                try await site.expectSound()
                let again = try await site.push(site.path("v1"), to: "game/file")
                #expect(again.version == 4 && again.blocksSent == 0)
            }
        }

        /// An empty database beside segments would give their bytes away.
        @Test func lostDatabase_isNotTakenForANewStorage_andNothingIsCollectedWhereTheRebuildLacksSomething()
            async throws
        {
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 3 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                await site.killDaemon()
                for name in ["pawl.sqlite", "pawl.sqlite-wal", "pawl.sqlite-shm"] {
                    try? FileManager.default.removeItem(atPath: site.storage + "/" + name)
                }
                for command in [["serve", "--port", "0"], ["doctor"], ["gc"], ["backup", site.path("backup")]] {
                    let refused = try await site.status(command + ["--storage", site.storage])
                    #expect(refused.status == 1, "\(command) \(refused.output)")
                    #expect(refused.errors.contains("pawl.sqlite, is gone"), "\(command) \(refused.errors)")
                    #expect(refused.errors.contains("doctor --rebuild") && refused.errors.contains("pawl restore"))
                }
                #expect(!FileManager.default.fileExists(atPath: site.storage + "/pawl.sqlite"))
                try damage(site.storage + "/segments/000/0000000001.segment")

                let rebuilt = try await site.status(["doctor", "--rebuild", "--storage", site.storage])
                #expect(rebuilt.status == 1 && rebuilt.output.contains("1 version"), "\(rebuilt.output)")
                let findings = site.storage + "/rebuild-findings.txt"
                let text = try String(contentsOfFile: findings, encoding: .utf8)
                #expect(text.contains("lacks 1 of its blocks"))
                let paused = try await site.status(["gc", "--storage", site.storage])
                #expect(paused.output.contains("Nothing is taken away") && paused.output.contains(findings))
                try await site.start()
                try await site.push(source, to: "game/file")
                try await site.pull("game/file@1", to: site.path("target"))
                #expect(RandomFile.areEqual(source, site.path("target")))
                try FileManager.default.removeItem(atPath: findings)
                let collected = try await site.status(["gc", "--storage", site.storage])
                #expect(!collected.output.contains("Nothing is taken away"), "\(collected.output)")
            }
        }

        @Test func backupUnderLoad_isRestoredElsewhere_andEveryVersionOfItCanBePulled() async throws {
            try await Site.with { site in
                let backup = site.path("backup")
                try RandomFile.write(site.path("v0"), size: 8 * mebibyte, seed: testSeed)
                try await site.push(site.path("v0"), to: "game/file")
                let first = try await site.status(["backup", backup, "--json", "--storage", site.storage])
                #expect(first.status == 0, "\(first.output) \(first.errors)")
                // Somebody else's files stay, and nobody else reads the rows.
                for name in ["pawl-1.0.tar.gz", "film.partial"] {
                    try Data("mine".utf8).write(to: URL(fileURLWithPath: backup + "/" + name))
                }
                let rows = try #require(
                    FileManager.default.contentsOfDirectory(atPath: backup).first { $0.hasSuffix(".sqlite") })
                let attributes = try FileManager.default.attributesOfItem(atPath: backup + "/" + rows)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let load = Task {
                    for number in 1...4 {
                        let path = site.path("v\(number)")
                        try RandomFile.write(path, size: 4 * mebibyte, seed: testSeed + UInt64(number))
                        try await site.push(path, to: "game/file")
                    }
                }
                var second = try await site.status(["backup", backup, "--json", "--storage", site.storage])
                #expect(second.status == 0, "\(second.output) \(second.errors)")
                try await load.value
                second = try await site.status(["backup", backup, "--storage", site.storage])
                #expect(second.status == 0, "\(second.output) \(second.errors)")
                let before = try await site.listing()
                #expect(FileManager.default.fileExists(atPath: backup + "/pawl-1.0.tar.gz"))
                #expect(FileManager.default.fileExists(atPath: backup + "/film.partial"))

                let elsewhere = site.path("elsewhere")
                let restored = try await site.status(["restore", backup, "--storage", elsewhere])
                #expect(restored.status == 0, "\(restored.output) \(restored.errors)")
                let occupied = try await site.status(["restore", backup, "--storage", elsewhere])
                #expect(occupied.status == 1 && occupied.errors.contains("not empty"))
                try await withDaemon(storage: elsewhere) { daemon in
                    let after = try await Site.listing(daemon.address, site.key)
                    #expect(after == before && after.count == 5)
                    for number in 0...4 {
                        let pull = try site.pawl(
                            ["pull", "game/file@\(number + 1)", site.path("restored\(number)")], through: daemon.address
                        )
                        #expect(await pull.status() == 0, "\(pull.errors)")
                        #expect(RandomFile.areEqual(site.path("v\(number)"), site.path("restored\(number)")))
                    }
                }
                // What was restored can be rebuilt, too.
                let rebuilt = try await site.status(["doctor", "--rebuild", "--storage", elsewhere])
                #expect(rebuilt.status == 0 && rebuilt.output.contains("5 versions"), "\(rebuilt.output)")
            }
        }

        /// And what the backup lost itself is told; the rest is restored.
        @Test func unfinishedRestore_isNotServed_andTheSameCommandEndsIt() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("v1"), size: 2 * mebibyte, seed: testSeed)
                try await site.push(site.path("v1"), to: "game/file")
                let (backup, elsewhere) = (site.path("backup"), site.path("elsewhere"))
                #expect(try await site.status(["backup", backup, "--storage", site.storage]).status == 0)
                #expect(try await site.status(["restore", backup, "--storage", elsewhere]).status == 0)
                // As a stop before the end would have left it.
                try FileManager.default.removeItem(atPath: elsewhere + "/pawl.sqlite")
                #expect(FileManager.default.createFile(atPath: elsewhere + "/restore-unfinished", contents: nil))
                let refused = try await site.status(["serve", "--port", "0", "--storage", elsewhere])
                #expect(refused.status == 1 && refused.errors.contains("did not end"), "\(refused.errors)")
                #expect(try await site.status(["restore", backup, "--storage", elsewhere]).status == 0)
                try await withDaemon(storage: elsewhere) { daemon in
                    let pull = try site.pawl(["pull", "game/file", site.path("copy")], through: daemon.address)
                    #expect(await pull.status() == 0, "\(pull.errors)")
                    #expect(RandomFile.areEqual(site.path("v1"), site.path("copy")))
                }
                let file = try #require(
                    FileHandle(forUpdatingAtPath: backup + "/segments/000/0000000001.segment"))
                try file.seek(toOffset: UInt64(mebibyte))
                try file.write(contentsOf: Data(count: 3))
                try file.close()
                let damaged = try await site.status(["restore", backup, "--storage", site.path("third")])
                #expect(damaged.status == 1 && damaged.output.contains("segment 1 is damaged"), "\(damaged.output)")
            }
        }

        @Test func backup_replacesOnlyAnEarlierOneOfTheSameStorage() async throws {
            try await Site.with { site in
                let backup = site.path("backup")
                for place in [site.storage, site.storage + "/inside/deep"] {
                    let inside = try await site.status(["backup", place, "--storage", site.storage])
                    #expect(inside.status == 1 && inside.errors.contains("in the storage itself"), "\(inside.errors)")
                }
                #expect(!FileManager.default.fileExists(atPath: site.storage + "/inside"))
                try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
                try Data("mine".utf8).write(to: URL(fileURLWithPath: backup + "/notes.txt"))
                let occupied = try await site.status(["backup", backup, "--storage", site.storage])
                #expect(occupied.status == 1 && occupied.errors.contains("is not empty"), "\(occupied.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: backup) == ["notes.txt"])
                try FileManager.default.removeItem(atPath: backup + "/notes.txt")
                #expect(try await site.status(["backup", backup, "--storage", site.storage]).status == 0)

                let manifest = try Data(contentsOf: URL(fileURLWithPath: backup + "/backup.json"))
                let other = site.path("other")
                try await withDaemon(storage: other) { _ in }
                let foreign = try await site.status(["backup", backup, "--storage", other])
                #expect(foreign.status == 1 && foreign.errors.contains("of another storage"), "\(foreign.errors)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: backup + "/backup.json")) == manifest)
                // What is restored is the same storage.
                let third = site.path("third")
                #expect(try await site.status(["restore", backup, "--storage", third]).status == 0)
                #expect(try await site.status(["backup", backup, "--storage", third]).status == 0)
            }
        }

        /// Damage is told as long as somebody needs what is damaged, and what rots in the backup is found and mended.
        @Test func damage_isToldByEachBackup_andMendedWhereItIsTheBackups() async throws {
            try await Site.with { site in
                let (backup, source) = (site.path("backup"), site.path("source"))
                try RandomFile.write(source, size: 3 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                let run = ["backup", backup, "--storage", site.storage]
                #expect(try await site.status(run).status == 0)
                try damage(backup + "/segments/000/0000000001.segment")
                let read = try await site.status(["restore", backup, "--dry-run", "--storage", site.path("nowhere")])
                #expect(read.status == 1 && read.output.contains("segment 1 is damaged"), "\(read.output)")
                #expect(!FileManager.default.fileExists(atPath: site.path("nowhere")))
                let mended = try await site.status(run + ["--verify"])
                #expect(mended.status == 0 && mended.output.contains("copied anew"), "\(mended.output)")
                #expect(try await site.status(["restore", backup, "--dry-run"]).status == 0)

                try damage(site.storage + "/segments/000/0000000001.segment")
                try FileManager.default.removeItem(atPath: backup)
                for _ in 0..<2 {
                    let told = try await site.status(run)
                    #expect(told.status == 1 && told.output.contains("needed by game/file@1"), "\(told.output)")
                }
                #expect(try await site.status(["scrub", "--storage", site.storage]).status == 1)
                try await site.push(source, to: "game/file")
                let healed = try await site.status(run)
                #expect(healed.status == 0, "\(healed.output)")
                let elsewhere = site.path("elsewhere")
                #expect(try await site.status(["restore", backup, "--storage", elsewhere]).status == 0)
                #expect(try await site.status(["doctor", "--storage", elsewhere]).status == 0)
            }
        }

        private func damage(_ path: String) throws {
            _ = try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: UInt64(mebibyte))
            try file.write(contentsOf: Data(count: 3))
            try file.close()
        }

        @Test func interruptedBackup_isNeverTakenForAWholeOne() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("v1"), size: 16 * mebibyte, seed: testSeed)
                try await site.push(site.path("v1"), to: "game/file")
                let backup = site.path("backup")
                try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
                // Killed as soon as it has begun, until one is caught before its end.
                var isCaught = false
                for _ in 0..<20 where !isCaught {
                    try FileManager.default.removeItem(atPath: backup)
                    try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
                    let tool = try ToolProcess.pawl(["backup", backup, "--storage", site.storage])
                    while try FileManager.default.contentsOfDirectory(atPath: backup).isEmpty, tool.endedAs == nil {
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    await tool.kill()
                    isCaught = !FileManager.default.fileExists(atPath: backup + "/backup.json")
                }
                try #require(isCaught)
                let refused = try await site.status(["restore", backup, "--storage", site.path("elsewhere")])
                #expect(refused.status == 1 && refused.errors.contains("no backup that has ended"))
                #expect(!FileManager.default.fileExists(atPath: site.path("elsewhere")))
                let whole = try await site.status(["backup", backup, "--storage", site.storage])
                #expect(whole.status == 0, "\(whole.errors)")
                let names = try FileManager.default.contentsOfDirectory(atPath: backup)
                #expect(names.filter { $0.hasSuffix(".sqlite") }.count == 1)
                // A changed byte of the manifest, and a missing one.
                let path = backup + "/backup.json"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacing("length", with: "lengths").write(toFile: path, atomically: true, encoding: .utf8)
                #expect(try await site.status(["restore", backup, "--storage", site.path("elsewhere")]).status == 1)
                try FileManager.default.removeItem(atPath: path)
                #expect(try await site.status(["restore", backup, "--storage", site.path("elsewhere")]).status == 1)
            }
        }
    }
}

extension Site {
    /// Runs a command on this machine to its end.
    func status(_ arguments: [String]) async throws -> (status: Int32, output: String, errors: String) {
        let needsServer = ["promote"].contains(arguments[0])
        let tool = try needsServer ? pawl(arguments) : ToolProcess.pawl(arguments)
        let status = await tool.status()
        return (status, tool.output, tool.errors)
    }

    /// Every asset, version and channel that the daemon tells of.
    func listing() async throws -> [String] { try await Self.listing(address, key) }

    static func listing(_ address: String, _ key: String) async throws -> [String] {
        try await PawlClient.withClient(.init(server: address, key: key)) { client in
            var rows: [String] = []
            for name in ["game/file", "game/other"] {
                guard let asset = try? await client.asset(AssetName(name)) else { continue }
                for version in try await client.allVersions(of: asset.id) { rows.append(try JSONValue(version).text) }
            }
            return rows
        }
    }
}
