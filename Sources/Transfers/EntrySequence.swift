import Metadata
package import PawlModel

/// The entries of a version in order, a page of them in memory. A version of a file has one, without a path.
package struct EntrySequence: Sendable {
    private let version: Version
    private let database: any SQLDatabase
    private var page: ArraySlice<Entry> = []
    /// The last one given; nil before the first.
    private var last: String?
    private var isAtEnd = false

    init(_ version: Version, database: any SQLDatabase) {
        self.version = version
        self.database = database
    }

    /// The next entry; nil at the end.
    package mutating func next() async throws -> Entry? {
        if page.isEmpty, !isAtEnd { page = try await turnPage()[...] }
        guard let entry = page.popFirst() else {
            isAtEnd = true
            return nil
        }
        last = entry.path
        return entry
    }

    private mutating func turnPage() async throws -> [Entry] {
        let (version, last) = (version, last)
        let page = try await database.read { sql -> [Entry]? in
            let rows = EntryRows(sql)
            if last == nil, try !rows.isDirectory(version.id) { return nil }
            return try rows.page(of: version.id, behind: last ?? "")
        }
        if let page { return page }
        isAtEnd = true
        return [
            Entry(
                path: "", kind: .file, size: version.size, root: version.root, offset: 0,
                blockCount: version.blockCount)
        ]
    }
}
