import ArgumentParser

/// The command line: arguments and printing, nothing else.
///
/// Exit status: 0 done, 1 failed, 2 usage, 75 try again (what was transferred is kept).
@main
struct Pawl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pawl",
        abstract: "Moves large game files to and from a Pawl server, and works with all else that it keeps.",
        discussion: """
            The server is --server, $PAWL_SERVER or http://127.0.0.1:7420. The key is --key, $PAWL_KEY, or for a \
            server on this machine what stands in storage/admin.key.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Transfers",
                subcommands: [Push.self, Pull.self, Verify.self, Diff.self, URLCommand.self, UploadsCommand.self]),
            CommandGroup(
                name: "Assets",
                subcommands: [List.self, Show.self, History.self, Promote.self, Rollback.self]),
            CommandGroup(
                name: "Everything else by its resource",
                subcommands: [
                    ListRows.self, GetRow.self, CreateRow.self, UpdateRow.self, DeleteRow.self, CallVerb.self,
                ]),
            CommandGroup(
                name: "Many changes at once", subcommands: [Apply.self, Revert.self, ListChangesets.self]),
            CommandGroup(name: "Whole games", subcommands: [Export.self, Import.self]),
            CommandGroup(name: "Events", subcommands: [EventsCommand.self]),
            CommandGroup(name: "Keys", subcommands: [KeyCommand.self, TokenCommand.self, APICommand.self]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Serve.self, Migrate.self, Doctor.self, CollectGarbage.self, Scrub.self, Backup.self, Restore.self,
                ]),
        ])

    static func main() async {
        guard let arguments = Arguments.all else {
            Failure.usage("The arguments are not UTF-8. Rename what is named otherwise, and try again.").exit()
        }
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            if let failure = Output.failure { throw failure }
        } catch {
            Failure(error).exit()
        }
    }
}
