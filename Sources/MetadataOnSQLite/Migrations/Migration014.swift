extension Migration {
    /// The segments of the journal, so that the loss of any is noticed.
    static let m014 = Migration(
        number: 14,
        name: "segments of the journal",
        up: [
            """
            CREATE TABLE journal_segments (
                number INTEGER PRIMARY KEY CHECK (number > 0),
                length INTEGER NOT NULL CHECK (length >= 0)
            ) STRICT
            """,
            """
            INSERT INTO journal_segments (number, length)
            SELECT segment, length FROM segment_journal_mark WHERE segment > 0
            """,
        ],
        down: ["DROP TABLE journal_segments"])
}
