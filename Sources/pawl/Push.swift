import ArgumentParser
import PawlClient
import PawlModel

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a file or a folder the newest version of an asset.",
        discussion: """
            Only blocks that the server does not have are sent. Killed at any moment, the same command goes on where \
            it was. The game and the asset are made when they are missing and the key may. What a .pawlignore in the \
            folder names, in the way of a .gitignore, is left out. See docs/folders.md.
            """)

    @Argument(help: "The file or the folder to push.")
    var path: String

    @Argument(help: ArgumentHelp("The asset, such as mygame/builds/win64.", valueName: "game/asset"))
    var asset: String

    @Option(help: ArgumentHelp("Move this channel to the version.", valueName: "name"))
    var channel: String?

    @Option(help: ArgumentHelp("Name the version, such as a build number.", valueName: "text"))
    var label: String?

    @Flag(help: "Let the version wait until `pawl uploads publish`, or a changeset, lets it be seen.")
    var hold = false

    @Flag(
        name: .customLong("no-cache"),
        help: "Read every file of a folder, also those that nobody wrote to since the last time.")
    var ignoresCache = false

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func validate() throws {
        if label?.isEmpty ?? false { throw ValidationError("--label is a text: leave it out for none.") }
    }

    func run() async throws {
        let name = try AssetName(asset)
        let options = PawlClient.PushOptions(channel: channel, label: label, usesCache: !ignoresCache, isHeld: hold)
        let done = try await transfer.transfer(server) { client, progress in
            try await client.push(path, to: name, options: options, progress: progress)
        }
        guard let version = done.version else { return tellHeld(name, done) }
        if server.json {
            Output.json(
                summary(
                    asset: name.description, version: version, bytesTotal: done.bytesTotal,
                    bytesSent: done.bytesSent, blocksTotal: done.blocksTotal, blocksSent: done.blocksSent,
                    duration: done.duration,
                    more: [
                        "new_version": .bool(done.isNewVersion), "files_total": .int(done.filesTotal),
                        "files_read": .int(done.filesRead),
                    ]))
        } else {
            Output.line("\(name)@\(version.number)  " + done.sentence)
        }
    }

    private func tellHeld(_ name: AssetName, _ done: PawlClient.PushSummary) {
        let upload = done.heldUpload?.description ?? ""
        if server.json {
            Output.json([
                "event": "done", "asset": .string(name.description), "asset_id": .string(done.asset.id.description),
                "held_upload": .string(upload), "bytes_total": .int(done.bytesTotal),
                "bytes_sent": .int(done.bytesSent), "blocks_total": .int(done.blocksTotal),
                "blocks_sent": .int(done.blocksSent),
            ])
        } else {
            Output.line("\(name) is held as \(upload): \(done.sentence)")
            Output.line("`pawl uploads publish \(upload)` lets it be seen; in a changeset it is:")
            Output.line(
                "  {op: call, target: \(done.asset.id), verb: publish, body: {upload_id: \(upload)}}")
        }
    }
}

extension PawlClient.PushSummary {
    fileprivate var sentence: String {
        let files = isFolder ? "\(Text.count(filesTotal, "file")), " : ""
        let whole = "\(files)\(Text.bytes(bytesTotal)) in \(Text.count(blocksTotal, "block"))"
        let sent = "\(Text.bytes(bytesSent)) in \(Text.count(blocksSent, "block")) sent"
        let time = Text.seconds(duration.inSeconds)
        return isNewVersion
            ? "\(whole), \(sent), \(time)"
            : "is already this \(isFolder ? "folder" : "file"): \(whole), \(sent), \(time)"
    }
}
