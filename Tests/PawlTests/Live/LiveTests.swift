import Foundation
import Testing

/// Everything that runs the built binary, one test after the other: each takes a machine of two cores for itself.
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

extension Int64 {
    /// In MiB, for figures.
    var mebibytes: String { String(format: "%.1f MiB", Double(self) / 1_048_576) }
}
