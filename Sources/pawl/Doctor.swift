import ArgumentParser
import Daemon
import PawlClient
import PawlModel

/// Checks a storage directory: through the daemon that serves it, or by itself when none does.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that rows and bytes agree.",
        discussion: "Reads every block, changes nothing, and exits with 1 when something is wrong.")

    @OptionGroup var file: SettingsOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try await file.settings([.storage: server.storage])
        let maintenance = Maintenance(settings: settings)
        let report: DoctorReport
        if server.server != nil {
            report = try await server.withClient { try await $0.doctor() }
        } else if let address = maintenance.servingAddress {
            report = try await server.withClient(at: address, storage: settings.storage) { try await $0.doctor() }
        } else {
            report = try await maintenance.doctor()
        }
        if server.json {
            try Output.json(report)
        } else {
            for finding in report.findings { Output.line(finding) }
            let looked =
                "\(Text.count(Int64(report.segments))) segments, \(Text.count(Int64(report.blocks))) blocks and "
                + "\(Text.count(Int64(report.versions))) versions"
            Output.line(
                "\(looked) looked at, \(report.findings.isEmpty ? "all is well" : "\(report.findings.count) findings")")
        }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }
}
