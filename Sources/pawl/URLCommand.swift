import ArgumentParser
import PawlClient
import PawlModel

struct URLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "url", abstract: "Prints a URL that downloads a version without a key, for a while.",
        discussion: """
            With a channel it downloads whatever the channel points at then. Nobody can take it back: who has it may \
            download until it expires.
            """)

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @Option(help: "How long it works, such as 1h, and at most 7d; an hour unless given.")
    var expires: Span?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        try await server.withClient { client in
            let signed = try await client.signedURL(name, expiresIn: expires?.seconds)
            try server.show(
                secret: signed.url ?? "", of: signed, "It works until \(Text.time(signed.expiresAt)) (UTC).")
        }
    }
}
