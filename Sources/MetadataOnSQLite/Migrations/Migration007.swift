extension Migration {
    /// Finds the uploads of a player that go on.
    static let m007 = Migration(
        number: 7,
        name: "players_uploads",
        up: [
            "CREATE INDEX uploads_by_owner ON uploads (owner_id) WHERE owner_id IS NOT NULL AND state = 'open'"
        ],
        down: [
            "DROP INDEX uploads_by_owner"
        ])
}
