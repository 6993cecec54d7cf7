extension Migration002 {
    /// What SQLite's planner takes for granted of the resources' tables (https://www.sqlite.org/fileformat2.html#stat1tab):
    /// a row of `sqlite_stat1` for each of their indexes.
    ///
    /// Without any it takes all columns to be equally rare, and would look for what a player has in a state by the
    /// state, which a million others share. What is written here is no count of anything: it says which columns have few
    /// values and which have many, and so holds however large a table grows. Plans are the same on every machine and
    /// never change by themselves, as they would after an ANALYZE of real rows.
    static let statistics = Part(
        up: [
            // Makes the table, without a row.
            "ANALYZE sqlite_schema",
            """
            INSERT INTO sqlite_stat1 (tbl, idx, stat)
            SELECT tbl, idx, '1000000 ' || group_concat(shared, ' ')
            FROM (SELECT i.tbl_name AS tbl, i.name AS idx,
                    CASE WHEN l."unique" = 1 AND c.seqno = MAX(c.seqno) OVER (PARTITION BY i.name) THEN 1
                    ELSE MIN(CASE
                        WHEN c.name = 'id' THEN 1
                        WHEN c.name = 'game_id' THEN 100000
                        WHEN c.name IN ('state', 'kind', 'window') THEN 250000
                        WHEN substr(c.name, -3) = '_id' THEN 20
                        ELSE 10 END) OVER (PARTITION BY i.name ORDER BY c.seqno) END AS shared
                FROM sqlite_schema AS i
                JOIN pragma_index_list(i.tbl_name) AS l ON l.name = i.name
                JOIN pragma_index_info(i.name) AS c
                WHERE i.type = 'index' AND i.tbl_name NOT IN ('versions', 'uploads')
                    AND EXISTS (SELECT 1 FROM pragma_table_info(i.tbl_name) AS t WHERE t.name = 'model_version')
                ORDER BY i.tbl_name, i.name, c.seqno)
            GROUP BY tbl, idx
            """,
            // Has this connection read them; others do when they see that the schema has changed.
            "ANALYZE sqlite_schema",
        ],
        down: [
            "DROP TABLE sqlite_stat1",
            "DROP TABLE IF EXISTS sqlite_stat4",
        ])
}
