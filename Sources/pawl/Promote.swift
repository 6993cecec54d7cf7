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
            let before = try await client.channel(channel, of: asset.id)?.versionID
            let moved = try await client.move(channel: channel, of: asset.id, to: version.id)
            tellMove(of: channel, of: name.asset, to: version, hasMoved: moved != nil, json: server.json)
            // Told after the release, which it must not hold up.
            guard moved != nil, let before, !server.json else { return }
            if let plan = try? await client.plan(from: before, to: version.id) { Output.line(plan.sentence) }
        }
    }
}

struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves a channel back to what was released on it before.")

    @Argument(help: ArgumentHelp("The asset.", valueName: "game/asset"))
    var asset: String

    @Argument(help: "The channel to move.")
    var channel: String

    @Option(help: ArgumentHelp("The version's number; without it, what was released before.", valueName: "n"))
    var to: Int64?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try AssetName(asset)
        try await server.withClient { client in
            let asset = try await client.asset(name)
            guard let current = try await client.channel(channel, of: asset.id) else {
                throw client.unknownChannel(channel, of: name)
            }
            if let to {
                let version = try await client.resolve(VersionName(name, .number(to))).version
                let moved = try await client.move(channel: channel, of: asset.id, to: version.id)
                tellMove(of: channel, of: name, to: version, hasMoved: moved != nil, json: server.json)
            } else {
                let version = try await client.version(try await client.rollBack(current.id).versionID)
                tellMove(of: channel, of: name, to: version, hasMoved: true, json: server.json)
            }
        }
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
