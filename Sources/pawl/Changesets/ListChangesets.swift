import ArgumentParser
import PawlClient
import PawlModel

struct ListChangesets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changesets", abstract: "Lists what was changed, newest first, or shows one changeset row by row.")

    @Argument(help: ArgumentHelp("The changeset to show.", valueName: "chs_…"))
    var id: String?

    @Option(help: ArgumentHelp("How many to list.", valueName: "count"))
    var limit = 20

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard 1...Limits.pageSizeMax ~= limit else {
            throw ValidationError("--limit takes a number from 1 to \(Limits.pageSizeMax).")
        }
    }

    func run() async throws {
        guard let id else { return try await list() }
        let argument = try ChangesetArgument(id)
        let (changeset, changes) = try await server.withClient { try await $0.changeset(argument.id) }
        if server.json {
            var object = try JSONValue(changeset).object ?? [:]
            object["changes"] = try JSONValue(changes)
            return Output.json(object)
        }
        Output.line(
            "\(changeset.id)  \(Text.time(changeset.createdAt))  by \(changeset.createdBy?.description ?? "the daemon")"
        )
        if let message = changeset.message { Output.line("  \(Text.plain(message))") }
        if let reverts = changeset.reverts { Output.line("  takes back \(reverts)") }
        if let reverted = changeset.revertedBy { Output.line("  taken back by \(reverted)") }
        ChangeText.tell(changes, irreversible: changeset.irreversible)
        if changes.count < changeset.changeCount {
            Output.line("This key may read \(changes.count) of \(changeset.changeCount) changes.")
        }
    }

    private func list() async throws {
        let page = try await server.withClient { try await $0.changesets(pageSize: limit) }
        if server.json { return try page.items.forEach(Output.json) }
        var table = Table("CHANGESET", "WHEN (UTC)", "BY", "CHANGES", "STATE", "MESSAGE")
        for changeset in page.items {
            let state =
                changeset.revertedBy != nil ? "taken back" : changeset.reverts.map { "takes back \($0)" } ?? "-"
            table.add(
                changeset.id.description, Text.time(changeset.createdAt),
                changeset.createdBy?.description ?? "the daemon", Text.count(changeset.changeCount), state,
                Text.plain(changeset.message))
        }
        table.print(whenEmpty: "Nothing was changed yet.")
    }
}
