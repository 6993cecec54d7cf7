import ArgumentParser
import PawlClient
import PawlModel

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the versions of an asset, newest first.",
        discussion: "With --deleted, those that `pawl call versions ver_… undelete` still takes back.")

    @Argument(help: ArgumentHelp("The asset.", valueName: "game/asset"))
    var asset: String

    @Flag(name: .customLong("deleted"), help: "Only versions that were deleted and can be taken back.")
    var isOfDeleted = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try AssetName(asset)
        try await server.withClient { client in
            let asset = try await client.asset(name)
            let versions =
                try await isOfDeleted ? client.deletedVersions(of: asset.id) : client.allVersions(of: asset.id)
            if server.json { return try versions.forEach(Output.json) }
            let channels = try await client.all(Channel.self, filter: Filter("asset_id", asset.id))
            var table = Table("VERSION", "SIZE", "BLOCKS", "CREATED (UTC)", "STATE", "LABEL", "CHANNELS", "ID")
            for version in versions {
                let names = channels.filter { $0.versionID == version.id }.map(\.name).sorted()
                table.add(
                    String(version.number), Text.bytes(version.size), Text.count(version.blockCount),
                    Text.time(version.createdAt), version.state.rawValue, Text.plain(version.label),
                    names.isEmpty ? "-" : names.joined(separator: ", "), version.id.description)
            }
            table.print(
                whenEmpty: isOfDeleted
                    ? "Of '\(name)' no version can be taken back." : "The asset '\(name)' has no version.")
            if isOfDeleted, !versions.isEmpty {
                Output.line("Take one back with `pawl call versions ver_… undelete`.")
            }
        }
    }
}
