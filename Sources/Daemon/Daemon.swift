import Blocks
import CMalloc
import Catalog
import Files
import HTTPAPI
import Hummingbird
import HummingbirdCore
package import Logging
import Metadata
import MetadataOnSQLite
import Metrics
import NIOCore
import NIOPosix
import PawlModel
import SegmentsOnDisk
import ServiceLifecycle
import Transfers
import UnixSignals
import Upkeep

/// The daemon put together: the only place that knows concrete types.
package struct Daemon: Sendable {
    private let settings: Settings
    private let logger: Logger
    /// Called once with the address when requests are taken.
    private let onReady: @Sendable (String) -> Void

    package init(settings: Settings, logger: Logger, onReady: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until SIGTERM or SIGINT, or until something fails for good.
    package func run() async throws {
        // By default glibc makes an arena for nearly every thread, and each keeps what its largest moment took. Two are
        // enough for threads that mostly wait for the disk. The buffers of transfers stay in them: taken from the system
        // anew each time, every page of them would have to be faulted in again.
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_MMAP_THRESHOLD, Int32(Limits.heapBufferMax))
        _ = mallopt(M_TRIM_THRESHOLD, Int32(4 * Limits.heapBufferMax))
        let certificates = try settings.certificate.map {
            try Certificates($0, protocols: settings.http2 ? ["h2", "http/1.1"] : ["http/1.1"])
        }
        let storage = try await Storage.open(settings.storage)
        do {
            try await serve(storage, certificates)
        } catch {
            await storage.close()
            throw DaemonError(storage: settings.storage, error)
        }
        await storage.close()
    }

    private func serve(_ storage: Storage, _ certificates: Certificates?) async throws {
        let logger = logger
        let applied = try await storage.database.migrate { progress in
            logger.notice(
                "migration goes on",
                metadata: [
                    "migration": "\(progress.step.number)", "name": "\(progress.step.name)",
                    "rows": "\(progress.rowsDone) of \(progress.rowsTotal)",
                ])
        }
        for step in applied {
            logger.notice("migration applied", metadata: ["migration": "\(step.number)", "name": "\(step.name)"])
        }
        try await storage.identify()
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let rooms = Rooms(storage: storage, settings: settings, logger: logger)
        try await rooms.blocks.recover()
        try await rooms.journal.start()
        try await rooms.uploads.resumeProofs()
        try await writeAdminKey(rooms.authentication.keys, storage)

        let api = API(
            writePath: rooms.writePath, authentication: rooms.authentication, uploads: rooms.uploads,
            exports: GameExport(
                writePath: rooms.writePath, spool: storage.layout.spool, threads: storage.fileThreads),
            downloads: rooms.downloads, versions: rooms.versions, changesets: rooms.changesets, v0: rooms.v0,
            usage: rooms.usage,
            events: rooms.events,
            doctor: Doctor(store: rooms.blocks), scrub: rooms.scrub, collector: rooms.collector, blocks: rooms.blocks,
            swaggerUI: SwaggerUI(directory: settings.swaggerUI, files: storage.files),
            quota: RequestQuota(
                keys: settings.keyRate, players: settings.playerRate, addresses: settings.addressRate),
            origins: settings.corsOrigins, sendsInterimResponses: settings.interimResponses,
            metricsText: { metrics.text }, logger: logger)
        let stop = StopSignals(graceful: settings.shutdownTimeout, logger: logger)
        defer { stop.cancel() }
        do {
            try await serviceGroup(api, certificates, rooms, storage).run()
        } catch is SocketAddressError.UnknownHost {
            await rooms.close()
            throw DaemonError("\(settings.host) is no address that this machine can listen on: name another --host.")
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            await rooms.close()
            throw DaemonError(
                "Something else already listens on \(settings.host):\(settings.port). Stop it, or name another --port.")
        }
        await rooms.close()
    }

    /// On the first start a key with every scope is made, for whoever runs the daemon.
    private func writeAdminKey(_ keys: Keys, _ storage: Storage) async throws {
        try await keys.makeFirstKey { secret in
            let path = storage.layout.adminKey
            try await storage.files.remove(path)
            let file = try await storage.files.open(path, .create)
            try await file.write(ByteBuffer(string: secret + "\n"), at: 0)
            try await file.synchronize()
            try await file.close()
            try await storage.files.synchronizeDirectory(storage.layout.root)
            logger.notice("admin key written", metadata: ["path": "\(path)"])
        }
    }

    func ready(_ address: String, _ lock: FileLock) {
        try? lock.write(address)
        onReady(address)
    }

    var applicationConfiguration: ApplicationConfiguration {
        ApplicationConfiguration(
            address: .hostname(settings.host, port: settings.port), serverName: "pawl",
            backlog: Limits.connectionBacklog,
            availableConnectionsDelegate: .maximum(OpenFiles.connections(settings.connections, logger), logger: logger))
    }

    /// Plain HTTP, or with a certificate TLS.
    private func server(_ certificates: Certificates?) -> HTTPServerBuilder {
        let rules = LineRules(settings)
        return HTTPServerBuilder { HTTPLine(responder: $0, rules: rules, certificates: certificates) }
    }

    // MARK: Services

    private func serviceGroup(
        _ api: API, _ certificates: Certificates?, _ rooms: Rooms, _ storage: Storage
    ) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services(api, certificates, rooms, storage), gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(settings.shutdownTimeout)
        return ServiceGroup(configuration: configuration)
    }

    private func collecting(_ collector: Collector) -> [any Service] {
        guard settings.collectionInterval > 0 else { return [] }
        return [Collecting(collector: collector, interval: .seconds(settings.collectionInterval), logger: logger)]
    }

    /// In the order of their start; the reverse is the order in which they stop.
    private func services(
        _ api: API, _ certificates: Certificates?, _ rooms: Rooms, _ storage: Storage
    ) -> [any Service] {
        let (host, scheme) = (settings.host, settings.certificate == nil ? "http" : "https")
        return [
            Sweeper(
                journal: rooms.journal, expiry: rooms.expiry, writePath: rooms.writePath, events: rooms.events,
                authentication: rooms.authentication, usage: rooms.usage, interval: .seconds(settings.sweepInterval),
                logger: logger),
            Application(
                router: api.router(),
                server: server(certificates),
                configuration: applicationConfiguration,
                onServerRunning: { channel in
                    ready("\(scheme)://\(host):\(channel.localAddress?.port ?? 0)", storage.lock)
                },
                logger: logger),
            StreamEnd(streams: api.eventStreams),
        ]
            + collecting(rooms.collector)
            + (rooms.scrubPass.map {
                [Scrubbing(pass: $0, interval: .seconds(settings.sweepInterval), logger: logger)]
            } ?? [])
            + (rooms.prover.map { [Proving(prover: $0, interval: .seconds(settings.sweepInterval), logger: logger)] }
                ?? [])
            + (certificates.map { [CertificateReload(certificates: $0, logger: logger)] } ?? [])
    }
}
