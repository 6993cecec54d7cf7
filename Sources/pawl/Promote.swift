import ArgumentParser
import PawlClient
import PawlModel

struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves a channel to a version: a release. The channel is made when it is missing.")

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @Argument(help: "The channel to move.")
    var channel: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        try await server.withClient { client in
            let (asset, version) = try await client.resolve(name)
            let moved = try await client.move(channel: channel, of: asset.id, to: version.id)
            tellMove(of: channel, of: name.asset, to: version, hasMoved: moved != nil, json: server.json)
        }
    }
}

struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves a channel back to an earlier version.")

    @Argument(help: ArgumentHelp("The asset.", valueName: "game/asset"))
    var asset: String

    @Argument(help: "The channel to move.")
    var channel: String

    @Option(help: ArgumentHelp("The version's number; without it, the one before the current.", valueName: "n"))
    var to: Int64?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try AssetName(asset)
        try await server.withClient { client in
            let asset = try await client.asset(name)
            guard let current = try await client.channel(channel, of: asset.id) else {
                throw client.unknownChannel(channel, of: name)
            }
            let version: Version
            if let to {
                version = try await client.resolve(VersionName(name, .number(to))).version
            } else {
                version = try await versionBefore(current, name, client)
            }
            let moved = try await client.move(channel: channel, of: asset.id, to: version.id)
            tellMove(of: channel, of: name, to: version, hasMoved: moved != nil, json: server.json)
        }
    }

    private func versionBefore(_ channel: Channel, _ name: AssetName, _ client: PawlClient) async throws -> Version {
        let current = try await client.version(channel.versionID)
        var token: String?
        repeat {
            let page = try await client.versions(of: channel.assetID, pageToken: token)
            if let version = page.items.first(where: { $0.number < current.number && $0.state == .ready }) {
                return version
            }
            token = page.nextPageToken
        } while token != nil
        throw ClientError(
            .unknownVersion, "The channel '\(channel.name)' is at version \(current.number), and none is before it.",
            advice: "`pawl history \(name)` lists the versions; --to names one.")
    }
}

/// Says where a channel is now.
private func tellMove(of channel: String, of asset: AssetName, to version: Version, hasMoved: Bool, json: Bool) {
    if json {
        Output.json([
            "asset": .string(asset.description), "channel": .string(channel), "version": .int(version.number),
            "version_id": .string(version.id.description), "moved": .bool(hasMoved),
        ])
    } else {
        Output.line("\(asset):\(channel) is \(hasMoved ? "now" : "already") at version \(version.number).")
    }
}
