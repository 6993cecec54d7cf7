extension Migration {
    /// Uploads that are all there and wait to be published.
    static let m016 = Migration(
        number: 16,
        name: "held uploads",
        up: [
            "ALTER TABLE uploads ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0",
            "CREATE INDEX uploads_held ON uploads (expires_at) WHERE is_held = 1",
        ],
        down: [
            "DROP INDEX uploads_held",
            "ALTER TABLE uploads DROP COLUMN is_held",
        ])
}
