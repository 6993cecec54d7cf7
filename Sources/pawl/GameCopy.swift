import ArgumentParser
import Foundation
import PawlClient
import PawlModel

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a whole game to a file: all rows, all versions, all blocks.",
        discussion: """
            Run the same command again after a break: it goes on where it was. With - it goes to standard output: \
            pawl export mygame - | pawl import - --server https://other. Keys and webhooks are left out, for their \
            secrets are told to nobody; accounts come along as far as they play the game.
            """)

    @Argument(help: "The game's slug.")
    var game: String

    @Argument(help: ArgumentHelp("The file, or - for standard output.", valueName: "file"))
    var file: String

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func validate() throws {
        if file == "-", server.json { throw ValidationError("With - standard output has the game: leave --json away.") }
        if file == "-", isatty(STDOUT_FILENO) == 1 {
            throw ValidationError("An export is no text: name a file, or send standard output somewhere else.")
        }
    }

    func run() async throws {
        let (game, path) = (game, file == "-" ? nil : file)
        let summary = try await transfer.transfer(server) { client, progress in
            try await client.export(game: game, to: path, progress: progress)
        }
        if server.json {
            Output.json(summary.json)
        } else if path != nil {
            Output.line("\(game): \(summary.sentence).")
        } else {
            Output.error("pawl: \(game): \(summary.sentence).")
        }
    }
}

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a game from a file that `pawl export` wrote.",
        discussion: """
            The game must not be there yet. Its rows keep their ids and revisions. Run the same command again after a \
            break: it goes on where it was. Nothing but the game's name is seen before all of it is there.
            """)

    @Argument(help: ArgumentHelp("The file, or - for standard input.", valueName: "file"))
    var file: String

    @OptionGroup var transfer: TransferOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let path = file == "-" ? nil : file
        let summary = try await transfer.transfer(server) { client, progress in
            try await client.importGame(from: path, progress: progress)
        }
        if server.json {
            Output.json(summary.json)
        } else if summary.wasThere {
            Output.line("\(summary.game) is here already, from this export.")
        } else {
            Output.line("\(summary.game): \(summary.sentence).")
        }
    }
}

extension GameCopySummary {
    fileprivate var sentence: String {
        "\(Text.count(rows, "row")), \(Text.count(Int64(versions), "version")), \(Text.bytes(bytesTotal)) in "
            + "\(Text.count(Int64(blocks), "block")), \(Text.bytes(bytesSent)) sent, \(Text.seconds(duration.inSeconds))"
    }

    fileprivate var json: JSONObject {
        [
            "event": "done", "game": .string(game), "rows": .int(rows), "versions": .int(Int64(versions)),
            "blocks_total": .int(Int64(blocks)), "bytes_total": .int(bytesTotal), "bytes_sent": .int(bytesSent),
            "was_there": .bool(wasThere), "seconds": .double((duration.inSeconds * 1000).rounded() / 1000),
        ]
    }
}
