import ArgumentParser
import PawlClient
import PawlModel

struct Pull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a file up to a version of an asset.",
        discussion: """
            Only blocks that are not there already are fetched, and the file changes in one step at the end. Killed \
            at any moment, the same command goes on where it was. Without @N or :CHANNEL the newest version is meant.
            """)

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @Argument(help: ArgumentHelp("The file to write, or an existing directory.", valueName: "dest"))
    var destination: String

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        let done = try await transfer.transfer(server) { client, progress in
            try await client.pull(name, to: destination, progress: progress)
        }
        if server.json {
            Output.json(
                summary(
                    asset: name.asset.description, version: done.version, bytesTotal: done.bytesTotal,
                    bytesSent: done.bytesSent, blocksTotal: done.blocksTotal, blocksSent: done.blocksSent,
                    duration: done.duration,
                    more: ["path": .string(done.path), "identical": .bool(done.wasIdentical)]))
        } else {
            Output.line("\(name.asset)@\(done.version.number)  " + done.sentence)
        }
    }
}

extension PawlClient.PullSummary {
    fileprivate var sentence: String {
        let file = Text.plain(path)
        let whole = "\(Text.bytes(bytesTotal)) in \(Text.count(blocksTotal)) blocks"
        let time = Text.seconds(duration.inSeconds)
        if wasIdentical { return "\(file) is already this version: \(whole), nothing fetched, \(time)" }
        let fetched = "\(Text.bytes(bytesSent)) in \(Text.count(blocksSent)) blocks fetched"
        return "\(file): \(whole), \(fetched), \(time)"
    }
}
