import PawlClient
import TestKit
import Testing

/// A pull that cannot end well does not begin.
struct FreeSpaceTests {
    @Test func moreThanTheDiskHas_isRefused_andWhatFitsIsNot() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: ClientError(.diskFull, "", advice: "")) {
            try FreeSpace.require(1 << 60, at: directory.path, for: "Game")
        }
        try FreeSpace.require(1, at: directory.path, for: "Game")
        try FreeSpace.require(-1, at: directory.path, for: "Game")
        // What is not there tells nothing.
        try FreeSpace.require(1 << 60, at: directory.path("nowhere"), for: "Game")
    }
}
