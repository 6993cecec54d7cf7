import ArgumentParser
import Daemon
import PawlModel

/// Moves the database of a storage directory up or down, with no daemon serving it.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows or changes the database's migrations.",
        subcommands: [Status.self, Up.self, Down.self, Diagram.self], defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the migrations and which are applied.")
        @OptionGroup var options: StorageOptions

        func run() async throws {
            for migration in try await options.maintenance().migrationStatus() {
                let state = migration.appliedAt.map { "applied \($0)" } ?? "not applied"
                Output.line("\(migration.number)  \(migration.name)  \(state)")
            }
        }
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Applies migrations, all of them or up to a number.")
        @Option(help: "The last migration to apply.")
        var to: Int?
        @OptionGroup var options: StorageOptions

        func run() async throws { try await options.migrate(to: to) }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes migrations back; what their tables held is lost.")
        @Option(help: "The last migration to keep; 0 takes all back.")
        var to: Int
        @OptionGroup var options: StorageOptions

        func run() async throws { try await options.migrate(to: to) }
    }
}

extension StorageOptions {
    fileprivate func maintenance() async throws -> Maintenance {
        Maintenance(settings: try await file.settings([.storage: storage]))
    }

    fileprivate func migrate(to target: Int?) async throws {
        let progress = WorkProgress(json: false)
        let steps = try await maintenance().migrate(to: target) { step, done, total in
            progress.show("\(step): \(Text.count(done)) of \(Text.count(total, "row"))")
        }
        progress.finish()
        for step in steps { Output.line(step) }
        if steps.isEmpty { Output.line("Nothing to do.") }
    }
}
