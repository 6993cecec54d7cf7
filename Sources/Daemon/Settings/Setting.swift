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
    package static let shutdownTimeout = Setting(
        "http.shutdown_timeout", .number(10), "seconds that requests get to end when the daemon stops")
    package static let storage = Setting("storage.path", .text("storage"), "where everything is kept")
    package static let reserve = Setting(
        "storage.reserve", .number(Int(Limits.storageReserve)),
        "bytes that stay free on the volume: below this, new bytes are refused and everything else goes on")
    package static let uploadLifetime = Setting(
        "uploads.lifetime", .number(Int(Limits.uploadLifetime)),
        "seconds after which an upload that nobody touches expires")
    package static let sweepInterval = Setting(
        "uploads.sweep_interval", .number(5), "seconds between two looks for uploads that have ended or expired")
    package static let logLevel = Setting(
        "log.level", .text("info"), "trace, debug, info, notice, warning, error or critical")

    package static let all = [
        host, port, idleTimeout, shutdownTimeout, storage, reserve, uploadLifetime, sweepInterval, logLevel,
    ]

    private init(_ key: String, _ defaultValue: Value, _ help: String) {
        self.key = key
        self.defaultValue = defaultValue
        self.help = help
    }
}
