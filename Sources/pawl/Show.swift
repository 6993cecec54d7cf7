import ArgumentParser
import PawlClient
import PawlModel

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows an asset, one version of it, and its channels.")

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        try await server.withClient { client in
            let (asset, version) = try await found(name, client)
            let channels = try await client.all(Channel.self, filter: Filter("asset_id", asset.id))
            if server.json {
                Output.json([
                    "asset": try JSONValue(asset), "version": try version.map { try JSONValue($0) } ?? .null,
                    "channels": try JSONValue(channels),
                ])
            } else {
                try await show(asset, version, channels, name: name.asset, client)
            }
        }
    }

    /// An asset without a version can be shown all the same, when no certain one was asked for.
    private func found(_ name: VersionName, _ client: PawlClient) async throws -> (Stored<Asset>, Version?) {
        guard name.selector == .newest else { return try await client.resolve(name) }
        let asset = try await client.asset(name.asset)
        return (asset, try await client.newestVersion(of: asset.id))
    }

    private func show(
        _ asset: Stored<Asset>, _ version: Version?, _ channels: [Stored<Channel>], name: AssetName,
        _ client: PawlClient
    ) async throws {
        fact("asset", name.description)
        fact("id", asset.id.description)
        fact("kind", asset.kind?.rawValue ?? "-")
        if let title = asset.title { fact("title", Text.plain(title)) }
        if !asset.tags.isEmpty { fact("tags", asset.tags.map { Text.plain($0) }.joined(separator: ", ")) }
        fact("visibility", asset.visibility.rawValue)
        guard let version else { return fact("version", "none yet") }
        fact("version", "\(version.number) (\(version.state.rawValue))")
        fact("version id", version.id.description)
        fact("size", "\(Text.bytes(version.size)) (\(Text.count(version.size, "byte")))")
        fact("blocks", Text.count(version.blockCount))
        fact("root", version.root.hex)
        fact("sha256", version.sha256?.hex ?? "not proven yet")
        if let label = version.label { fact("label", Text.plain(label)) }
        if let notes = version.notes { fact("notes", Text.plain(notes)) }
        fact("created", Text.time(version.createdAt) + " UTC")
        for channel in channels.sorted(by: { $0.name < $1.name }) {
            let number = try await client.version(channel.versionID).number
            fact("channel", "\(channel.name) → \(number)")
        }
    }

    private func fact(_ name: String, _ value: String) {
        Output.line(name + String(repeating: " ", count: 12 - name.count) + value)
    }
}
