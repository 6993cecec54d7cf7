import Configuration
import Synchronization

/// The keys that stand in a configuration file, collected while it is read: one that is mistyped must not pass for one
/// that was left out.
final class KeyNames: Sendable {
    private let found = Mutex<[String]>([])

    /// Reads a file so that its keys are noted. Nothing in it is a secret, so nothing else is asked here.
    var options: YAMLSnapshot.ParsingOptions {
        YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                self.found.withLock { $0.append(key) }
                return false
            })
    }

    /// Throws `DaemonError` for a key that is no setting's. A section without any is no mistake.
    func check(in file: String, _ config: ConfigReader) throws {
        let known = Set(Setting.all.map(\.key))
        for key in found.withLock({ $0.sorted() }) where !known.contains(key) {
            let isSection = known.contains { $0.hasPrefix(key + ".") }
            if isSection, config.string(forKey: ConfigKey(key), default: "").isEmpty { continue }
            let advice =
                isSection
                ? "it is a section, with settings such as \(known.filter { $0.hasPrefix(key + ".") }.sorted()[0])"
                : "did you mean \(Setting.nearestKey(to: key))?"
            throw DaemonError("\(file): '\(key)' is no setting: \(advice)")
        }
    }
}
