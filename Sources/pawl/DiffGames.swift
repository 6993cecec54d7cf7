import Foundation
import PawlClient
import PawlModel

/// `pawl diff GAME --with …`: how a game here differs from one elsewhere, or from a file, as a changeset.
struct DiffGames {
    var game: String
    /// A server's address, or a file.
    var with: String
    var withKey: String?
    /// Where the changeset is written to; nil for nowhere.
    var into: String?
    var deletes: Bool
    var server: ServerOptions

    func run() async throws {
        let (game, wanted) = (game, try await wanted())
        let comparison = try await server.withClient { client in
            let here = try await client.game(game)
            return GameComparison(
                here.id, wanted: wanted, current: try await client.rows(of: game), deletes: deletes)
        }
        let request = ChangesetRequest(
            message: "\(game) as \(with.contains("://") ? "at" : "in") \(with)", operations: comparison.operations)
        if server.json {
            Output.json(request.json)
        } else {
            tell(comparison)
        }
        guard !request.operations.isEmpty else { return }
        guard request.operations.count <= Limits.operationsMax else {
            throw Failure.usage(
                "That is \(request.operations.count) operations, and a changeset has at most \(Limits.operationsMax).")
        }
        if let into {
            try write(request, to: into)
            if !server.json { Output.line("Written to \(into): `pawl apply \(into) --dry-run` shows what it does.") }
        } else if !server.json {
            Output.line("With --into FILE it is written down as a changeset for `pawl apply`.")
        }
    }

    private func wanted() async throws -> GameRows {
        guard with.contains("://") else { return try GameRows(file: with) }
        var other = server
        other.server = with
        if let withKey { other.key = withKey }
        let game = game
        return try await other.withClient(at: with) { try await $0.rows(of: game) }
    }

    private func tell(_ comparison: GameComparison) {
        for difference in comparison.differences {
            let sign =
                switch difference.kind {
                case .created: "+"
                case .updated: "~"
                case .deleted: "-"
                case .left: "·"
                }
            let note = difference.kind == .left ? "  (only here; --delete takes it away)" : ""
            Output.line("\(sign) \(difference.resource) \(Text.plain(difference.name))\(note)")
            for field in difference.fields {
                let change =
                    difference.kind == .created
                    ? ChangeText.value(field.after)
                    : "\(ChangeText.value(field.before)) → \(ChangeText.value(field.after))"
                Output.line("    \(field.name): \(change)")
            }
        }
        for note in comparison.notes { Output.line("! \(Text.plain(note))") }
        if comparison.differences.isEmpty { Output.line("There is no difference.") }
    }

    /// YAML in which each operation is one line of JSON, which is YAML too.
    private func write(_ request: ChangesetRequest, to path: String) throws {
        var lines = ["message: \(JSONValue.string(request.message ?? "").text)", "operations:"]
        lines += request.operations.map { "  - \(JSONValue.object($0.json).text)" }
        do {
            try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw ClientError(
                .unwritableFile, "'\(path)' cannot be written.", advice: "See who may write there, and its disk.")
        }
    }
}
