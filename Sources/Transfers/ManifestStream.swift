import BlockFormat
import Metadata
package import NIOCore
package import PawlModel

/// The packed manifest of a version, written as its pages are read: some of its entries and blocks are in memory, however
/// many it has.
package struct ManifestStream: Sendable {
    /// Of the whole form, in bytes.
    package let length: Int64
    private let version: Version
    private let profile: String
    /// Of a file version, whose one entry is made from this.
    private let isExecutable: Bool
    private let isDirectory: Bool
    private let database: any SQLDatabase

    /// Goes through the entries once, to know the length.
    init(_ version: Version, database: any SQLDatabase) async throws {
        let form = try await database.read { sql in
            (form: try VersionRows(sql).form(of: version.id), isDirectory: try EntryRows(sql).isDirectory(version.id))
        }
        guard let (profile, isExecutable) = form.form else { throw Problem.notFound("versions", version.id) }
        self.version = version
        self.profile = profile
        self.isExecutable = isExecutable
        isDirectory = form.isDirectory
        self.database = database
        var length = Int64(ManifestWriter.byteCount)
        var entries = EntrySequence(version, database: database)
        while let entry = try await entries.next() { length += ManifestWriter.byteCount(of: entry) }
        self.length = length
    }

    /// Hands the form to `body`, in order and in parts of about `Limits.receiveRunSize`. Throws when the rows do not fit
    /// each other, and ends early then.
    package func forEach(_ body: (ByteBuffer) async throws -> Void) async throws {
        var writer = ManifestWriter(
            kind: isDirectory ? .directory : .file, profile: profile, entryCount: Int(version.entryCount))
        var entries = EntrySequence(version, database: database)
        var blocks = Blocks(version: version.id, database: database)
        while var entry = try await entries.next() {
            if !isDirectory { entry.isExecutable = isExecutable }
            writer.begin(entry)
            var rest = entry.blockCount
            while rest > 0 {
                writer.append(try await blocks.next())
                rest -= 1
                if writer.waiting >= Limits.receiveRunSize { try await body(ByteBuffer(bytes: writer.take())) }
            }
            if writer.waiting >= Limits.receiveRunSize { try await body(ByteBuffer(bytes: writer.take())) }
        }
        try await body(ByteBuffer(bytes: writer.finish()))
    }

    /// The blocks of a version one after another.
    private struct Blocks {
        let version: ResourceID
        let database: any SQLDatabase
        private var page: ArraySlice<BlockReference> = []
        /// Where the blocks behind the page begin.
        private var end: Int64 = 0

        init(version: ResourceID, database: any SQLDatabase) {
            self.version = version
            self.database = database
        }

        mutating func next() async throws -> BlockReference {
            if let block = page.popFirst() { return block }
            let (version, start) = (version, end)
            let found = try await database.read { try VersionRows($0).blocks(of: version, from: start) }
            guard let found else { throw SQLError.corrupt("\(version) has fewer blocks than its entries") }
            (page, end) = (found.blocks[...], found.end)
            return try await next()
        }
    }
}

extension Downloads {
    package func manifest(of selected: Selected) async throws -> ManifestStream {
        try await ManifestStream(selected.version, database: context.database)
    }
}
