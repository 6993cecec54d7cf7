extension Migration {
    /// What goes, and when: versions that are deleted and can be taken back for a while, what retention holds, blocks
    /// that nobody holds, and how much of each segment is needed.
    ///
    /// No table is made anew: a new column takes no time, and the three indexes on blocks one pass over them, some ten
    /// seconds for ten million.
    static let m009 = Migration(
        number: 9,
        name: "collection",
        up: [
            "ALTER TABLE assets ADD COLUMN retention TEXT",
            // When all of a deleted asset's versions were collected: from then on it cannot be taken back.
            "ALTER TABLE assets ADD COLUMN collected_at INTEGER",
            "CREATE INDEX assets_with_retention ON assets (id) WHERE retention IS NOT NULL AND deleted_at IS NULL",
            "CREATE INDEX assets_to_collect ON assets (deleted_at) WHERE deleted_at IS NOT NULL AND collected_at IS NULL",

            "ALTER TABLE versions ADD COLUMN deleted_at INTEGER",
            // Whether a channel has ever pointed at it.
            "ALTER TABLE versions ADD COLUMN was_released INTEGER NOT NULL DEFAULT 0",
            // While it is collected: it holds no block whose id is not above this one any more. Null before.
            "ALTER TABLE versions ADD COLUMN given_back_to BLOB",
            "ALTER TABLE versions ADD COLUMN collected_at INTEGER",
            """
            CREATE INDEX versions_to_collect ON versions (deleted_at)
            WHERE deleted_at IS NOT NULL AND collected_at IS NULL
            """,
            """
            UPDATE versions SET was_released = 1 WHERE id IN (
                SELECT version_id FROM channels UNION
                SELECT CASE WHEN json_valid(after) THEN json_extract(after, '$.version_id') END
                FROM journal WHERE resource = 'channels' AND after IS NOT NULL)
            """,

            // Those that were deleted before this migration was taken back.
            "UPDATE versions SET deleted_at = updated_at WHERE state = 'deleted'",

            // Since when a block is to go; null for those that are held, and for those that were not looked at yet.
            "ALTER TABLE blocks ADD COLUMN condemned_at INTEGER",
            """
            CREATE INDEX blocks_not_held ON blocks (game_number)
            WHERE reference_count = 0 AND condemned_at IS NULL
            """,
            "CREATE INDEX blocks_condemned ON blocks (condemned_at) WHERE condemned_at IS NOT NULL",
            // With the lengths, so that what a segment holds is added up in the index alone.
            "DROP INDEX blocks_by_segment",
            "CREATE INDEX blocks_by_segment ON blocks (segment, game_number, id, stored_length)",
        ],
        down: [
            "DROP INDEX blocks_by_segment",
            "CREATE INDEX blocks_by_segment ON blocks (segment)",
            "DROP INDEX blocks_condemned",
            "DROP INDEX blocks_not_held",
            "ALTER TABLE blocks DROP COLUMN condemned_at",
            // The older tables cannot tell what is half given back: the rest of it is given back too.
            """
            WITH RECURSIVE places (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM places WHERE place < 1023),
            held (version_id, game_number, id) AS (
                SELECT DISTINCT versions.id, game_numbers.number, substr(manifest_pages.blocks, 13 + 36 * place, 32)
                FROM versions
                JOIN assets ON assets.id = versions.asset_id
                JOIN game_numbers ON game_numbers.game_id = assets.game_id
                JOIN manifest_pages ON manifest_pages.version_id = versions.id
                JOIN places ON 13 + 36 * place < length(manifest_pages.blocks)
                WHERE versions.given_back_to IS NOT NULL AND versions.collected_at IS NULL
                    AND substr(manifest_pages.blocks, 13 + 36 * place, 32) > versions.given_back_to)
            UPDATE blocks SET reference_count = reference_count - (
                SELECT COUNT(*) FROM held WHERE held.game_number = blocks.game_number AND held.id = blocks.id)
            WHERE (game_number, id) IN (SELECT game_number, id FROM held)
            """,
            "DELETE FROM manifest_pages WHERE version_id IN (SELECT id FROM versions WHERE given_back_to IS NOT NULL)",
            "DROP INDEX versions_to_collect",
            "ALTER TABLE versions DROP COLUMN collected_at",
            "ALTER TABLE versions DROP COLUMN given_back_to",
            "ALTER TABLE versions DROP COLUMN was_released",
            "ALTER TABLE versions DROP COLUMN deleted_at",
            "DROP INDEX assets_to_collect",
            "DROP INDEX assets_with_retention",
            "ALTER TABLE assets DROP COLUMN collected_at",
            "ALTER TABLE assets DROP COLUMN retention",
        ])
}
