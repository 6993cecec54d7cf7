extension Migration {
    /// Points that an accomplishment gives are among its rewards, as everywhere: the field of their own goes.
    ///
    /// What is moved is noted, so that the way back finds it: a reward may have had points before.
    static let m017 = Migration(
        number: 17,
        name: "points of accomplishments are rewards",
        upStages: [
            .once([
                """
                CREATE TABLE accomplishment_points_moved (
                    owner_id TEXT NOT NULL PRIMARY KEY REFERENCES accomplishments (id) ON DELETE CASCADE,
                    position INTEGER NOT NULL,
                    points INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID
                """
            ]),
            .batches(
                Batches(
                    rest: "SELECT COUNT(*) FROM accomplishments WHERE points > 0",
                    [
                        """
                        INSERT INTO accomplishment_points_moved (owner_id, position, points)
                        SELECT id, COALESCE((SELECT MAX(position) + 1 FROM accomplishment_rewards WHERE owner_id = id), 0),
                            points
                        FROM accomplishments WHERE points > 0 ORDER BY id LIMIT \(batchSize)
                        """,
                        """
                        INSERT INTO accomplishment_rewards (owner_id, position, points)
                        SELECT owner_id, position, moved.points FROM accomplishment_points_moved AS moved
                        JOIN accomplishments ON accomplishments.id = owner_id WHERE accomplishments.points > 0
                        """,
                        """
                        UPDATE accomplishments SET points = 0
                        WHERE points > 0 AND id IN (SELECT owner_id FROM accomplishment_points_moved)
                        """,
                    ])),
            .once(["ALTER TABLE accomplishments DROP COLUMN points"]),
        ],
        downStages: [
            .once(["ALTER TABLE accomplishments ADD COLUMN points INTEGER NOT NULL DEFAULT 0"]),
            .batches(
                Batches(
                    rest: "SELECT COUNT(*) FROM accomplishment_points_moved",
                    [
                        """
                        UPDATE accomplishments SET points = COALESCE(
                            (SELECT moved.points FROM \(batch) JOIN accomplishment_rewards AS reward
                                ON reward.owner_id = moved.owner_id AND reward.position = moved.position
                                    AND reward.points = moved.points
                            WHERE moved.owner_id = accomplishments.id), 0)
                        WHERE id IN (SELECT owner_id FROM \(batch))
                        """,
                        // What was changed since is a reward, and stays one.
                        """
                        DELETE FROM accomplishment_rewards WHERE (owner_id, position) IN (
                            SELECT moved.owner_id, moved.position FROM \(batch)
                            JOIN accomplishments ON accomplishments.id = moved.owner_id AND accomplishments.points > 0)
                        """,
                        """
                        DELETE FROM accomplishment_points_moved WHERE owner_id IN (SELECT owner_id FROM \(batch))
                        """,
                    ])),
            .once(
                [
                    "DROP TABLE accomplishment_points_moved",
                    "CREATE TABLE accomplishments_after AS SELECT * FROM accomplishments",
                    // They go with the table, and the planner needs them.
                    "CREATE TABLE statistics_after AS SELECT * FROM sqlite_stat1 WHERE tbl = 'accomplishments'",
                    "DROP TABLE accomplishments",
                    Migration002.accomplishments,
                    "INSERT INTO accomplishments (\(columns)) SELECT \(columns) FROM accomplishments_after",
                    "DROP TABLE accomplishments_after",
                ] + Migration002.accomplishmentIndexes + [
                    "INSERT INTO sqlite_stat1 SELECT * FROM statistics_after", "DROP TABLE statistics_after",
                ]),
        ])

    private static let batchSize = 500
    private static let batch = """
        (SELECT * FROM accomplishment_points_moved ORDER BY owner_id LIMIT \(batchSize)) AS moved
        """
    private static let columns = """
        id, revision, model_version, created_at, updated_at, game_id, code, name, description, points, goal, hidden,
        repeatable
        """
}
