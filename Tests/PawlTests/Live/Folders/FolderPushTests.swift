import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// `pawl push` of folders.
    @Suite(.timeLimit(.minutes(5))) struct FolderPushTests {
        @Test func whatIsPushed_comesBack_withModesLinksAndEmptyDirectories() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 60, sizeMax: 300_000, seed: testSeed)
                try source.write("bin/run.sh", "#!/bin/sh\n")
                try source.setMode("bin/run.sh", 0o755)
                try source.write("empty.txt", "")
                try source.makeDirectory("nothing/in/here")
                try source.link("bin/link", to: "../empty.txt")
                try source.link("dangling", to: "bin/not-there")
                let push = try await site.transfer(["push", source.path, "game/build"])
                #expect(push.newVersion == true && push.filesTotal == 62 && push.filesRead == 62)
                let target = try FolderSample(site.path("target"))
                let pull = try await site.transfer(["pull", "game/build", target.path])
                #expect(target.isEqual(source), "seed \(testSeed)")
                #expect(pull.filesAdded == 62 && pull.bytesTotal == push.bytesTotal)
                // A folder that does not exist is made.
                try await site.command(["pull", "game/build@1", site.path("other")])
                #expect(try FolderSample(site.path("other")).isEqual(source))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: target.path).allSatisfy { !$0.contains("pawl") }
                )
            }
        }

        @Test func theSameAgain_readsNothingAndSendsNothing() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 200, sizeMax: 20_000, seed: testSeed)
                let first = try await site.transfer(["push", source.path, "game/build"])
                // What was written in the moment before it was read is read once more, as long as it is as new as that.
                var again = try await site.transfer(["push", source.path, "game/build"])
                while again.filesRead != 0 { again = try await site.transfer(["push", source.path, "game/build"]) }
                #expect(again.blocksSent == 0 && again.newVersion == false)
                #expect(again.root == first.root && again.version == 1)
                let whole = try await site.transfer(["push", source.path, "game/build", "--no-cache"])
                #expect(whole.blocksSent == 0 && whole.filesRead == 200 && whole.root == first.root)
                // A version that is another one by a file's name alone sends no block.
                try source.move("d0/f1", to: "d0/renamed")
                let renamed = try await site.transfer(["push", source.path, "game/build"])
                #expect(renamed.blocksSent == 0 && renamed.filesRead == 1 && renamed.version == 2)
            }
        }

        @Test func aThousandRenames_sendAndFetchNoBlock() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 1000, sizeMax: 2_000, seed: testSeed)
                try await site.command(["push", source.path, "game/build"])
                let target = try FolderSample(site.path("target"))
                try await site.command(["pull", "game/build", target.path])
                for number in 0..<1000 {
                    try source.move("d\(number / 10)/f\(number)", to: "e\(number % 10)/g\(number)")
                }
                for number in 0..<100 { try source.remove("d\(number)") }
                let push = try await site.transfer(["push", source.path, "game/build"])
                #expect(push.blocksSent == 0 && push.version == 2)
                let pull = try await site.transfer(["pull", "game/build", target.path, "--delete"])
                #expect(pull.blocksSent == 0 && pull.filesAdded == 1000 && pull.filesRemoved == 1000)
                #expect(target.isEqual(source), "seed \(testSeed)")
            }
        }

        @Test func whatCannotBePushed_isNamedAllAtOnce() async throws {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try source.write("Readme", "")
                try source.write("README", "")
                try source.write("a:b", "")
                try source.write("nul.txt", "")
                try source.link("out", to: "../secret")
                try source.link("absolute", to: "/etc/passwd")
                #expect(mkfifo(source.path + "/pipe", 0o600) == 0)
                let push = try await site.command(["push", source.path, "game/build", "--json"], status: 1)
                let failure = try FailureLine(lastLineOf: push.output).error
                #expect(failure.code == "unpushable")
                for name in ["README", "Readme", "a:b", "nul.txt", "out", "absolute", "pipe"] {
                    #expect(failure.message.contains(name), "\(failure.message)")
                }
                #expect(try await site.versions(of: "game/build").isEmpty)
                // Named in a .pawlignore, none of them is in the way.
                try source.write(".pawlignore", "# none of these\nR*\na:b\nnul.*\nout\nabsolute\npipe\n")
                try source.write("rest", "here")
                try await site.command(["push", source.path, "game/build"])
                try await site.command(["pull", "game/build", site.path("target")])
                #expect(try FolderSample(site.path("target")).contents.keys.sorted() == ["rest"])
            }
        }

        @Test func filesAndFolders_doNotMix() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(site.path("source"), fileCount: 3, sizeMax: 100, seed: testSeed)
                try await site.command(["push", source.path, "game/folder"])
                try await site.command(["push", source.path + "/d0/f1", "game/file"])
                let file = try await site.command(["push", source.path + "/d0/f1", "game/folder"], status: 1)
                #expect(file.errors.contains("holds folders, and"), "\(file.errors)")
                let folder = try await site.command(["push", source.path, "game/file"], status: 1)
                #expect(folder.errors.contains("holds files, and"), "\(folder.errors)")
                let pull = try await site.command(["pull", "game/folder", source.path + "/d0/f1"], status: 1)
                #expect(pull.errors.contains("is not a folder, and the version is one"), "\(pull.errors)")
            }
        }

        enum Change: String, CaseIterable, Sendable { case written, added, removed, linked }

        @Test(arguments: Change.allCases) func aFolderThatChangesMeanwhile_makesNoVersion(_ change: Change) async throws
        {
            try await Site.with { site in
                let source = try FolderSample(site.path("source"))
                try RandomFile.write(source.path + "/large", size: 24 * mebibyte, seed: testSeed)
                try source.write("small", "small")
                try source.write("sub/other", "other")
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toServer, after: 3 * mebibyte)
                    let push = try site.startPush(source.path, to: "game/build", through: relay.address)
                    #expect(await relay.reached(3 * mebibyte, .toServer, while: push))
                    switch change {
                    case .written: try source.write("small", "other")
                    case .added: try source.write("sub/more", "more")
                    case .removed: try source.remove("sub")
                    case .linked:
                        try source.remove("small")
                        try source.link("small", to: "large")
                    }
                    relay.release(.toServer)
                    #expect(await push.status() == 75, "\(push.errors)")
                    #expect(try FailureLine(lastLineOf: push.output).error.code == "file_changed")
                }
                #expect(try await site.versions(of: "game/build").isEmpty)
            }
        }

        /// Killed in the middle, the next push sends what is missing and no more.
        @Test func killedPush_goesOn() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 400, sizeMax: 100_000, seed: testSeed)
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toServer, after: 10 * mebibyte)
                    let push = try site.startPush(source.path, to: "game/build", through: relay.address)
                    #expect(await relay.reached(10 * mebibyte, .toServer, while: push))
                    await push.kill()
                    relay.release(.toServer)
                    let again = try await site.push(source.path, to: "game/build", through: relay.address)
                    // Up to 4 MiB were under way.
                    #expect(again.bytesSent <= again.bytesTotal - 5 * mebibyte)
                }
                try await site.command(["pull", "game/build", site.path("target")])
                #expect(try FolderSample(site.path("target")).isEqual(source), "seed \(testSeed)")
                try await site.expectSound()
            }
        }

        /// 10,000 files of 200 MB together, and one of 1 GiB: against one core of openssl, and the same again.
        @Test(.enabled(if: isSoak)) func aLargeFolder_isPushedFast() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 10_000, sizeMax: 40_000, seed: testSeed)
                try RandomFile.write(source.path + "/large", size: 1024 * mebibyte, seed: testSeed)
                let clock = ContinuousClock()
                let digests = try await clock.measure {
                    let digest = try ToolProcess.start(
                        "/bin/sh", ["-c", "find . -type f -print0 | xargs -0 openssl dgst -sha256 >/dev/null"],
                        directory: source.path)
                    #expect(await digest.status() == 0)
                }
                let push = try await clock.measure { try await site.command(["push", source.path, "game/build"]) }
                figure("push of 10,001 files: \(push), openssl dgst -sha256: \(digests), ratio \(push / digests)")
                #expect(push <= digests * 3)
                let again = try await clock.measure { try await site.command(["push", source.path, "game/build"]) }
                figure("the same again: \(again)")
                #expect(again < .seconds(1))
            }
        }
    }
}
