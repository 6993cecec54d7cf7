import ArgumentParser
import Foundation
import PawlClient
import PawlModel

struct Revert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes a changeset back, all of it or nothing.",
        discussion: """
            Every change is a changeset, also a single update: `pawl changesets` lists them. What was changed again since \
            is in the way, and is shown. A revert is a changeset too: revert that to have it again.
            """)

    @Argument(help: ArgumentHelp("The changeset.", valueName: "chs_…"))
    var id: String

    @Flag(help: "Only show what it would do.")
    var dryRun = false

    @Flag(help: "Leave what cannot be taken back, and take back the rest.")
    var skipIrreversible = false

    @Option(help: "Why.")
    var message: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let changeset = try ChangesetArgument(id).id
        let request = ChangesetRevert(
            message: message, validateOnly: dryRun, skipsIrreversible: skipIrreversible)
        let outcome: ChangesetOutcome
        do {
            outcome = try await server.withClient {
                try await $0.revert(changeset, request, idempotencyKey: UUID().uuidString)
            }
        } catch let problem as ServerProblem {
            throw Failure(refusedRevert: problem)
        }
        if server.json { return try Output.json(outcome) }
        ChangeText.tell(outcome.changes, irreversible: outcome.irreversible)
        if let id = outcome.id {
            Output.line(
                "\(changeset) is taken back by \(id): \(ChangeText.sum(outcome.changes)). "
                    + "`pawl revert \(id)` brings it again.")
        } else {
            Output.line("It would be \(ChangeText.sum(outcome.changes)). Nothing was changed.")
        }
    }
}

/// The id of a changeset as it is typed.
struct ChangesetArgument {
    var id: ResourceID

    init(_ text: String) throws {
        guard let id = ResourceID(text, kind: Changeset.idPrefix) else {
            throw Failure.usage(
                "'\(text)' is no changeset: its id begins with \(Changeset.idPrefix)_. `pawl changesets` lists them.")
        }
        self.id = id
    }
}

extension Failure {
    /// Why a changeset is not taken back, place by place.
    fileprivate init(refusedRevert refusal: ServerProblem) {
        self.init(refusal)
        if case .array(let conflicts)? = refusal.problem.members["conflicts"] {
            message +=
                conflicts.compactMap(\.object).map { conflict in
                    func text(_ name: String) -> String { ChangeText.value(conflict[name] ?? .null) }
                    let place =
                        "\n  \(Text.plain(conflict["row_id"]?.string)) of \(Text.plain(conflict["resource"]?.string))"
                    if let detail = conflict["detail"]?.string { return "\(place): \(Text.plain(detail))" }
                    return conflict["field"]?.string.map { field in
                        "\(place), \(Text.plain(field)): it left \(text("base")), now there is \(text("theirs")), "
                            + "and the revert wants \(text("ours"))"
                    } ?? "\(place): \(conflict["theirs"]?.isNull == true ? "it is gone" : "it is there again")"
                }.joined()
            advice = "Change those by hand, or revert first what changed them: `pawl changesets` lists it."
        }
        if case .array(let sentences)? = refusal.problem.members["irreversible"] {
            message =
                "Something of it cannot be taken back:" + sentences.compactMap(\.string).map { "\n  \($0)" }.joined()
            advice = "With --skip-irreversible all the rest is taken back."
        }
    }
}
