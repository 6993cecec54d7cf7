import ArgumentParser
import Daemon
import Foundation
import PawlClient

/// Draws the tables; a part of `pawl migrate`, for it makes a database and drops it.
struct Diagram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws the tables that the migrations make, as Mermaid diagrams.")

    @Option(
        help: ArgumentHelp(
            "Draw into this file, between '<!-- diagram: NAME -->' and '<!-- end of diagram -->'.", valueName: "file"))
    var into: String?

    func run() async throws {
        let diagram = try await Maintenance.diagram()
        guard let into else { return Output.line(diagram.text) }
        let url = URL(fileURLWithPath: into)
        guard let old = try? String(contentsOf: url, encoding: .utf8) else {
            throw ClientError(
                .unreadableFile, "'\(into)' cannot be read.", advice: "Name the file that has the diagrams' places.")
        }
        let new = try diagram.drawn(into: old)
        guard new != old else { return Output.line("\(into) is as it should be.") }
        do {
            try Data(new.utf8).write(to: url, options: .atomic)
        } catch {
            throw ClientError(
                .unwritableFile, "'\(into)' cannot be written.", advice: "Look at its permissions.", cause: error)
        }
        Output.line("\(into) has new diagrams.")
    }
}
