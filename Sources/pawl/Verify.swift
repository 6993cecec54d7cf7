import ArgumentParser
import PawlClient
import PawlModel

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how a local file or folder differs from a version, and ends with 1 when it does.",
        discussion: """
            Every file is read, nothing is changed. What a .pawlignore in the folder names is not looked at. \
            `pawl pull` mends what differs.
            """)

    @Argument(help: "The file or the folder.")
    var path: String

    @Argument(help: ArgumentHelp("The asset and perhaps its version.", valueName: "game/asset[@n|:channel]"))
    var asset: String

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try VersionName(asset)
        let found = try await transfer.transfer(server) { client, progress in
            try await client.verify(path, against: name, progress: progress)
        }
        for difference in found.entries { tell(difference) }
        let counts = FolderDifference.Kind.allCases.map { kind in found.entries.count { $0.kind == kind } }
        if server.json {
            var summary: JSONObject = [
                "event": "done", "asset": .string(name.asset.description), "version": .int(found.version.number),
                "version_id": .string(found.version.id.description), "root": .string(found.version.root.hex),
                "files_total": .int(found.filesTotal), "bytes_total": .int(found.bytesTotal),
                "identical": .bool(found.entries.isEmpty), "unfinished_pull": .bool(found.hasUnfinishedPull),
            ]
            for (kind, count) in zip(FolderDifference.Kind.allCases, counts) {
                summary[kind.local] = .int(Int64(count))
            }
            Output.json(summary)
        } else if found.entries.isEmpty {
            Output.line(
                "\(Text.plain(path)) is \(name.asset)@\(found.version.number): \(Text.count(found.filesTotal, "file")), "
                    + Text.bytes(found.bytesTotal))
        } else {
            let parts = zip(FolderDifference.Kind.allCases, counts).filter { $0.1 > 0 }
                .map { "\(Text.count(Int64($0.1))) \($0.0.local)" }
            Output.line(
                "\(Text.plain(path)) is not \(name.asset)@\(found.version.number): " + parts.joined(separator: ", "))
        }
        if found.hasUnfinishedPull, !server.json {
            Output.line("A pull into it was broken off or goes on: pull again to its end.")
        }
        if !found.entries.isEmpty { throw ExitCode(1) }
    }

    private func tell(_ difference: FolderDifference) {
        if server.json {
            Output.json([
                "event": "difference", "kind": .string(difference.kind.local), "path": .string(difference.path),
            ])
        } else {
            Output.line(
                Text.column(difference.kind.local)
                    + (difference.path.isEmpty ? Text.plain(path) : Text.plain(difference.path)))
        }
    }
}

extension FolderDifference.Kind {
    /// What it means for a folder that should be the version.
    fileprivate var local: String {
        switch self {
        case .added: "missing"
        case .changed: "changed"
        case .mode: "mode"
        case .removed: "extra"
        }
    }
}
