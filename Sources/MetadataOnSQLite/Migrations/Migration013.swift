extension Migration {
    /// Who asks which version of the API, and how often.
    static let m013 = Migration(
        number: 13,
        name: "usage of the API",
        up: [
            """
            CREATE TABLE api_usage (
                caller TEXT NOT NULL,
                version TEXT NOT NULL,
                requests INTEGER NOT NULL CHECK (requests >= 0),
                first_at INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (caller, version)
            ) STRICT, WITHOUT ROWID
            """
        ],
        down: ["DROP TABLE api_usage"])
}
