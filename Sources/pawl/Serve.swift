import ArgumentParser
import Daemon
import Foundation
import Logging

/// Runs the daemon in the foreground.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the daemon until it is told to stop.")

    @OptionGroup var options: StorageOptions

    @Option(help: "The address to listen on (default: 127.0.0.1).")
    var host: String?

    @Option(help: "The port to listen on; 0 takes a free one (default: 7420).")
    var port: Int?

    func run() async throws {
        let settings = try await options.file.settings(
            [.storage: options.storage, .host: host, .port: port.map(String.init)])
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = settings.logLevel
            return handler
        }
        let path = settings.storage
        try await Daemon(settings: settings, logger: Logger(label: "pawl")) { address in
            print("pawl serves \(path) at \(address)")
            // Whoever reads this through a pipe waits for it.
            fflush(nil)
        }.run()
    }
}
