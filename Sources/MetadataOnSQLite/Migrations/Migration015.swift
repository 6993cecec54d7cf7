extension Migration {
    /// Games on their way in, and their rows until all of the blocks are there.
    static let m015 = Migration(
        number: 15,
        name: "imports of games",
        up: [
            """
            CREATE TABLE imports (
                upload_id TEXT NOT NULL PRIMARY KEY REFERENCES uploads (id),
                game_id TEXT NOT NULL,
                export_id TEXT NOT NULL,
                row_count INTEGER NOT NULL CHECK (row_count >= 0)
            ) STRICT
            """,
            "CREATE INDEX imports_by_game ON imports (game_id)",
            """
            CREATE TABLE import_rows (
                upload_id TEXT NOT NULL REFERENCES imports (upload_id),
                number INTEGER NOT NULL CHECK (number > 0),
                entry BLOB NOT NULL,
                PRIMARY KEY (upload_id, number)
            ) STRICT
            """,
        ],
        down: ["DROP TABLE import_rows", "DROP TABLE imports"])
}
