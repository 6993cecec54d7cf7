import PawlModel

/// One configuration key: its name, its default and its help, declared once. `config/pawl.yaml` lists them all, which a
/// test checks; in the environment `http.port` is `PAWL_HTTP_PORT`.
package struct Setting: Sendable {
    package var key: String
    package var defaultValue: Value
    package var help: String

    package enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
    }

    package static let host = Setting("http.host", .text("127.0.0.1"), "the address to listen on")
    package static let port = Setting("http.port", .number(7420), "the port to listen on; 0 takes a free one")
    package static let idleTimeout = Setting(
        "http.idle_timeout", .number(60), "seconds after which a connection on which nothing moves is closed")
    package static let headTimeout = Setting(
        "http.head_timeout", .number(30), "seconds that the head of a request, or a TLS handshake, may take in all")
    package static let bodyRate = Setting(
        "http.body_rate", .number(1024),
        "bytes a second that a body must bring on average over idle_timeout; 0 for any number")
    package static let connections = Setting(
        "http.connections", .number(4096), "connections at once; more wait until one of them ends")
    package static let http2 = Setting("http.http2", .text("on"), "on or off: whether TLS connections may use HTTP/2")
    package static let certificate = Setting(
        "http.tls.certificate", .text("none"), "a PEM file with the certificate and its chain; none for plain HTTP")
    package static let privateKey = Setting("http.tls.key", .text("none"), "the PEM file of the certificate's key")
    package static let shutdownTimeout = Setting(
        "http.shutdown_timeout", .number(10), "seconds that requests get to end when the daemon stops")
    package static let corsOrigins = Setting(
        "http.cors_origins", .text("none"),
        "sites whose pages may call the API from a browser, with commas between them; or * for all")
    package static let interimResponses = Setting(
        "http.interim_responses", .text("on"),
        "on or off: whether resumable uploads tell their URL and progress early (104); off behind proxies that break on it"
    )
    package static let storage = Setting("storage.path", .text("storage"), "where everything is kept")
    package static let reserve = Setting(
        "storage.reserve", .number(Int(Limits.storageReserve)),
        "bytes that stay free on the volume: below this, new bytes are refused and everything else goes on")
    package static let uploadLifetime = Setting(
        "uploads.lifetime", .number(Int(Limits.uploadLifetime)),
        "seconds after which an upload that nobody touches expires")
    package static let sweepInterval = Setting(
        "uploads.sweep_interval", .number(5), "seconds between two looks for uploads that have ended or expired")
    package static let proofPatience = Setting(
        "uploads.proof_patience", .number(Int(Limits.proofPatience)),
        "seconds that a client waits for the proof of a digest that it gave, before it is answered 202")
    package static let proofRate = Setting(
        "uploads.proof_rate", .number(Int(Limits.proofRate)),
        "bytes a second that are read to find the SHA-256 of versions that came without one; 0 for never")
    package static let scrubRate = Setting(
        "scrub.rate", .number(Int(Limits.scrubRate)),
        "bytes a second that are read to find damage before anybody needs what is damaged; 0 for never")
    package static let scrubInterval = Setting(
        "scrub.interval", .number(Int(Limits.scrubInterval)),
        "seconds from the begin of one pass over everything to the next")
    package static let sizeMax = Setting(
        "uploads.size_max", .number(0), "bytes that a version may have; 0 for any number")
    package static let undeleteWindow = Setting(
        "collection.undelete_window", .number(Int(Limits.undeleteWindow)),
        "seconds for which a deleted version or asset can be taken back; then its bytes are collected")
    package static let collectionEpoch = Setting(
        "collection.epoch", .number(Int(Limits.collectionEpoch)),
        "seconds that a block stays when nothing needs it any more, for whoever sends the same again")
    package static let collectionInterval = Setting(
        "collection.interval", .number(Int(Limits.collectionInterval)),
        "seconds between two collections; 0 for none but those that `pawl gc` asks for")
    package static let liveShare = Setting(
        "collection.live_share", .number(Limits.segmentLiveShare),
        "percentage of a segment that must be needed, else the rest of it is copied and it goes; 0 for never")
    package static let compactionRate = Setting(
        "collection.rate", .number(Int(Limits.compactionRate)),
        "bytes a second that are copied out of such segments; 0 for any number")
    package static let keyRate = Setting(
        "limits.keys", .number(Limits.keyRate), "requests a minute of one key; 0 for any number")
    package static let playerRate = Setting(
        "limits.players", .number(Limits.playerRate), "requests a minute of one player; 0 for any number")
    package static let addressRate = Setting(
        "limits.addresses", .number(Limits.addressRate),
        "requests a minute of one address without a valid key; 0 for any number")
    package static let eventRetention = Setting(
        "events.retention", .number(Int(Limits.eventRetention)),
        "seconds that events are kept for readers who were away")
    package static let saveBytes = Setting(
        "players.save_bytes", .number(Int(Limits.saveBytes)),
        "bytes that all versions of a player's own assets may have together")
    package static let saves = Setting(
        "players.saves", .number(Int(Limits.saves)), "assets of her own that a player may have")
    package static let v0Game = Setting(
        "v0.game", .text("none"), "the slug of the game that V0 of the API is about; none if V0 is not spoken")
    package static let v0Currency = Setting(
        "v0.currency", .text("none"), "the code of the currency in which V0's packs have their price; none for no price"
    )
    package static let v0Deprecated = Setting(
        "v0.deprecated", .text("2026-11-01T00:00:00Z"), "since when V0 should not be used any more: its answers tell")
    package static let v0Sunset = Setting(
        "v0.sunset", .text("none"),
        "from when on V0 is answered with 410, a time such as 2027-12-31T00:00:00Z; none while that is open")
    package static let swaggerUI = Setting(
        "docs.swagger_ui", .text(".venv/swagger-ui"),
        "the directory that has Swagger UI's files; without them /docs is a plain page")
    package static let logLevel = Setting(
        "log.level", .text("info"), "trace, debug, info, notice, warning, error or critical")

    package static let all = [
        host, port, idleTimeout, headTimeout, bodyRate, connections, http2, certificate, privateKey, shutdownTimeout,
        corsOrigins, interimResponses, storage, reserve, uploadLifetime, sweepInterval, proofPatience, proofRate,
        sizeMax, scrubRate, scrubInterval, undeleteWindow, collectionEpoch, collectionInterval, liveShare,
        compactionRate, keyRate, playerRate, addressRate, eventRetention, saveBytes, saves, v0Game, v0Currency,
        v0Deprecated,
        v0Sunset, swaggerUI, logLevel,
    ]

    /// The key that is spelled most like a word that is none.
    static func nearestKey(to word: String) -> String {
        all.map(\.key).min { EditDistance(word, $0) < EditDistance(word, $1) } ?? ""
    }

    private init(_ key: String, _ defaultValue: Value, _ help: String) {
        self.key = key
        self.defaultValue = defaultValue
        self.help = help
    }
}
