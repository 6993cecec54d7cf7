package import Catalog
import Configuration
import Foundation
package import Logging
import PawlModel
import SystemPackage

/// What the daemon runs with: flags over the environment over the file over the defaults.
package struct Settings: Sendable {
    package var host: String
    package var port: Int
    package var idleTimeout: Int
    package var headTimeout: Int
    package var bodyRate: Int
    package var connections: Int
    package var http2: Bool
    /// The PEM files of the certificate and its key; nil for plain HTTP.
    package var certificate: CertificateFiles?
    package var shutdownTimeout: Int
    package var corsOrigins: [String]
    package var interimResponses: Bool
    package var storage: String
    package var reserve: Int64
    package var uploadLifetime: Int64
    package var sweepInterval: Int
    package var proofPatience: Int
    package var proofRate: Int
    package var scrubRate: Int
    package var scrubInterval: Int64
    /// Nil for any size.
    package var sizeMax: Int64?
    package var undeleteWindow: Int64
    package var collectionEpoch: Int64
    package var collectionInterval: Int
    package var liveShare: Int
    package var compactionRate: Int64
    package var keyRate: Int
    package var playerRate: Int
    package var addressRate: Int
    package var eventRetention: Int64
    package var saveBytes: Int64
    package var saves: Int64
    package var v0: V0Settings
    package var swaggerUI: String
    package var logLevel: Logger.Level

    /// Reads all keys of `Setting.all`.
    ///
    /// - Parameters:
    ///   - file: A YAML file; with nil `config/pawl.yaml` is read when it is there.
    ///   - flags: What the command line says, by key.
    /// - Throws: `DaemonError` with a sentence that names the key.
    package static func load(file: String?, flags: [String: String]) async throws -> Settings {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map {
                        (Self.key($0.key), ConfigValue(.string($0.value), isSecret: false))
                    })),
            EnvironmentVariablesProvider().prefixKeys(with: "pawl"),
        ]
        let path = file ?? "config/pawl.yaml"
        let names = KeyNames()
        do {
            providers.append(
                try await FileProvider<YAMLSnapshot>(
                    parsingOptions: names.options, filePath: FilePath(path), allowMissing: file == nil))
        } catch {
            throw DaemonError("The configuration file \(path) cannot be read: \(error)")
        }
        let config = ConfigReader(providers: providers)
        try names.check(in: path, config)
        return try Settings(config)
    }

    private init(_ config: ConfigReader) throws {
        host = try Self.text(.host, config)
        port = try Self.number(.port, in: 0...65535, config)
        idleTimeout = try Self.number(.idleTimeout, in: 1...86400, config)
        headTimeout = try Self.number(.headTimeout, in: 1...3600, config)
        bodyRate = try Self.number(.bodyRate, in: 0...(1 << 30), config)
        connections = try Self.number(.connections, in: 1...1_000_000, config)
        http2 = try Self.isOn(.http2, config)
        certificate = try CertificateFiles(
            certificate: Self.text(.certificate, config), key: Self.text(.privateKey, config))
        shutdownTimeout = try Self.number(.shutdownTimeout, in: 0...3600, config)
        corsOrigins = try Self.list(.corsOrigins, config)
        interimResponses = try Self.isOn(.interimResponses, config)
        storage = try Self.text(.storage, config)
        reserve = Int64(try Self.number(.reserve, in: 0...(1 << 50), config))
        uploadLifetime = Int64(try Self.number(.uploadLifetime, in: 1...(366 * 86400), config))
        sweepInterval = try Self.number(.sweepInterval, in: 1...86400, config)
        proofPatience = try Self.number(.proofPatience, in: 0...3600, config)
        proofRate = try Self.number(.proofRate, in: 0...(1 << 40), config)
        scrubRate = try Self.number(.scrubRate, in: 0...(1 << 40), config)
        scrubInterval = Int64(try Self.number(.scrubInterval, in: 1...(3660 * 86400), config))
        let size = Int64(try Self.number(.sizeMax, in: 0...(1 << 60), config))
        sizeMax = size == 0 ? nil : size
        undeleteWindow = Int64(try Self.number(.undeleteWindow, in: 0...(3660 * 86400), config))
        collectionEpoch = Int64(try Self.number(.collectionEpoch, in: 0...(366 * 86400), config))
        collectionInterval = try Self.number(.collectionInterval, in: 0...(366 * 86400), config)
        // Above it, copies would never be full enough themselves, for pads and the like, and be copied again and again.
        liveShare = try Self.number(.liveShare, in: 0...95, config)
        compactionRate = Int64(try Self.number(.compactionRate, in: 0...(1 << 40), config))
        keyRate = try Self.number(.keyRate, in: 0...1_000_000_000, config)
        playerRate = try Self.number(.playerRate, in: 0...1_000_000_000, config)
        addressRate = try Self.number(.addressRate, in: 0...1_000_000_000, config)
        saveBytes = Int64(try Self.number(.saveBytes, in: 0...(1 << 50), config))
        saves = Int64(try Self.number(.saves, in: 0...1_000_000, config))
        eventRetention = Int64(try Self.number(.eventRetention, in: 1...(3660 * 86400), config))
        v0 = V0Settings(
            game: try Self.optional(.v0Game, config), currency: try Self.optional(.v0Currency, config),
            deprecated: try Self.time(.v0Deprecated, config) ?? Timestamp(microseconds: 0),
            sunset: try Self.time(.v0Sunset, config))
        swaggerUI = try Self.text(.swaggerUI, config)
        let level = try Self.text(.logLevel, config)
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw DaemonError("\(Setting.logLevel.key) is '\(level)': it must be \(Setting.logLevel.help).")
        }
        self.logLevel = logLevel
    }

    private static func key(_ name: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(name.split(separator: ".").map(String.init))
    }

    private static func text(_ setting: Setting, _ config: ConfigReader) throws -> String {
        guard case .text(let defaultValue) = setting.defaultValue else { return "" }
        try requireOne(setting, config)
        let value = config.string(forKey: ConfigKey(setting.key), default: defaultValue)
        guard !value.isEmpty else { throw DaemonError("\(setting.key) must not be empty: it is \(setting.help).") }
        return value
    }

    /// A text; nil for `none`.
    private static func optional(_ setting: Setting, _ config: ConfigReader) throws -> String? {
        let text = try text(setting, config)
        return text == "none" ? nil : text
    }

    /// A time as in RFC 3339; nil for `none`.
    private static func time(_ setting: Setting, _ config: ConfigReader) throws -> Timestamp? {
        guard let text = try optional(setting, config) else { return nil }
        guard let time = Timestamp(text) else {
            throw DaemonError("\(setting.key) is '\(text)': it is \(setting.help).")
        }
        return time
    }

    /// Words with commas between them, or a list of YAML; `none` for none.
    private static func list(_ setting: Setting, _ config: ConfigReader) throws -> [String] {
        let key = ConfigKey(setting.key)
        if config.string(forKey: key) == nil, let words = config.stringArray(forKey: key) { return words }
        let text = try text(setting, config)
        return text == "none" ? [] : text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// YAML 1.1 reads `on` as a boolean.
    private static func isOn(_ setting: Setting, _ config: ConfigReader) throws -> Bool {
        let key = ConfigKey(setting.key)
        if let isOn = config.bool(forKey: key) { return isOn }
        switch try text(setting, config).lowercased() {
        case "on", "true": return true
        case "off", "false": return false
        default: throw DaemonError("\(setting.key) must be on or off: it is \(setting.help).")
        }
    }

    /// Throws for a list where one value is wanted: it must not pass for a setting that was left out.
    private static func requireOne(_ setting: Setting, _ config: ConfigReader) throws {
        let key = ConfigKey(setting.key)
        guard config.string(forKey: key) == nil, config.stringArray(forKey: key) != nil else { return }
        throw DaemonError("\(setting.key) must be one value, not a list: it is \(setting.help).")
    }

    /// Numbers come as numbers from YAML and as text from flags and the environment.
    private static func number(_ setting: Setting, in range: ClosedRange<Int>, _ config: ConfigReader) throws -> Int {
        guard case .number(let defaultValue) = setting.defaultValue else { return 0 }
        try requireOne(setting, config)
        let key = ConfigKey(setting.key)
        let text = config.string(forKey: key)
        let value = config.int(forKey: key) ?? text.flatMap { Int($0) }
        if value == nil, text != nil {
            throw DaemonError("\(setting.key) must be a number: it is \(setting.help).")
        }
        let number = value ?? defaultValue
        guard range.contains(number) else {
            throw DaemonError(
                "\(setting.key) must be from \(range.lowerBound) to \(range.upperBound): it is \(setting.help).")
        }
        return number
    }
}
