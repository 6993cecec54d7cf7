import Foundation

/// The `pawl` that was built together with the tests that run now.
package enum BuiltBinary {
    /// `swift build` puts it beside the test bundle, in every configuration. `$PAWL_TEST_BINARY` names another one.
    package static let path: String = {
        if let path = ProcessInfo.processInfo.environment["PAWL_TEST_BINARY"] { return path }
        let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: tests ?? CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("pawl").path
    }()
}
