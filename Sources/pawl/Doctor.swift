import ArgumentParser
import Daemon
import PawlClient
import PawlModel

/// Checks a storage directory: through the daemon that serves it, or by itself when none does.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that rows and bytes agree.",
        discussion: """
            Reads every block, changes nothing, and exits with 1 when something is wrong. With --repair it first counts \
            anew which blocks are held; with --rebuild it makes a new database from the segments alone. Both want the \
            daemon stopped.
            """)

    @Flag(help: "Set wrong counts of holders right.")
    var repair = false

    @Flag(
        help: """
            Make games, assets, versions and channels again from storage/segments. The database that is there is moved \
            aside.
            """)
    var rebuild = false

    @OptionGroup var file: SettingsOptions
    @OptionGroup var server: ServerOptions

    func validate() throws {
        if rebuild, repair { throw ValidationError("Give one of --rebuild and --repair.") }
        if rebuild || repair, server.server != nil {
            throw ValidationError("--rebuild and --repair work on a storage of this machine, with --storage.")
        }
    }

    func run() async throws {
        let settings = try await file.settings([.storage: server.storage])
        let maintenance = Maintenance(settings: settings)
        if rebuild { return try await rebuild(maintenance) }
        let report: DoctorReport
        if !repair, server.namesServer {
            report = try await server.withClient { try await $0.doctor() }
        } else if !repair, let address = maintenance.servingAddress {
            report = try await server.withClient(at: address, storage: settings.storage) { try await $0.doctor() }
        } else {
            report = try await maintenance.doctor(repairing: repair)
        }
        if server.json {
            try Output.json(report)
        } else {
            for repair in report.repairs ?? [] { Output.line(repair) }
            for finding in report.findings { Output.line(finding) }
            let looked =
                "\(Text.count(Int64(report.segments), "segment")), \(Text.count(Int64(report.blocks), "block")) and "
                + "\(Text.count(Int64(report.versions), "version"))"
            let found = report.findings.isEmpty ? "all is well" : Text.count(Int64(report.findings.count), "finding")
            Output.line("\(looked) looked at, \(found)")
        }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }

    private func rebuild(_ maintenance: Maintenance) async throws {
        let bar = WorkProgress(json: server.json)
        let report = try await maintenance.rebuild { bar.show($0) }
        bar.finish()
        if server.json {
            try Output.json(report)
        } else {
            for finding in report.findings { Output.line(finding) }
            let rows = [
                (report.games, "game"), (report.assets, "asset"), (report.versions, "version"),
                (report.channels, "channel"), (report.blocks, "block"), (report.segments, "segment"),
            ].map { Text.count(Int64($0), $1) }
            Output.line("brought back: \(rows.joined(separator: ", "))")
            if report.deletedVersions > 0 {
                Output.line(
                    "\(Text.count(Int64(report.deletedVersions), "deleted version")) can be taken back, as before")
            }
            if report.players > 0 {
                Output.line("\(Text.count(Int64(report.players), "owner")) of assets, by their ids alone")
            }
            if let path = report.movedAside {
                Output.line("the database that was there is now \(path): moved back, it is as it was")
            }
            Output.line(
                "Keys, players, money and history are not in the segments. The next `pawl serve` writes "
                    + "a new admin.key.")
        }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }
}
