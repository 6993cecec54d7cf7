import ArgumentParser
import Daemon

/// The settings of a daemon on this machine, for commands that run it or work on its storage.
struct SettingsOptions: ParsableArguments {
    @Option(help: "The configuration file (default: config/pawl.yaml, when it is there).")
    var config: String?

    /// What a daemon runs with. What other options say wins over the file; nil for what was not given.
    func settings(_ flags: KeyValuePairs<Setting, String?>) async throws -> Settings {
        var given: [String: String] = [:]
        for (setting, value) in flags { given[setting.key] = value }
        return try await Settings.load(file: config, flags: given)
    }
}

/// The same, with the storage named by an option of its own.
struct StorageOptions: ParsableArguments {
    @OptionGroup var file: SettingsOptions

    @Option(help: "Where everything is kept (default: storage).")
    var storage: String?
}
