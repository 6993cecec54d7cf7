import Foundation
import PawlClient
import TestKit
import Testing

@Suite struct FolderWalkTests {
    private func make(_ root: String, _ files: [String: String], links: [String: String] = [:]) throws {
        for (path, text) in files {
            let file = URL(fileURLWithPath: root + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !path.hasSuffix("/") { try Data(text.utf8).write(to: file) }
        }
        for (path, target) in links {
            try FileManager.default.createSymbolicLink(atPath: root + "/" + path, withDestinationPath: target)
        }
    }

    @Test func everythingIsFound_inTheOrderOfTheBytes() throws {
        let directory = try TemporaryDirectory()
        try make(
            directory.path, ["b/x": "", "b-": "", "a": "1", "b/c/y": "", "ä": ""], links: ["b/l": "../a", "up": "b"])
        try FileManager.default.createDirectory(atPath: directory.path("empty"), withIntermediateDirectories: true)
        let listing = try FolderWalk.list(directory.path)
        #expect(
            listing.entries.map(\.path) == ["a", "b", "b-", "b/c", "b/c/y", "b/l", "b/x", "empty", "up", "ä"])
        #expect(listing.entries.first { $0.path == "up" }?.kind == .symlink)
        #expect(listing.troubles.isEmpty)
    }

    @Test func whatIsIgnored_isLeftOutOrMarked() throws {
        let directory = try TemporaryDirectory()
        try make(
            directory.path,
            [
                ".pawlignore": "*.log\n/tmp/\n", "a.log": "", "keep/.pawlignore": "!b.log", "keep/b.log": "",
                "keep/c.log": "", "tmp/deep/x": "", "x/tmp/y": "", ".pawl-partial/z": "", ".file.pawl-partial": "",
            ])
        let kept = ["keep", "keep/b.log", "x", "x/tmp", "x/tmp/y"]
        #expect(try FolderWalk.list(directory.path).entries.map(\.path) == kept)
        let all = try FolderWalk.list(directory.path, leavesOutIgnored: false).entries
        #expect(all.filter { !$0.isIgnored }.map(\.path) == kept)
        #expect(
            all.filter(\.isIgnored).map(\.path) == [
                ".pawlignore", "a.log", "keep/.pawlignore", "keep/c.log", "tmp", "tmp/deep", "tmp/deep/x",
            ])
    }

    @Test func aNameThatIsNoText_isTold() throws {
        let directory = try TemporaryDirectory()
        let file = fopen(directory.path + "/a", "w")
        fclose(file)
        let name = Array((directory.path + "/x").utf8CString.dropLast()) + [-1, 0]
        #expect(rename(directory.path + "/a", name) == 0)
        let listing = try FolderWalk.list(directory.path)
        #expect(listing.entries.isEmpty)
        #expect(listing.troubles.map(\.detail) == ["has a name that is not UTF-8"])
    }
}
