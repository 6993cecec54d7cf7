package import Metadata
package import PawlModel

extension Downloads {
    /// What is downloaded as bytes: the content of a version, or one file of a directory, which is a part of it.
    package struct Content: Sendable {
        package let selected: Selected
        /// Nil for all that the version has.
        package let entry: Entry?

        package init(_ selected: Selected, entry: Entry? = nil) {
            self.selected = selected
            self.entry = entry
        }

        /// In bytes.
        package var size: Int64 { entry?.size ?? selected.version.size }
        package var root: Digest { entry?.root ?? selected.version.root }
        /// Of the whole, once it is proven.
        package var sha256: Digest? { entry == nil ? selected.version.sha256 : nil }
        /// What it is called.
        package var path: String { entry?.path ?? selected.asset.path }
        /// Where it begins in the content of the version, in bytes.
        var start: Int64 { entry?.offset ?? 0 }
    }

    /// The bytes of `range` of a content.
    package func stream(_ range: Range<Int64>, of content: Content) -> ContentStream {
        let start = content.start
        return stream(range.lowerBound + start..<range.upperBound + start, of: content.selected)
    }

    /// One file of a directory version.
    package func file(_ path: String, of selected: Selected) async throws -> Content {
        let version = selected.version.id
        let entry = try await context.database.read { sql in
            let rows = EntryRows(sql)
            guard try rows.isDirectory(version) else { throw Problem.notADirectory(selected) }
            return try rows.entry(path, of: version)
        }
        guard let entry else { throw Problem(.notFound, "\(selected.name) has no entry '\(path)'.") }
        switch entry.kind {
        case .file: return Content(selected, entry: entry)
        case .directory:
            throw Problem(.notAFile, "'\(path)' is a directory: list what is in it with ?prefix=\(path)/.")
        case .symlink:
            throw Problem(
                .notAFile, "'\(path)' is a link to '\(entry.target ?? "")': ask for what it points at.",
                members: ["target": entry.target.map { .string($0) } ?? .null])
        }
    }

    /// The next entries of a directory version behind `path`, in the order of their paths' bytes.
    ///
    /// - Parameter prefix: What their paths begin with, byte by byte; all have it when it is empty.
    package func entries(
        of selected: Selected, prefix: String = "", after path: String? = nil, limit: Int
    ) async throws -> [Entry] {
        let version = selected.version.id
        return try await context.database.read { sql in
            let rows = EntryRows(sql)
            guard try rows.isDirectory(version) else { throw Problem.notADirectory(selected) }
            var entries: [Entry] = []
            // What comes before the prefix has it not.
            var start = path ?? ""
            if start.utf8.lexicographicallyPrecedes(prefix.utf8) { start = prefix }
            var isIncluded = path?.utf8.elementsEqual(start.utf8) != true
            while entries.count < limit {
                let next = try rows.entries(of: version, after: start, isIncluded: isIncluded)
                guard let last = next.last else { break }
                let fitting = next.prefix { $0.path.utf8.starts(with: prefix.utf8) }
                entries += fitting.prefix(limit - entries.count)
                guard fitting.count == next.count else { break }
                (start, isIncluded) = (last.path, false)
            }
            return entries
        }
    }

    /// The entries of a version one after another.
    package func entries(of selected: Selected) -> EntrySequence {
        EntrySequence(selected.version, database: context.database)
    }

    package func isDirectory(_ selected: Selected) async throws -> Bool {
        let version = selected.version.id
        return try await context.database.read { try EntryRows($0).isDirectory(version) }
    }
}

extension Downloads.Selected {
    /// For people: the asset's path and the version's number.
    fileprivate var name: String { "\(asset.path)@\(version.number)" }
}

extension Problem {
    fileprivate static func notADirectory(_ selected: Downloads.Selected) -> Problem {
        Problem(.notADirectory, "\(selected.name) is a file: it has content, and no entries.")
    }
}
