package import Metadata
package import PawlModel

/// `POST /v1/leaderboards/{id}:submit`: counts a run, and answers where the player stands.
///
/// Scores are outside of journal and events: there are too many, and what was submitted is kept beside them.
package struct SubmitScore: Verb {
    package let schema = Leaderboard.submit

    package init() {}

    package func run(row: JSONObject?, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        guard let row, let id = row.id("id") else { return Answer(.done) }
        let player = try Recipient("player_id", of: input, in: writer)
        let columns = try ScoreColumns((row["columns"] ?? []).decoded())
        let submission = ScoreSubmission(
            id: writer.newID("sub"), playerID: player.id, values: try columns.ordered(Self.values(of: input)),
            submittedAt: writer.now, submittedBy: writer.caller.id)
        let board = ScoreBoard(id, window: Leaderboard.Window.allTime.rawValue, columns: columns)
        let (score, _) = try ScoreRows(writer.sql).submit(submission, to: board)
        return Answer(.done, try JSONValue(score))
    }

    /// The submitted numbers; throws `invalid` with every value that is none.
    private static func values(of input: JSONObject) throws(Problem) -> [String: Int64] {
        let values = input["values"]?.object ?? [:]
        let violations = values.filter { $0.value.int == nil }.keys.sorted().map {
            Problem.Violation("/values" + JSONPointer.escape($0), "must be a whole number")
        }
        guard violations.isEmpty else { throw .invalid(Leaderboard.schema.name, violations) }
        return values.compactMapValues(\.int)
    }
}
