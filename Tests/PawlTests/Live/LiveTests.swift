import Foundation
import Testing

/// What moves files through the built binary, one test after the other: each takes most of a machine of two cores.
@Suite(.serialized) enum LiveTests {
    /// `PAWL_SOAK=1`, as `make soak` sets it: cases of 1 GiB, and hundreds of kills.
    static let isSoak = ProcessInfo.processInfo.environment["PAWL_SOAK"] == "1"

    static let mebibyte: Int64 = 1024 * 1024

    /// What neither daemon nor client may ever take (VmHWM).
    static let memoryMax = 150 * mebibyte

    /// Prints a figure that a person wants to see beside the verdict, when `PAWL_SOAK` or `PAWL_TEST_FIGURES` is set.
    static func figure(_ text: @autoclosure () -> String) {
        if isSoak || ProcessInfo.processInfo.environment["PAWL_TEST_FIGURES"] != nil { print("# \(text())") }
    }
}

/// The same for folders, other clients, upkeep and rows: a second queue, for tests that kill and wait leave a processor
/// idle.
@Suite(.serialized) enum MoreLiveTests {
    static var isSoak: Bool { LiveTests.isSoak }
    static let mebibyte = LiveTests.mebibyte
    static func figure(_ text: @autoclosure () -> String) { LiveTests.figure(text()) }
}

extension Int64 {
    /// In MiB, for figures.
    var mebibytes: String { String(format: "%.1f MiB", Double(self) / 1_048_576) }
}
