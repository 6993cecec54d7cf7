package import Metadata
package import PawlModel

/// `POST /v1/leaderboards/{id}:submit`: counts a run, and answers where the player stands.
///
/// Scores are outside of journal and events: there are too many, and what was submitted is kept beside them.
package struct SubmitScore: RowVerb {
    package let schema = Leaderboard.submit

    package init() {}

    package var remains: String? { "A score that was submitted stays on its leaderboard." }

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let leaderboard = try Stored<Leaderboard>(row: row)
        let player = try Recipient("player_id", of: input, in: writer)
        let columns = try ScoreColumns(leaderboard.columns)
        let submission = ScoreSubmission(
            id: writer.newID("sub"), playerID: player.id, values: try columns.ordered(Self.values(of: input)),
            submittedAt: writer.now, submittedBy: writer.caller.id)
        let board = ScoreBoard(leaderboard.id, window: Leaderboard.Window.allTime.rawValue, columns: columns)
        let (score, _) = try ScoreRows(writer.sql).submit(submission, to: board)
        return Answer(.done, try JSONValue(score))
    }

    /// The submitted numbers; throws `invalid` with every value that is none, or is larger than readers tell apart.
    private static func values(of input: JSONObject) throws(Problem) -> [String: Int64] {
        let values = input["values"]?.object ?? [:]
        let range = -Limits.wholeNumberMax...Limits.wholeNumberMax
        var violations: [Problem.Violation] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            FieldType.int(range).check(value, at: "/values" + JSONPointer.escape(name), into: &violations)
        }
        guard violations.isEmpty else { throw .invalid(Leaderboard.schema.name, violations) }
        return values.compactMapValues(\.int)
    }
}
