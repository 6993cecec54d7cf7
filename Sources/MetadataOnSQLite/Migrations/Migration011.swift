extension Migration {
    /// What changesets tell when they are listed, and which one takes which back.
    ///
    /// Those that are there already get the game of their events, where all are of one.
    static let m011 = Migration(
        number: 11,
        name: "changesets",
        up: [
            "ALTER TABLE changesets ADD COLUMN game_id TEXT",
            "ALTER TABLE changesets ADD COLUMN reverts TEXT",
            // A JSON list of sentences: what a revert leaves as it is.
            "ALTER TABLE changesets ADD COLUMN irreversible TEXT",
            """
            UPDATE changesets SET game_id = told.game_id FROM (
                SELECT changeset_id, MAX(game_id) AS game_id FROM events WHERE changeset_id IS NOT NULL
                GROUP BY changeset_id
                HAVING COUNT(DISTINCT game_id) = 1 AND COUNT(game_id) = COUNT(*)
            ) AS told WHERE told.changeset_id = changesets.id
            """,
            "CREATE INDEX changesets_by_game ON changesets (game_id, id)",
            "CREATE INDEX changesets_by_creator ON changesets (created_by, id)",
            "CREATE INDEX changesets_by_reverted ON changesets (reverts, id) WHERE reverts IS NOT NULL",
        ],
        down: [
            "DROP INDEX changesets_by_reverted",
            "DROP INDEX changesets_by_creator",
            "DROP INDEX changesets_by_game",
            "ALTER TABLE changesets DROP COLUMN irreversible",
            "ALTER TABLE changesets DROP COLUMN reverts",
            "ALTER TABLE changesets DROP COLUMN game_id",
        ])
}
