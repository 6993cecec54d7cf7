import ArgumentParser
import Daemon
import PawlClient
import PawlModel

/// Collects a storage directory: through the daemon that serves it, or by itself when none does.
struct CollectGarbage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Takes away what nobody needs, and gives its space back.",
        discussion: """
            The daemon does it by itself every hour (collection.interval). Versions that retention lets go, and deleted \
            ones, can be taken back for collection.undelete_window; a block goes collection.epoch after nothing needed it.
            """)

    @Flag(help: "Only tell what would go, and what that frees in the end.")
    var dryRun = false

    @OptionGroup var file: SettingsOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let settings = try await file.settings([.storage: server.storage])
        let maintenance = Maintenance(settings: settings)
        let report: CollectionReport
        if server.namesServer {
            report = try await server.withClient { try await $0.collect(validateOnly: dryRun) }
        } else if let address = maintenance.servingAddress {
            report = try await server.withClient(at: address, storage: settings.storage) {
                try await $0.collect(validateOnly: dryRun)
            }
        } else {
            report = try await maintenance.collect(dryRun: dryRun)
        }
        if server.json { try Output.json(report) } else { tell(report) }
    }

    private func tell(_ report: CollectionReport) {
        if dryRun, !report.versions.isEmpty {
            var table = Table("VERSION", "ASSET", "NUMBER", "LABEL", "SIZE", "WHY")
            for version in report.versions {
                table.add(
                    version.versionID.description, Text.plain("\(version.game)/\(version.path)"),
                    String(version.number),
                    Text.plain(version.label ?? ""), Text.bytes(version.size), version.reason.rawValue)
            }
            table.print(whenEmpty: "")
        }
        for note in report.notes { Output.line(note) }
        guard !dryRun else { return tellPreview(report) }
        Output.line(
            "\(Text.count(report.versionsDeleted, "version")) deleted by retention, "
                + "\(Text.count(report.versionsCollected)) collected; \(Text.count(report.blocksCondemned, "block")) "
                + "condemned, \(Text.count(report.blocksDeleted)) deleted; "
                + "\(Text.count(report.segmentsCompacted, "segment")) copied, \(Text.count(report.segmentsRemoved)) removed."
        )
        // What was copied away from broken segments may for a while be more than what went.
        Output.line("\(Text.bytes(max(0, report.bytesFreed))) more are free.")
        if let waiting = report.waiting { Output.line(waiting) }
    }

    private func tellPreview(_ report: CollectionReport) {
        Output.line(
            "\(Text.count(report.versionsDeleted + report.versionsCollected, "version")) and "
                + "\(Text.count(report.blocksCondemned, "block")) would go, which frees \(Text.bytes(report.bytesFreed)) "
                + "once their times are over.")
        if report.versionsRestorable > 0, let waiting = report.waiting { Output.line(waiting) }
    }
}

extension CollectionReport {
    /// What frees nothing yet, and why.
    fileprivate var waiting: String? {
        let parts = [
            versionsRestorable > 0
                ? "\(Text.count(versionsRestorable, "deleted version")) can still be taken back "
                    + "(collection.undelete_window)" : nil,
            blocksWaiting > 0
                ? "\(Text.count(blocksWaiting, "block")) may still be asked for again (collection.epoch)" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", and ") + ": what they take is free after that."
    }
}
