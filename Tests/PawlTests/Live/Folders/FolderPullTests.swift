import Foundation
import PawlClient
import TestKit
import Testing

extension MoreLiveTests {
    /// `pawl pull` of folders.
    @Suite(.timeLimit(.minutes(5))) struct FolderPullTests {
        @Test func pull_bringsAFolderUpToAVersion_andBack() async throws {
            try await Site.with { site in
                let one = try FolderSample.random(site.path("one"), fileCount: 100, sizeMax: 100_000, seed: testSeed)
                try RandomFile.write(one.path + "/large", size: 8 * mebibyte, seed: testSeed)
                try await site.command(["push", one.path, "game/build"])
                let two = try one.copy(to: site.path("two"))
                try two.remove("d3")
                try two.write("d0/f0", "changed")
                try two.write("new/file", "new")
                try two.move("d5/f55", to: "moved")
                try two.setMode("d6/f66", 0o755)
                try RandomFile.writeEdited(two.path + "/large", from: one.path + "/large", seed: testSeed + 1)
                try await site.command(["push", two.path, "game/build"])

                let target = try FolderSample(site.path("target"))
                try await site.command(["pull", "game/build@1", target.path])
                try target.write("mine/save", "untouched")
                try target.write("d1/f11", "broken")
                let dry = try await site.transfer(["pull", "game/build", target.path, "--delete", "--dry-run"])
                let before = target.contents
                #expect(dry.dryRun == true && dry.blocksSent == 0)
                #expect(dry.filesAdded == 2 && dry.filesRemoved == 12)
                #expect(target.contents == before)

                let kept = try await site.transfer(["pull", "game/build", target.path])
                // f0, the broken f11, the mode of f66, the large file.
                #expect(kept.filesAdded == 2 && kept.filesChanged == 4 && kept.filesRemoved == 0)
                #expect(kept.bytesSent == dry.bytesDown, "seed \(testSeed)")
                #expect(kept.bytesSent < 2 * mebibyte)
                #expect(target.text("mine/save") == "untouched" && target.exists("d3/f33"))
                #expect(target.text("d0/f0") == "changed")

                let removed = try await site.transfer(["pull", "game/build", target.path, "--delete"])
                #expect(removed.filesRemoved == 12 && removed.bytesSent == 0)
                #expect(target.isEqual(two), "seed \(testSeed)")
                let same = try await site.transfer(["pull", "game/build", target.path, "--delete"])
                #expect(same.identical == true)
                let back = try await site.transfer(["pull", "game/build@1", target.path, "--delete"])
                #expect(target.isEqual(one), "seed \(testSeed)")
                #expect(back.filesChanged == 3)
            }
        }

        @Test func whatAPawlignoreNames_isNotRemoved() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(site.path("source"), fileCount: 3, sizeMax: 100, seed: testSeed)
                try await site.command(["push", source.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                try target.write(".pawlignore", "*.log\n")
                try target.write("logs/a.log", "log")
                try target.write("logs/b.txt", "text")
                try await site.command(["pull", "game/build", target.path, "--delete"])
                #expect(target.text("logs/a.log") == "log" && target.text(".pawlignore") == "*.log\n")
                #expect(!target.exists("logs/b.txt"))
                try await site.command(["verify", target.path, "game/build"])
            }
        }

        @Test func kindsThatChange_areHandled() async throws {
            try await Site.with { site in
                let one = try FolderSample(site.path("one"))
                try one.write("a", "file")
                try one.write("b/inner", "inner")
                try one.link("c", to: "a")
                try one.write("d/x/y", "deep")
                try await site.command(["push", one.path, "game/build"])
                let two = try FolderSample(site.path("two"))
                try two.write("a/now", "file")
                try two.write("b", "inner")
                try two.write("c/now", "here")
                try two.link("d", to: "a")
                try await site.command(["push", two.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                for version in [1, 2, 1, 2] {
                    try await site.command(["pull", "game/build@\(version)", target.path, "--delete"])
                    #expect(target.isEqual(version == 1 ? one : two), "version \(version)")
                }
            }
        }

        /// Links that somebody put where the version has directories or files: nothing outside is written or removed.
        @Test func linksThatLeadOut_areReplaced_andNotFollowed() async throws {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try source.write("dir/file", "content")
                try source.write("dir/deep/file", "content")
                try source.write("top", "content")
                try await site.command(["push", source.path, "game/build"])
                let outside = try FolderSample(site.path("outside"))
                try outside.write("file", "precious")
                try outside.write("deep/file", "precious")
                let before = outside.contents
                let target = try FolderSample(site.path("target"))
                try target.link("dir", to: outside.path)
                try target.link("top", to: outside.path + "/file")
                try target.link("extra", to: outside.path)
                try await site.command(["pull", "game/build", target.path, "--delete"])
                #expect(outside.contents == before)
                #expect(target.isEqual(source))
                // The place where files are written before they get their names is no way out either.
                try target.write("top", "other")
                try target.link(".pawl-partial", to: outside.path)
                let pull = try await site.command(["pull", "game/build", target.path], status: 1)
                #expect(pull.errors.contains(".pawl-partial"), "\(pull.errors)")
                #expect(outside.contents == before)
            }
        }

        @Test func anEntryAlone_isAFileOrADirectory() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 30, sizeMax: 200_000, seed: testSeed)
                try source.link("link", to: "d0/f1")
                try await site.command(["push", source.path, "game/build"])
                let file = try await site.transfer(["pull", "game/build", site.path("one"), "--entry", "d1/f15"])
                #expect(RandomFile.areEqual(source.path + "/d1/f15", site.path("one")), "seed \(testSeed)")
                #expect(file.bytesSent == file.bytesTotal)
                try await site.command(["pull", "game/build", site.path("part"), "--entry", "d2/"])
                let part = try FolderSample(site.path("part"))
                #expect(part.isEqual(try FolderSample(source.path + "/d2")), "seed \(testSeed)")
                for (entry, code) in [("d9", "unknown_entry"), ("", "unknown_entry"), ("link", "unsupported")] {
                    let pull = try await site.command(
                        ["pull", "game/build", site.path("no"), "--entry", entry, "--json"], status: 1)
                    #expect(try FailureLine(lastLineOf: pull.output).error.code == code)
                }
            }
        }

        /// Killed at any moment, each file is the old one or the new one, and the next pull ends what was begun.
        @Test func pullKilledAtAnyMoment_leavesWholeFiles() async throws {
            try await Site.with { site in
                let one = try FolderSample.random(site.path("one"), fileCount: 80, sizeMax: 150_000, seed: testSeed)
                try RandomFile.write(one.path + "/large", size: 12 * mebibyte, seed: testSeed)
                try await site.command(["push", one.path, "game/build"])
                let two = try FolderSample.random(site.path("two"), fileCount: 80, sizeMax: 150_000, seed: testSeed + 1)
                try RandomFile.write(two.path + "/large", size: 12 * mebibyte, seed: testSeed + 1)
                // Some files change places.
                for number in 0..<20 {
                    let source = one.path + "/d\(number / 10)/f\(number)"
                    let other = 19 - number
                    try two.write("d\(other / 10)/f\(other)", Array(try Data(contentsOf: URL(fileURLWithPath: source))))
                }
                try await site.command(["push", two.path, "game/build"])
                let (old, new) = (one.contents, two.contents)
                var random = SeededGenerator(seed: testSeed)
                for _ in 0..<(isSoak ? 60 : 8) {
                    let target = try one.copy(to: site.path("target"))
                    try await withRelay(to: site.daemon.port) { relay in
                        for _ in 0..<2 {
                            let pull = try site.startPull("game/build", to: target.path, through: relay.address)
                            let moment = relay.count(.toClient) + Int64.random(in: 1...(16 * mebibyte), using: &random)
                            _ = await relay.reached(moment, .toClient, while: pull)
                            try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
                            await pull.kill()
                            for (path, now) in target.contents where !path.hasPrefix(".pawl-partial") {
                                #expect(now == old[path] || now == new[path], "\(path), seed \(testSeed)")
                            }
                        }
                    }
                    try await site.pull("game/build", to: target.path)
                    #expect(target.contents == new, "seed \(testSeed)")
                }
            }
        }

        /// What a killed pull has fetched is not fetched again.
        @Test func killedPull_goesOn() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 50, sizeMax: 100_000, seed: testSeed)
                try RandomFile.write(source.path + "/large", size: 32 * mebibyte, seed: testSeed)
                try await site.command(["push", source.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                let area = target.path + "/.pawl-partial"
                try await withRelay(to: site.daemon.port) { relay in
                    // What the line has taken may still be on its way: only what lies in the folder counts.
                    relay.hold(.toClient, after: 20 * mebibyte)
                    let pull = try site.startPull("game/build", to: target.path, through: relay.address)
                    while RandomFile.writtenBytes(in: area) < 8 * mebibyte, pull.endedAs == nil {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    await pull.kill()
                    let staged = RandomFile.writtenBytes(in: area)
                    #expect(staged >= 8 * mebibyte)
                    relay.release(.toClient)
                    let rest = try await site.pull("game/build", to: target.path, through: relay.address)
                    // Some blocks were half written.
                    #expect(
                        rest.bytesSent <= rest.bytesTotal - staged + 2 * mebibyte,
                        "fetched \(rest.bytesSent.mebibytes), staged \(staged.mebibytes)")
                }
                #expect(target.isEqual(source), "seed \(testSeed)")
            }
        }

        /// What stands in the way of a file or a directory is in its place until that is there, however a pull ends.
        @Test(arguments: [true, false]) func whatStandsInTheWay_staysUntilTheNewIsThere(isKilled: Bool) async throws {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try RandomFile.write(source.path + "/data", size: 16 * mebibyte, seed: testSeed)
                try source.write("parts/inner/x", "x")
                try await site.command(["push", source.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                try target.write("data/mine/save", "precious")
                try target.write("parts", "a file")
                let before = target.contents
                // Twice: the second pull meets what the first one has left.
                for _ in 0..<2 {
                    try await withRelay(to: site.daemon.port) { relay in
                        relay.hold(.toClient, after: 4 * mebibyte)
                        if isKilled {
                            let pull = try site.startPull("game/build", to: target.path, through: relay.address)
                            #expect(await relay.reached(4 * mebibyte, .toClient, while: pull))
                            await pull.kill()
                        } else {
                            let key = site.key
                            let pull = Task {
                                try await PawlClient.withClient(.init(server: relay.address, key: key)) {
                                    try await $0.pull(VersionName("game/build"), to: target.path)
                                }
                            }
                            await relay.reached(4 * mebibyte, .toClient)
                            pull.cancel()
                            await #expect(throws: (any Error).self) { try await pull.value }
                        }
                    }
                    #expect(target.contents.filter { !$0.key.hasPrefix(".pawl-partial") } == before)
                }
                try await site.pull("game/build", to: target.path)
                #expect(target.isEqual(source))
            }
        }

        /// A pull that was killed had put things aside; one of another version, in which nothing stands in their place, puts
        /// them back.
        @Test func whatAKilledPullPutAside_isThereAfterAnotherOne() async throws {
            try await Site.with { site in
                let old = try FolderSample(site.path("old"))
                try old.write("other", "other")
                try await site.command(["push", old.path, "game/build"])
                let new = try FolderSample(site.path("new"))
                try new.write("data", "a file")
                try new.write("parts/inner/x", "x")
                // Behind what stands in the way, and not with it in one batch.
                try RandomFile.write(new.path + "/z", size: 65 * mebibyte, seed: testSeed)
                try await site.command(["push", new.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                try target.write("data/mine/save", "precious")
                try target.write("parts", "a file")
                let aside = target.path + "/.pawl-partial/aside-2"
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toClient, after: 4 * mebibyte)
                    let pull = try site.startPull("game/build", to: target.path, through: relay.address)
                    #expect(await relay.reached(4 * mebibyte, .toClient, while: pull))
                    await pull.kill()
                }
                #expect(FileManager.default.fileExists(atPath: aside))
                #expect(target.text("data") == "a file" && target.text("parts/inner/x") == "x")
                // Nobody takes such a mixture for a version.
                let push = try await site.command(["push", target.path, "game/build", "--json"], status: 1)
                #expect(try FailureLine(lastLineOf: push.output).error.code == "unfinished_pull")
                let verify = try await site.command(["verify", target.path, "game/build"], status: 1)
                #expect(verify.output.contains("broken off"))
                // As a kill between putting aside and the new one's coming would have left it.
                for path in ["data", "parts/inner/x"] {
                    try FileManager.default.removeItem(atPath: target.path + "/" + path)
                }
                try await site.pull("game/build@1", to: target.path)
                #expect(target.text("data/mine/save") == "precious" && target.text("parts") == "a file")
                #expect(target.text("other") == "other" && !target.exists(".pawl-partial"))
            }
        }

        /// A dry run names what a pull changes, and changes nothing.
        @Test func dryRun_namesEverythingThatDiffers() async throws {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try source.write("same", "same")
                try source.write("changed", "new")
                try source.write("deep/added", "added")
                try source.link("link", to: "same")
                try await site.command(["push", source.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                try target.write("same", "same")
                try target.write("changed", "older")
                try target.write("extra", "extra")
                let before = target.contents
                let told = try await site.command(["pull", "game/build", target.path, "--delete", "--dry-run"])
                let lines = told.output.split(separator: "\n").map(String.init)
                #expect(
                    lines.dropLast() == [
                        "changed  changed  5 B → 3 B", "added    deep", "added    deep/added  5 B",
                        "removed  extra  5 B",
                        "added    link",
                    ])
                #expect(lines.last?.contains("1 added, 1 changed, 1 removed, 2 links and folders") == true, "\(lines)")
                #expect(target.contents == before)
            }
        }

        @Test func twoPullsToOneFolder_areRefused() async throws {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try RandomFile.write(source.path + "/large", size: 8 * mebibyte, seed: testSeed)
                try await site.command(["push", source.path, "game/build"])
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toClient, after: 2 * mebibyte)
                    let pull = try site.startPull("game/build", to: site.path("target"), through: relay.address)
                    #expect(await relay.reached(2 * mebibyte, .toClient, while: pull))
                    let other = try await site.command(
                        ["pull", "game/build", site.path("target"), "--json"], status: 1)
                    #expect(try FailureLine(lastLineOf: other.output).error.code == "busy")
                    relay.release(.toClient)
                    #expect(await pull.status() == 0)
                }
            }
        }
    }
}
