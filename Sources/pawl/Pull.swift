import ArgumentParser
import PawlClient
import PawlModel

struct Pull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a file or a folder up to a version of an asset.",
        discussion: """
            Only blocks that are not there already are fetched, and each file changes in one step. Killed at any \
            moment, the same command goes on where it was. Without @N or :CHANNEL the newest version is meant. In a \
            folder, what was changed is repaired, and what the version does not have stays unless --delete is given. \
            See docs/folders.md.
            """)

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @Argument(help: ArgumentHelp("The file to write, an existing directory for it, or the folder.", valueName: "dest"))
    var destination: String

    @Option(help: ArgumentHelp("Only this file or directory of a folder.", valueName: "path"))
    var entry: String?

    @Flag(name: .customLong("delete"), help: "Remove what the version does not have, but for what a .pawlignore names.")
    var removesOthers = false

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and change nothing.")
    var isDryRun = false

    @Flag(
        name: .customLong("no-cache"),
        help: "Read every file of a folder, also those that nobody wrote to since the last time.")
    var ignoresCache = false

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        let options = PawlClient.PullOptions(
            entry: entry, removesOthers: removesOthers, isDryRun: isDryRun, usesCache: !ignoresCache)
        let done = try await transfer.transfer(server) { client, progress in
            try await client.pull(name, to: destination, options: options, progress: progress)
        }
        if isDryRun { for difference in done.differences { difference.tell(json: server.json) } }
        if server.json {
            Output.json(
                summary(
                    asset: name.asset.description, version: done.version, bytesTotal: done.bytesTotal,
                    bytesSent: done.bytesSent, blocksTotal: done.blocksTotal, blocksSent: done.blocksSent,
                    duration: done.duration,
                    more: [
                        "path": .string(done.path), "identical": .bool(done.wasIdentical),
                        "dry_run": .bool(done.isDryRun), "files_total": .int(done.filesTotal),
                        "files_added": .int(done.filesAdded), "files_changed": .int(done.filesChanged),
                        "files_removed": .int(done.filesRemoved), "bytes_down": .int(done.bytesDown),
                        "bytes_written": .int(done.bytesWritten), "temporary_bytes": .int(done.temporaryBytes),
                    ]))
        } else {
            Output.line("\(name.asset)@\(done.version.number)  " + done.sentence)
        }
    }
}

extension PawlClient.PullSummary {
    fileprivate var sentence: String {
        let files = isFolder ? "\(Text.count(filesTotal, "file")), " : ""
        let whole = "\(files)\(Text.bytes(bytesTotal)) in \(Text.count(blocksTotal, "block"))"
        let time = Text.seconds(duration.inSeconds)
        if wasIdentical { return "\(Text.plain(path)) is already this version: \(whole), nothing fetched, \(time)" }
        let others = Int64(differences.count { $0.old ?? .file != .file || $0.new ?? .file != .file })
        let changes =
            "\(Text.count(filesAdded)) added, \(Text.count(filesChanged)) changed, "
            + "\(Text.count(filesRemoved)) removed"
            + (others > 0 ? ", \(Text.count(others, "link or folder", "links and folders"))" : "")
        if isDryRun {
            return "\(Text.plain(path)) would change: \(changes), \(Text.bytes(bytesDown)) to fetch, "
                + "\(Text.bytes(bytesWritten)) to write, \(Text.bytes(temporaryBytes)) beside at most"
        }
        let fetched = "\(Text.bytes(bytesSent)) in \(Text.count(blocksSent, "block")) fetched"
        return "\(Text.plain(path)): \(whole), \(fetched), \(isFolder ? changes + ", " : "")\(time)"
    }
}
