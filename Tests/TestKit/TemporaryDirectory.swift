import Foundation

/// A new directory of a test, removed with everything in it when the value goes.
package final class TemporaryDirectory: Sendable {
    /// Absolute, without a slash at the end.
    package let path: String

    /// - Parameter parent: Where to make it; the system's directory for temporary files unless given. `/dev/shm` is
    ///   fast and no disk: fsync does nothing there.
    package init(in parent: String? = nil) throws {
        let parent = parent ?? FileManager.default.temporaryDirectory.path
        path = URL(fileURLWithPath: parent).appendingPathComponent("pawl-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a name in it.
    package func path(_ name: String) -> String { path + "/" + name }
}
