import ArgumentParser
import Daemon
import PawlClient
import PawlModel

/// Reads every byte of a storage: through the daemon that serves it, or by itself when none does.
struct Scrub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads every byte that is kept, and finds what is damaged.",
        discussion: """
            A damaged block is served no more, and healed by whoever pushes it again: the versions that need it are listed. \
            The daemon does the same by itself, slowly, all the time (scrub.rate). Exits with 1 when something is wrong.
            """)

    @OptionGroup var file: SettingsOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try await file.settings([.storage: server.storage])
        let maintenance = Maintenance(settings: settings)
        let bar = WorkProgress(json: server.json)
        let show = { @Sendable (report: ScrubReport) in bar.show(done: report.bytes, of: report.bytesTotal) }
        let report: ScrubReport
        if server.namesServer {
            report = try await server.withClient { try await $0.scrub(progress: show) }
        } else if let address = maintenance.servingAddress {
            report = try await server.withClient(at: address, storage: settings.storage) {
                try await $0.scrub(progress: show)
            }
        } else {
            report = try await maintenance.scrub(progress: show)
        }
        bar.finish()
        if server.json {
            try Output.json(report)
        } else {
            for line in report.notes + report.findings { Output.line(line) }
            Output.line(
                "\(Text.bytes(report.bytes)) in \(Text.count(Int64(report.segments), "segment")) read, "
                    + (report.findings.isEmpty ? "all is well" : Text.count(Int64(report.findings.count), "finding")))
        }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }
}
