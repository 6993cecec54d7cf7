package import Metadata
package import PawlModel

/// `POST /v1/accomplishments/{id}:reach`: adds to a player's progress; at the goal it gives what the accomplishment gives.
///
/// A repeatable accomplishment goes on with a new cycle at the next call; another one answers what was reached, and
/// gives nothing again.
package struct ReachAccomplishment: RowVerb {
    package let schema = Accomplishment.reach

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let accomplishment = try Stored<Accomplishment>(row: row)
        let player = try Recipient("player_id", of: input, in: writer)
        let newest = try newestRow(accomplishment, of: player, in: writer)
        if let newest, !accomplishment.repeatable, newest["reached_at"]?.isNull == false {
            return Answer(.done, .object(newest))
        }
        try checkRequirements(accomplishment, of: player, in: writer)
        let (before, after) = advanced(
            newest, of: player, accomplishment, by: input["progress"]?.int, at: writer.now)
        let schema = PlayerAccomplishment.schema
        let kept = try before.map { try writer.replace($0, with: after, schema) } ?? writer.insert(schema, after)
        if kept["reached_at"]?.isNull == false { try reward(accomplishment, kept, player, in: writer) }
        return Answer(.done, .object(kept))
    }

    private func newestRow(
        _ accomplishment: Stored<Accomplishment>, of player: Recipient, in writer: ChangesetWriter
    ) throws -> JSONObject? {
        try AccomplishmentRows(writer.sql).newestCycle(of: accomplishment.id, by: player.id).flatMap { cycle in
            try writer.row(
                PlayerAccomplishment.schema,
                where: [
                    ("player_id", .id(player.id)),
                    ("accomplishment_id", .id(accomplishment.id)), ("cycle", .int(cycle)),
                ])
        }
    }

    private func checkRequirements(
        _ accomplishment: Stored<Accomplishment>, of player: Recipient, in writer: ChangesetWriter
    ) throws {
        let rows = AccomplishmentRows(writer.sql)
        let missing = try accomplishment.requires.filter { try !rows.isReached($0, by: player.id) }
        guard missing.isEmpty else {
            throw Problem(
                .requirementsMissing, "The player has not reached all that \(accomplishment.code) requires.",
                members: ["missing": .array(missing.map { .id($0) })])
        }
    }

    /// The cycle with more progress: the open one as it was, or none, and as it becomes.
    private func advanced(
        _ newest: JSONObject?, of player: Recipient, _ accomplishment: Stored<Accomplishment>, by progress: Int64?,
        at now: Timestamp
    ) -> (before: JSONObject?, after: JSONObject) {
        let open = newest?["reached_at"]?.isNull == true ? newest : nil
        var after =
            open ?? [
                "player_id": .id(player.id),
                "accomplishment_id": .id(accomplishment.id),
                "cycle": .int((newest?["cycle"]?.int ?? 0) + 1), "progress": 0, "reached_at": .null,
            ]
        // What is beyond the goal is not kept: it does not count towards the next cycle.
        let (sum, overflows) = (after["progress"]?.int ?? 0).addingReportingOverflow(progress ?? accomplishment.goal)
        let isReached = overflows || sum >= accomplishment.goal
        after["progress"] = .int(isReached ? accomplishment.goal : sum)
        if isReached { after["reached_at"] = .string(now.description) }
        return (open, after)
    }

    private func reward(
        _ accomplishment: Stored<Accomplishment>, _ reached: JSONObject, _ player: Recipient,
        in writer: ChangesetWriter
    ) throws {
        try writer.tell("player_accomplishments.reached", of: reached, PlayerAccomplishment.schema)
        guard let source = reached.id("id") else { return }
        try RewardGiver(writer: writer, player: player, source: source)
            .give(accomplishment.reward)
    }
}
