internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A connection to one Pawl server: every resource, and the transfers.
///
/// ```swift
/// let summary = try await PawlClient.withClient(.init(server: "http://127.0.0.1:7420", key: key)) { client in
///     try await client.push("build.zip", to: AssetName("mygame/builds/win64"))
/// }
/// ```
///
/// Calls throw `ServerProblem` when the server refuses, and `ClientError` when it could not be asked or a local file
/// stands in the way. Each request is repeated for up to `Configuration.retryFor` while the server is away.
public struct PawlClient: Sendable {
    public let configuration: Configuration

    let server: ServerAddress
    let http: HTTPClient
    /// Runs what blocks: reading and writing files, cutting, hashing.
    let threads: NIOThreadPool
    /// How long requests are tried again. A transfer has its own, which its progress renews.
    private(set) var patience: Patience

    /// Opens a client for as long as `body` runs, and closes its connections and threads afterwards.
    public static func withClient<Result: Sendable>(
        _ configuration: Configuration,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PawlClient) async throws -> Result
    ) async throws -> Result {
        let server = try ServerAddress(configuration.server)
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: try .pawl(trusting: configuration.authority))
        // One thread reads and cuts while the others hash; a copy or a fetched range uses whichever is free.
        let threads = NIOThreadPool(numberOfThreads: max(2, min(System.coreCount, 9)))
        threads.start()
        let client = PawlClient(
            configuration: configuration, server: server, http: http, threads: threads,
            patience: Patience(limit: configuration.retryFor))
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// The same client for one transfer, which is told each time that it has to wait.
    func forTransfer(onWait: @escaping @Sendable (String) -> Void) -> PawlClient {
        var client = self
        client.patience = Patience(limit: configuration.retryFor, onWait: onWait)
        return client
    }

    private func close() async {
        // Nothing is left to be told to anybody: a connection that closes badly has done its work.
        try? await http.shutdown()
        try? await threads.shutdownGracefully()
    }
}

extension PawlClient {
    /// Which server, as whom, and how patiently.
    public struct Configuration: Sendable {
        /// Such as `http://127.0.0.1:7420`.
        public var server: String
        /// The secret, `pawl_…`; nil for what needs none.
        public var key: String?
        /// How long a request, or a transfer that gets nothing further, is tried again before it gives up.
        public var retryFor: Duration
        /// Connections that one transfer uses at once.
        public var connectionsMax: Int
        /// A PEM file with certificates that are trusted beside the system's: for a server with a private authority.
        public var authority: String?

        public init(
            server: String, key: String?, retryFor: Duration = .seconds(60), connectionsMax: Int = 4,
            authority: String? = nil
        ) {
            self.server = server
            self.key = key
            self.retryFor = retryFor
            self.connectionsMax = connectionsMax
            self.authority = authority
        }
    }
}

extension HTTPClient.Configuration {
    fileprivate static func pawl(trusting authority: String?) throws -> HTTPClient.Configuration {
        // The read timeout is the silence between two pieces of an answer: a commit may take its time.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(60), write: .seconds(60)))
        configuration.httpVersion = .http1Only
        // `Outage` decides how often and how long to try; a second opinion below it would hide the cause.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tlsConfiguration = try authority.map { try .trusting($0) }
        return configuration
    }
}

extension TLSConfiguration {
    /// The system's authorities and those in a PEM file.
    fileprivate static func trusting(_ path: String) throws -> TLSConfiguration {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw ClientError(
                .unreadableFile, "'\(path)' has no certificate that can be read.",
                advice: "Name a PEM file with the certificate of whoever signed the server's.")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.certificates(certificates)]
        return configuration
    }
}
