import ArgumentParser
import Daemon
import PawlModel

/// Copies a storage of this machine, beside the daemon that serves it.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Backs a storage up into a directory, while it is served.",
        discussion: """
            Run on the machine that has the storage. A second backup into the same directory copies what is new. Keep it \
            as safe as the storage: storage/admin.key is in it.
            """)

    @Argument(help: ArgumentHelp("Where the backup goes.", valueName: "directory"))
    var target: String

    @OptionGroup var options: StorageOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let maintenance = Maintenance(settings: try await options.file.settings([.storage: options.storage]))
        let bar = WorkProgress(json: json)
        let report = try await maintenance.backup(to: target) { bar.show(done: $0, of: $1) }
        bar.finish()
        try report.show(
            json: json, "backed up: \(Text.bytes(report.bytesTotal)), \(Text.bytes(report.bytesCopied)) of it new")
    }
}

/// Makes a storage of a backup.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a storage of a backup, where there is none yet.",
        discussion: "The keys of the backup work in it, too.")

    @Argument(help: ArgumentHelp("Where the backup is.", valueName: "directory"))
    var source: String

    @OptionGroup var options: StorageOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let settings = try await options.file.settings([.storage: options.storage])
        let bar = WorkProgress(json: json)
        let report = try await Maintenance(settings: settings).restore(from: source) { bar.show(done: $0, of: $1) }
        bar.finish()
        try report.show(json: json, "restored into \(settings.storage): \(Text.bytes(report.bytesTotal))")
    }
}

extension BackupReport {
    fileprivate func show(json: Bool, _ summary: String) throws {
        if json {
            try Output.json(self)
        } else {
            for finding in findings { Output.line(finding) }
            Output.line(summary + (findings.isEmpty ? "" : ", \(findings.count) findings"))
        }
        if !findings.isEmpty { throw ExitCode(1) }
    }
}
