import BlockFormat
package import PawlModel

/// The entries of directory versions, in pages: a version of a file has none, and one of a directory at least one.
///
/// Paths are kept as bytes, whose order is that of the entries whatever a database makes of text.
package struct EntryRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    func insert(_ pages: [VersionPages.EntryPageRow], of version: ResourceID) throws {
        for page in pages {
            try sql.execute(
                "INSERT INTO entry_pages (version_id, first_path, first_offset, entries) VALUES (?, ?, ?, ?)",
                [.id(version), .path(page.firstPath), .integer(page.firstOffset), .blob(page.bytes)])
        }
    }

    /// Removes some pages of a version, and answers how many those were.
    func remove(of version: ResourceID, limit: Int) throws -> Int {
        try sql.execute(
            """
            DELETE FROM entry_pages WHERE version_id = ? AND first_path IN (
                SELECT first_path FROM entry_pages WHERE version_id = ? ORDER BY first_path LIMIT ?)
            """, [.id(version), .id(version), .integer(limit)])
    }

    package func isDirectory(_ version: ResourceID) throws -> Bool {
        try sql.row("SELECT 1 AS one FROM entry_pages WHERE version_id = ? LIMIT 1", [.id(version)]) != nil
    }

    /// The entry at a path; reads one page.
    package func entry(_ path: String, of version: ResourceID) throws -> Entry? {
        let row = try sql.row(
            """
            SELECT first_offset, entries FROM entry_pages WHERE version_id = ? AND first_path <= ?
            ORDER BY first_path DESC LIMIT 1
            """, [.id(version), .path(path)])
        // Byte by byte: two spellings of one letter are different paths.
        return try row.flatMap { try entries($0, version).first { $0.path.utf8.elementsEqual(path.utf8) } }
    }

    /// The next entries behind `path`, in order: what is left of its page, or else the page behind it; none at the end.
    ///
    /// - Parameter isIncluded: Whether an entry at `path` itself is one of them.
    package func entries(of version: ResourceID, after path: String, isIncluded: Bool = false) throws -> [Entry] {
        let row = try sql.row(
            """
            SELECT first_offset, entries FROM entry_pages WHERE version_id = ? AND first_path <= ?
            ORDER BY first_path DESC LIMIT 1
            """, [.id(version), .path(path)])
        if let row {
            let rest = try entries(row, version).drop { entry in
                entry.path.precedes(path) || !isIncluded && entry.path.utf8.elementsEqual(path.utf8)
            }
            if !rest.isEmpty { return Array(rest) }
        }
        return try page(of: version, behind: path)
    }

    /// The first page that begins behind `path`; nothing at the end.
    ///
    /// Whoever goes through all entries gives the last path of the page before, and the empty one at the start.
    package func page(of version: ResourceID, behind path: String) throws -> [Entry] {
        try sql.row(
            """
            SELECT first_offset, entries FROM entry_pages WHERE version_id = ? AND first_path > ?
            ORDER BY first_path LIMIT 1
            """, [.id(version), .path(path)]
        ).map { try entries($0, version) } ?? []
    }

    /// All entries in order.
    func all(of version: ResourceID) throws -> [Entry] {
        try sql.rows(
            "SELECT first_offset, entries FROM entry_pages WHERE version_id = ? ORDER BY first_path", [.id(version)]
        ).flatMap { try entries($0, version) }
    }

    private func entries(_ row: SQLRow, _ version: ResourceID) throws -> [Entry] {
        do {
            return try EntryPage.parse(try row.blob("entries"), from: try row.integer("first_offset"))
        } catch let error as FormatError {
            throw SQLError.corrupt("a page of entries of \(version): \(error)")
        }
    }
}

extension SQLValue {
    fileprivate static func path(_ path: String) -> SQLValue { .blob(Array(path.utf8)) }
}

extension String {
    /// In the order of their bytes.
    fileprivate func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
