import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// A file that changes while it is pushed: exit 75, and no version.
    @Suite(.timeLimit(.minutes(5))) struct ChangingFileTests {
        enum Change: String, CaseIterable, Sendable {
            case overwrittenBehind, overwrittenAhead, appended, truncated, replaced, removed, touched
        }

        @Test(arguments: Change.allCases) func changingFile_makesNoVersion(change: Change) async throws {
            try await Site.with { site in
                let source = site.path("source")
                // More than the client reads ahead, so that there is something left to read.
                try RandomFile.write(source, size: 64 * mebibyte, seed: testSeed)
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toServer, after: 3 * mebibyte)
                    let push = try site.startPush(source, to: "game/file", through: relay.address)
                    #expect(await relay.reached(3 * mebibyte, .toServer, while: push))
                    try apply(change, to: source)
                    relay.release(.toServer)
                    #expect(await push.status() == 75, "\(push.errors)")
                    site.note(push)
                    let failure = try FailureLine(lastLineOf: push.output).error
                    #expect(failure.code == "file_changed")
                    #expect(
                        push.errors.contains("'\(source)' changed while it was being pushed, so no version was made."))
                    #expect(push.errors.contains("Push again when it is quiet."))
                    #expect(!push.errors.contains("is kept"))
                }
                #expect(try await site.versions(of: "game/file").isEmpty)
                #expect(try await site.withClient { try await $0.uploads() }.allSatisfy { $0.state != .open })
                try await site.expectSound()
            }
        }

        private func apply(_ change: Change, to path: String) throws {
            let manager = FileManager.default
            switch change {
            case .replaced:
                try RandomFile.write(path + ".new", size: 64 * mebibyte, seed: testSeed + 1)
                try manager.removeItem(atPath: path)
                try manager.moveItem(atPath: path + ".new", toPath: path)
            case .removed: try manager.removeItem(atPath: path)
            case .touched:
                try manager.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
            case .overwrittenBehind: try write(at: 0, path)
            case .overwrittenAhead: try write(at: UInt64(60 * mebibyte), path)
            case .appended: try write(at: UInt64(64 * mebibyte), path)
            case .truncated:
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.truncate(atOffset: UInt64(60 * mebibyte))
                try file.close()
            }
        }

        private func write(at offset: UInt64, _ path: String) throws {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data("changed".utf8))
            try file.close()
        }
    }
}
