import ArgumentParser
import Foundation
import PawlClient
import PawlModel

struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Applies a list of updates that depend on each other: all or none of them.",
        discussion: """
            The file is YAML or JSON: a list of operations, or an object with operations and a message. Their order does \
            not matter: {"$ref": "sword"} stands for the id of the row that the operation sword makes, and what depends \
            on what decides. `pawl revert` takes it back.
            """)

    @Argument(help: ArgumentHelp("The file; - for standard input.", valueName: "file"))
    var file: String

    @Flag(help: "Only show what it would do.")
    var dryRun = false

    @Option(help: "What it is for.")
    var message: String?

    @Option(help: ArgumentHelp("The plan of a dry run: nothing is done if it would be another one.", valueName: "plan"))
    var expectPlan: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let file = try read()
        var request = file.request
        request.message = message ?? request.message
        request.validateOnly = dryRun || request.validateOnly
        if let expectPlan {
            guard let plan = Digest(hex: expectPlan) else {
                throw Failure.usage("--expect-plan takes the 64 digits that a dry run shows.")
            }
            request.expectPlan = plan
        }
        let outcome: ChangesetOutcome
        do {
            outcome = try await server.withClient { try await $0.apply(request, idempotencyKey: UUID().uuidString) }
        } catch let problem as ServerProblem {
            throw Failure(problem, of: file, named: self.file)
        }
        if server.json { return try Output.json(outcome) }
        ChangeText.tell(outcome.changes, irreversible: outcome.irreversible)
        switch outcome.id {
        case let id?:
            Output.line("Applied as \(id): \(ChangeText.sum(outcome.changes)). `pawl revert \(id)` takes it back.")
        case nil where request.validateOnly:
            Output.line("It would be \(ChangeText.sum(outcome.changes)). Nothing was changed. To apply exactly this:")
            Output.line("  pawl apply \(self.file) --expect-plan \(outcome.plan.hex)")
        case nil:
            Output.line("All is so already: nothing was changed.")
        }
    }

    private func read() throws -> ChangesetFile {
        let bytes: Data
        do {
            bytes =
                file == "-"
                ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw ClientError(.unreadableFile, "'\(file)' cannot be read.", advice: "Name a file that is there.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ClientError(.unreadableFile, "'\(file)' is not UTF-8.", advice: "Save it as UTF-8.")
        }
        do {
            return try ChangesetFile(parsing: text)
        } catch let problem as Problem {
            throw ServerProblem(status: 422, problem: problem)
        } catch var error as ClientError {
            error.message = "'\(file)': \(error.message)"
            throw error
        }
    }
}

extension Failure {
    /// What is wrong with a changeset: each operation that cannot be done, with its place in the file.
    fileprivate init(_ refusal: ServerProblem, of file: ChangesetFile, named name: String) {
        self.init(refusal)
        guard case .array(let operations)? = refusal.problem.members["operations"] else { return }
        var lines: [String] = []
        for (place, operation) in operations.compactMap(\.object).enumerated() {
            let id = Text.plain(operation["id"]?.string)
            let line = file.lines.indices.contains(place) ? "\(name):\(file.lines[place]): " : ""
            switch operation["status"]?.string {
            case "failed":
                lines.append("\(line)\(id): \(Text.plain(operation["detail"]?.string))")
                guard case .array(let errors)? = operation["errors"] else { continue }
                for error in errors.compactMap(\.object) {
                    lines.append("    \(Text.plain(error["pointer"]?.string)): \(Text.plain(error["detail"]?.string))")
                }
            case "skipped":
                guard case .array(let because)? = operation["because"] else { continue }
                lines.append(
                    "\(line)\(id): not tried, because of \(because.compactMap(\.string).joined(separator: ", "))")
            default: continue
            }
        }
        guard !lines.isEmpty else { return }
        message = "Nothing was changed.\n  " + lines.joined(separator: "\n  ")
        advice = nil
    }
}
