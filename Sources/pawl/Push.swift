import ArgumentParser
import PawlClient
import PawlModel

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a file the newest version of an asset.",
        discussion: """
            Only blocks that the server does not have are sent. Killed at any moment, the same command goes on where \
            it was. The game and the asset are made when they are missing and the key may.
            """)

    @Argument(help: "The file to push.")
    var path: String

    @Argument(help: ArgumentHelp("The asset, such as mygame/builds/win64.", valueName: "game/asset"))
    var asset: String

    @Option(help: ArgumentHelp("Move this channel to the version.", valueName: "name"))
    var channel: String?

    @Option(help: ArgumentHelp("Name the version, such as a build number.", valueName: "text"))
    var label: String?

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try AssetName(asset)
        let options = PawlClient.PushOptions(channel: channel, label: label)
        let done = try await transfer.transfer(server) { client, progress in
            try await client.push(path, to: name, options: options, progress: progress)
        }
        if server.json {
            Output.json(
                summary(
                    asset: name.description, version: done.version, bytesTotal: done.bytesTotal,
                    bytesSent: done.bytesSent, blocksTotal: done.blocksTotal, blocksSent: done.blocksSent,
                    duration: done.duration, more: ["new_version": .bool(done.isNewVersion)]))
        } else {
            Output.line("\(name)@\(done.version.number)  " + done.sentence)
        }
    }
}

extension PawlClient.PushSummary {
    fileprivate var sentence: String {
        let whole = "\(Text.bytes(bytesTotal)) in \(Text.count(blocksTotal)) blocks"
        let sent = "\(Text.bytes(bytesSent)) in \(Text.count(blocksSent)) blocks sent"
        let time = Text.seconds(duration.inSeconds)
        return isNewVersion ? "\(whole), \(sent), \(time)" : "is already this file: \(whole), \(sent), \(time)"
    }
}
