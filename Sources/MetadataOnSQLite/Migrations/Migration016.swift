extension Migration {
    /// Uploads that are all there and wait to be published.
    static let m016 = Migration(
        number: 16,
        name: "held uploads",
        up: ["ALTER TABLE uploads ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0"],
        down: ["ALTER TABLE uploads DROP COLUMN is_held"])
}
