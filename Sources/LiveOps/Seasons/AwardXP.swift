package import Metadata
package import PawlModel

/// `POST /v1/seasons/{id}:award`: adds to a player's experience in a season that is on.
package struct AwardXP: RowVerb {
    package let schema = Season.award

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let season = try Stored<Season>(row: row)
        // The grace is for claims: who rises after the end would rise past others who played in time.
        guard season.state == .published, season.startsAt <= writer.now, writer.now < season.endsAt else {
            throw Problem(.notAvailable, "The season '\(season.name)' is not on.", current: .object(row))
        }
        let player = try Recipient("player_id", of: input, in: writer)
        let progress = try add(input["xp"]?.int ?? 0, to: player, season, in: writer)
        try writer.tell(
            "season_progress.awarded", of: progress.merging(input.only("reason")) { $1 }, SeasonProgress.schema)
        return Answer(.done, .object(progress))
    }

    private func add(
        _ xp: Int64, to player: Recipient, _ season: Stored<Season>, in writer: ChangesetWriter
    ) throws -> JSONObject {
        let ids: [(field: String, value: JSONValue)] = [
            ("season_id", .id(season.id)), ("player_id", .id(player.id)),
        ]
        let before = try writer.row(SeasonProgress.schema, where: ids)
        let (sum, overflows) = (before?["xp"]?.int ?? 0).addingReportingOverflow(xp)
        guard !overflows, sum <= Limits.wholeNumberMax else {
            throw Problem(.notAvailable, "The player \(player.id) would have more than \(Limits.wholeNumberMax) XP.")
        }
        var after =
            before ?? [
                "season_id": ids[0].value, "player_id": ids[1].value, "premium": false, "claims": [],
            ]
        after["xp"] = .int(sum)
        return try before.map { try writer.replace($0, with: after, SeasonProgress.schema) }
            ?? writer.insert(SeasonProgress.schema, after)
    }
}
