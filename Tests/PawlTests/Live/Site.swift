import Foundation
import PawlClient
import PawlModel
import Synchronization
import TestKit
import Testing

/// A storage with the daemon that serves it, and the commands that a person would type.
///
/// Every process of it is held to `LiveTests.memoryMax`.
final class Site: Sendable {
    /// For files of the test; the storage is in it.
    let directory: TemporaryDirectory
    let storage: String
    let environment: [String: String]
    private let secret: Mutex<String>
    private let running: Mutex<DaemonProcess>
    private let memory = Mutex((daemon: Int64(0), tools: Int64(0)))

    private init(_ directory: TemporaryDirectory, _ daemon: DaemonProcess, _ environment: [String: String]) throws {
        self.directory = directory
        self.environment = environment
        storage = daemon.storage
        secret = Mutex(try daemon.adminKey)
        running = Mutex(daemon)
    }

    /// Runs a daemon with a new storage for as long as `body` does.
    static func with<Result>(
        environment: [String: String] = [:], isolation: isolated (any Actor)? = #isolation,
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (Site) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        let environment = ["PAWL_LOG_LEVEL": "warning"].merging(environment) { $1 }
        let daemon = try await DaemonProcess.start(storage: directory.path("storage"), environment: environment)
        let site = try Site(directory, daemon, environment)
        do {
            let result = try await body(site)
            await site.killDaemon()
            site.checkMemory(sourceLocation)
            return result
        } catch {
            LiveTests.figure("the daemon's log: \(site.daemon.log)")
            await site.killDaemon()
            throw error
        }
    }

    var daemon: DaemonProcess { running.withLock { $0 } }
    var address: String { daemon.address }
    /// The owner's.
    var key: String { secret.withLock { $0 } }

    func path(_ name: String) -> String { directory.path(name) }

    // MARK: The daemon

    func killDaemon() async {
        let daemon = daemon
        await daemon.kill()
        memory.withLock { $0.daemon = max($0.daemon, daemon.peakMemory) }
    }

    /// Kills the daemon and starts it again, on its port unless `relay` is to lead to a new one.
    func restart(behind relay: ByteRelay? = nil) async throws {
        await killDaemon()
        try await start(behind: relay)
    }

    func start(behind relay: ByteRelay? = nil) async throws {
        let new = try await DaemonProcess.start(
            storage: storage, environment: environment, port: relay == nil ? daemon.port : 0)
        running.withLock { $0 = new }
        // A database that was made anew has a new one.
        if let key = try? new.adminKey { secret.withLock { $0 = key } }
        relay?.point(to: new.port)
    }

    /// The most that daemons and tools had until now.
    var peakMemory: (daemon: Int64, tools: Int64) {
        let now = daemon.peakMemory
        return memory.withLock { (max($0.daemon, now), $0.tools) }
    }

    private func checkMemory(_ sourceLocation: SourceLocation) {
        let peak = peakMemory
        LiveTests.figure("VmHWM: daemon \(peak.daemon.mebibytes), client \(peak.tools.mebibytes)")
        #expect(peak.daemon < LiveTests.memoryMax, sourceLocation: sourceLocation)
        #expect(peak.tools < LiveTests.memoryMax, sourceLocation: sourceLocation)
    }

    // MARK: Commands

    /// Starts `pawl` against the daemon, or what leads to it, with the owner's key unless another is given.
    func pawl(_ arguments: [String], through server: String? = nil, key: String? = nil) throws -> ToolProcess {
        try ToolProcess.pawl(
            arguments + ["--server", server ?? address, "--key", key ?? self.key],
            environment: ["XDG_CACHE_HOME": path("cache")])
    }

    func startPush(_ file: String, to asset: String, through server: String? = nil) throws -> ToolProcess {
        try pawl(["push", file, asset, "--json"], through: server)
    }

    func startPull(_ asset: String, to file: String, through server: String? = nil) throws -> ToolProcess {
        try pawl(["pull", asset, file, "--json"], through: server)
    }

    /// Pushes, and expects it to end well.
    @discardableResult
    func push(
        _ file: String, to asset: String, through server: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TransferSummary {
        try await summary(of: startPush(file, to: asset, through: server), sourceLocation: sourceLocation)
    }

    /// Pulls, and expects it to end well.
    @discardableResult
    func pull(
        _ asset: String, to file: String, through server: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TransferSummary {
        try await summary(of: startPull(asset, to: file, through: server), sourceLocation: sourceLocation)
    }

    /// Waits for a transfer that is expected to end well.
    func summary(
        of tool: ToolProcess, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TransferSummary {
        let status = await tool.status()
        note(tool)
        try #require(status == 0, "\(tool.errors) \(tool.output)", sourceLocation: sourceLocation)
        return try TransferSummary(lastLineOf: tool.output)
    }

    /// Remembers how much memory a tool had.
    func note(_ tool: ToolProcess) {
        let peak = tool.peakMemory
        memory.withLock { $0.tools = max($0.tools, peak) }
    }

    // MARK: In this process

    /// A client of the daemon within the test.
    func withClient<Result: Sendable>(_ body: (PawlClient) async throws -> Result) async throws -> Result {
        try await PawlClient.withClient(.init(server: address, key: key)) { try await body($0) }
    }

    /// The versions of an asset, newest first; none when there is no such asset.
    func versions(of asset: String) async throws -> [Version] {
        try await withClient { client in
            do {
                return try await client.allVersions(of: try await client.asset(AssetName(asset)).id)
            } catch let error as ClientError where error.code == .unknownAsset || error.code == .unknownGame {
                return []
            }
        }
    }

    /// A key with these scopes, bound to a game that is made for it when one is named.
    func makeKey(_ scopes: [Scope], game slug: String? = nil) async throws -> String {
        try await withClient { client in
            var game: Stored<Game>?
            if let slug { game = try await client.create(Game(slug: slug, name: slug)) }
            return try await client.createKey(name: "test", scopes: scopes, game: game?.id, expiresAt: nil).secret
        }
    }
}

extension ByteRelay {
    /// Returns true once so many bytes came, and false when `tool` ends before.
    func reached(_ count: Int64, _ direction: Direction, while tool: ToolProcess) async -> Bool {
        let wait = Task { await reached(count, direction) }
        // Not a child: a cancelled wait for the tool's end would kill it.
        Task {
            await tool.end()
            wait.cancel()
        }
        return await withTaskCancellationHandler {
            await wait.value
        } onCancel: {
            wait.cancel()
        }
    }
}
