import ArgumentParser
import PawlClient
import PawlModel

/// What is asked of the server, and in which version of its API.
struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Tells who uses which version of the API.", subcommands: [Usage.self],
        defaultSubcommand: Usage.self)

    struct Usage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists keys by the version of the API that they use, and when they did last.")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let usages = try await server.withClient { try await $0.apiUsage() }
            if server.json { return try usages.forEach(Output.json) }
            var table = Table("VERSION", "WHO", "NAME", "REQUESTS", "FIRST (UTC)", "LAST (UTC)")
            for usage in usages {
                table.add(
                    usage.version, Text.plain(usage.caller), Text.plain(usage.name), Text.count(usage.requests),
                    Text.time(usage.firstAt), Text.time(usage.lastAt))
            }
            table.print(whenEmpty: "Nobody has asked anything yet.")
        }
    }
}
