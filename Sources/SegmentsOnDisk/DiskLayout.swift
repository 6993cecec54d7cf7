/// The names under `storage/`. Nothing else makes one.
package struct DiskLayout: Sendable {
    package let root: String

    package init(root: String) {
        self.root = root
    }

    package var database: String { root + "/pawl.sqlite" }
    package var lock: String { root + "/lock" }
    package var adminKey: String { root + "/admin.key" }
    package var segments: String { root + "/segments" }

    /// Segments are spread over directories of 1,000: `segments/000/0000000042.segment`.
    package func segment(_ number: Int64) -> String {
        directory(ofSegment: number) + "/" + Self.padded(number, 10) + ".segment"
    }

    package func directory(ofSegment number: Int64) -> String {
        segments + "/" + Self.padded(number / 1000, 3)
    }

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
