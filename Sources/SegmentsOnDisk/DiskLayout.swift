/// The names under `storage/`. Nothing else makes one.
package struct DiskLayout: Sendable {
    package let root: String

    package init(root: String) {
        self.root = root
    }

    package var database: String { root + "/pawl.sqlite" }
    /// Where a database is made anew, until it is whole.
    package var unfinishedDatabase: String { root + "/pawl.sqlite.unfinished" }
    /// Where the database goes that a rebuild takes the place of.
    package func databaseMovedAside(at time: String) -> String { database + ".before-rebuild-" + time }
    /// What SQLite keeps beside a database.
    package static func companions(of database: String) -> [String] { [database + "-wal", database + "-shm"] }
    package var lock: String { root + "/lock" }
    package static let adminKeyName = "admin.key"
    package var adminKey: String { root + "/" + Self.adminKeyName }
    package var segments: String { root + "/segments" }
    /// Held by whoever needs all segments to stay, and claimed for the moment of a removal.
    package var hold: String { root + "/hold" }
    /// What an export is written to while it is sent: mkstemp(3) puts letters in place of the X's, and the name goes at once.
    package var spool: String { root + "/.spool-XXXXXX" }
    /// What the last rebuild could not bring back. As long as it is there nothing is collected.
    package var rebuildFindings: String { root + "/rebuild-findings.txt" }
    /// There as long as a restore has not ended.
    package var unfinishedRestore: String { root + "/restore-unfinished" }

    /// What a segment holds; each kind is numbered by itself.
    package enum SegmentKind: String, Sendable, CaseIterable {
        case blocks
        /// The rows from which a database can be rebuilt.
        case journal
    }

    package func segments(_ kind: SegmentKind) -> String {
        switch kind {
        case .blocks: segments
        case .journal: segments + "/journal"
        }
    }

    /// Segments are spread over directories of 1,000: `segments/000/0000000042.segment`.
    package func segment(_ number: Int64, _ kind: SegmentKind = .blocks) -> String {
        directory(ofSegment: number, kind) + "/" + Self.padded(number, 10) + ".segment"
    }

    package func directory(ofSegment number: Int64, _ kind: SegmentKind = .blocks) -> String {
        segments(kind) + "/" + Self.padded(number / 1000, 3)
    }

    /// Whether a name in the directory of a kind is that of a directory of 1,000.
    package static func isDirectoryOfSegments(_ name: String) -> Bool { Int64(name) != nil }

    /// The number in a segment's file name, or nil for any other file.
    package static func segmentNumber(_ name: String) -> Int64? {
        guard name.hasSuffix(".segment") else { return nil }
        return Int64(name.dropLast(".segment".count))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
