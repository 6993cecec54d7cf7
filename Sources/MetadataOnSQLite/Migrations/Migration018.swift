extension Migration {
    /// What tells a storage from others; empty until a daemon has served it.
    static let m018 = Migration(
        number: 18,
        name: "identity of the storage",
        up: [
            """
            CREATE TABLE storage_identity (
                number INTEGER PRIMARY KEY CHECK (number = 1),
                id TEXT NOT NULL
            ) STRICT
            """
        ],
        down: ["DROP TABLE storage_identity"])
}
