import ArgumentParser
import PawlClient
import PawlModel

struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how two versions differ, or two games.",
        discussion: """
            Of two versions it also tells what a player on the old one downloads; the second may be @N or :CHANNEL alone, \
            of the same asset: pawl diff mygame/builds/win64:live @12

            Of a game it tells how it differs from the one with its name on another server, or from a file (one that \
            `pawl export` wrote, or YAML with rows), and writes the changeset that makes it the same: \
            pawl diff mygame --with https://staging.example --into changes.yaml
            """)

    @Argument(help: ArgumentHelp("The old version, or with --with a game.", valueName: "game/asset[@n|:channel]"))
    var old: String

    @Argument(help: ArgumentHelp("The new version.", valueName: "[game/asset][@n|:channel]"))
    var new: String?

    @Option(help: ArgumentHelp("What the game should be: a server's address, or a file.", valueName: "url|file"))
    var with: String?

    @Option(help: ArgumentHelp("The key for that server, when it is another one.", valueName: "key"))
    var withKey: String?

    @Option(help: ArgumentHelp("Write a changeset that makes the game so.", valueName: "file"))
    var into: String?

    @Flag(help: "Take away rows that only this server has.")
    var delete = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard (new == nil) != (with == nil) else {
            throw ValidationError("Name a second version, or with --with what a game is compared with.")
        }
        guard with != nil || into == nil && withKey == nil && !delete else {
            throw ValidationError("--into, --with-key and --delete are for --with.")
        }
    }

    func run() async throws {
        if let with {
            let games = DiffGames(
                game: old, with: with, withKey: withKey, into: into, deletes: delete, server: server)
            return try await games.run()
        }
        let new = new ?? ""
        let oldName = try VersionName(old)
        let newName =
            new.hasPrefix("@") || new.hasPrefix(":")
            ? try VersionName(oldName.asset.description + new) : try VersionName(new)
        let found = try await server.withClient { try await $0.difference(from: oldName, to: newName) }
        for difference in found.entries { difference.tell(json: server.json) }
        if server.json {
            Output.json(summary(found))
        } else {
            Output.line(found.plan.sentence)
        }
    }

    private func summary(_ found: PawlClient.VersionDifference) -> JSONObject {
        [
            "event": "done", "old_version": .int(found.old.number), "old_version_id": .string(found.old.id.description),
            "new_version": .int(found.new.number), "new_version_id": .string(found.new.id.description),
            "old_bytes_total": .int(found.old.size), "new_bytes_total": .int(found.new.size),
            "files_added": .int(found.plan.filesAdded), "files_changed": .int(found.plan.filesChanged),
            "files_removed": .int(found.plan.filesRemoved), "files_unchanged": .int(found.plan.filesUnchanged),
            "bytes_down": .int(found.plan.bytesDown), "bytes_written": .int(found.plan.bytesWritten),
            "temporary_bytes": .int(found.plan.temporaryBytes),
        ]
    }
}

extension Plan {
    /// What an update means for a player.
    var sentence: String {
        "\(Text.count(filesAdded, "file")) added, \(Text.count(filesChanged)) changed, \(Text.count(filesRemoved)) removed, "
            + "\(Text.count(filesUnchanged)) unchanged; an update downloads \(Text.bytes(bytesDown)) "
            + "and writes \(Text.bytes(bytesWritten))."
    }
}
