import ArgumentParser
import Daemon
import PawlModel

/// Copies a storage of this machine, beside the daemon that serves it.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Backs a storage up into a directory, while it is served.",
        discussion: """
            Run on the machine that has the storage. A second backup into the same directory copies what is new; with \
            --verify it also reads what is there, and copies anew what is damaged. Keep it as safe as the storage: \
            storage/admin.key is in it.
            """)

    @Argument(help: ArgumentHelp("Where the backup goes.", valueName: "directory"))
    var target: String

    @Flag(name: .customLong("verify"), help: "Read all of an earlier backup there, too.")
    var verifies = false

    @OptionGroup var options: StorageOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let maintenance = Maintenance(settings: try await options.file.settings([.storage: options.storage]))
        let bar = WorkProgress(json: json)
        let report = try await maintenance.backup(to: target, verifies: verifies) { bar.show(done: $0, of: $1) }
        bar.finish()
        try report.show(
            json: json, "backed up: \(Text.bytes(report.bytesTotal)), \(Text.bytes(report.bytesCopied)) of it new")
    }
}

/// Makes a storage of a backup.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a storage of a backup, where there is none yet.",
        discussion: """
            The keys of the backup work in it, too. With --dry-run the backup is read and nothing made: whether all of it \
            could be restored.
            """)

    @Argument(help: ArgumentHelp("Where the backup is.", valueName: "directory"))
    var source: String

    @Flag(name: .customLong("dry-run"), help: "Read all of the backup, and make nothing.")
    var isDryRun = false

    @OptionGroup var options: StorageOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let settings = try await options.file.settings([.storage: options.storage])
        let bar = WorkProgress(json: json)
        let report = try await Maintenance(settings: settings).restore(from: source, isDryRun: isDryRun) {
            bar.show(done: $0, of: $1)
        }
        bar.finish()
        let summary = isDryRun ? "read all of \(source)" : "restored into \(settings.storage)"
        try report.show(json: json, "\(summary): \(Text.bytes(report.bytesTotal))")
    }
}

extension BackupReport {
    fileprivate func show(json: Bool, _ summary: String) throws {
        if json {
            try Output.json(self)
        } else {
            for finding in notes + findings { Output.line(finding) }
            Output.line(summary + (findings.isEmpty ? "" : ", " + Text.count(Int64(findings.count), "finding")))
        }
        if !findings.isEmpty { throw ExitCode(1) }
    }
}
