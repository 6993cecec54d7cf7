extension Migration {
    /// What an asset or a content is, in words: additive, so that nobody who knows nothing of it is disturbed.
    static let m012 = Migration(
        number: 12,
        name: "descriptions of assets and contents",
        up: [
            "ALTER TABLE assets ADD COLUMN description TEXT",
            "ALTER TABLE contents ADD COLUMN description TEXT CHECK (length(description) <= 2000)",
        ],
        down: [
            "ALTER TABLE contents DROP COLUMN description",
            "ALTER TABLE assets DROP COLUMN description",
        ])
}
