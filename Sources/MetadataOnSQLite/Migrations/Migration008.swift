extension Migration {
    /// Versions of directories: their entries, packed in pages. Their blocks are in the manifest pages, like those of
    /// files, in the order of the entries.
    static let m008 = Migration(
        number: 8,
        name: "directories",
        up: [
            // Found by the path of its first entry, in bytes, and by the byte of the content at which it begins.
            """
            CREATE TABLE entry_pages (
                version_id TEXT NOT NULL REFERENCES versions (id),
                first_path BLOB NOT NULL,
                first_offset INTEGER NOT NULL CHECK (first_offset >= 0),
                entries BLOB NOT NULL,
                PRIMARY KEY (version_id, first_path)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX entry_pages_by_offset ON entry_pages (version_id, first_offset)",
        ],
        down: [
            // Without its entries a directory is nothing that can be read. Its blocks stay counted, as a deleted one's do.
            "UPDATE versions SET state = 'deleted' WHERE id IN (SELECT version_id FROM entry_pages)",
            "DROP TABLE entry_pages",
        ])
}
