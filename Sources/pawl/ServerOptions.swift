import ArgumentParser
import Foundation
import PawlClient

/// Which server, with which key, and whether the answer is for a person or a program.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's address.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("The key's secret, pawl_….", valueName: "key"))
    var key: String?

    @Option(help: ArgumentHelp("Where a server on this machine keeps admin.key.", valueName: "directory"))
    var storage: String?

    @Option(
        help: ArgumentHelp("A PEM file with the authority that signed the server's certificate.", valueName: "file"))
    var ca: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    /// Opens a client for as long as `body` runs.
    ///
    /// - Parameters:
    ///   - address: Where the server is, when that is known already.
    ///   - storage: Where that server keeps its key, when that is known already.
    func withClient<Result: Sendable>(
        at address: String? = nil, storage: String? = nil, retryFor: Duration = .seconds(5),
        _ body: (PawlClient) async throws -> Result
    ) async throws -> Result {
        let address = address ?? Self.first(server, "PAWL_SERVER") ?? "http://127.0.0.1:7420"
        let configuration = PawlClient.Configuration(
            server: address, key: try secret(for: address, storage: storage), retryFor: retryFor,
            authority: Self.first(ca, "PAWL_CA"))
        return try await PawlClient.withClient(configuration) { try await body($0) }
    }

    /// The key that was given, or for a server on this machine the one that it wrote for its owner.
    private func secret(for address: String, storage: String?) throws -> String? {
        if let key = Self.first(key, "PAWL_KEY") { return key.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard Self.isLoopback(address) else { return nil }
        let path = (storage ?? Self.first(self.storage, "PAWL_STORAGE_PATH") ?? "storage") + "/admin.key"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ClientError(
                .unreadableFile, "The key in '\(path)' cannot be read.",
                advice: "Give a key with --key or in $PAWL_KEY, or run this as the user who runs the server.")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Shows a secret that was just made: alone on standard output, where a script takes it.
    func show(secret: String, of made: some Encodable, _ note: String) throws {
        if json { return try Output.json(made) }
        Output.error(note)
        Output.line(secret)
    }

    /// The owner's key goes to no other machine.
    static func isLoopback(_ address: String) -> Bool {
        guard let host = URL(string: address)?.host?.lowercased() else { return false }
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
        return name == "localhost" || name == "::1" || isIPv4 && parts[0] == "127"
    }

    /// Whether a server was named: not the one that serves a storage here, if one does.
    var namesServer: Bool {
        server != nil || storage == nil && Self.first(nil, "PAWL_SERVER") != nil
    }

    private static func first(_ option: String?, _ variable: String) -> String? {
        if let option { return option }
        guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else { return nil }
        return value
    }
}
