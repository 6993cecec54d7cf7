package import BlockFormat
import PawlModel

/// A manifest as rows keep it, packed before the writer is taken, so that the transaction only writes: what a version of
/// a hundred thousand files has are some hundreds of rows.
package struct VersionPages: Sendable {
    let profile: String
    /// Of the one entry of a file version.
    let isExecutable: Bool
    let blocks: [BlockPage]
    /// None for a file.
    let entries: [EntryPageRow]

    struct BlockPage: Sendable {
        /// Where it begins in the content, in bytes.
        var firstOffset: Int64
        var bytes: [UInt8]
    }

    struct EntryPageRow: Sendable {
        var firstPath: String
        /// Where its first file begins in the content, in bytes.
        var firstOffset: Int64
        var bytes: [UInt8]
    }

    package init(_ manifest: Manifest) {
        profile = manifest.profile
        blocks = Self.blockPages(of: manifest)
        switch manifest.kind {
        case .file:
            isExecutable = manifest.entries.first?.isExecutable ?? false
            entries = []
        case .directory:
            isExecutable = false
            entries = EntryPage.runs(of: manifest.listed).map { run in
                EntryPageRow(
                    firstPath: run.first?.path ?? "", firstOffset: run.first?.offset ?? 0, bytes: EntryPage.encode(run))
            }
        }
    }

    /// The blocks of all files together, as they follow each other: a page has those of many small files.
    private static func blockPages(of manifest: Manifest) -> [BlockPage] {
        var pages: [BlockPage] = []
        var page: [BlockReference] = []
        page.reserveCapacity(Limits.manifestPageEntries)
        var (first, end) = (Int64(0), Int64(0))
        for block in manifest.entries.lazy.flatMap(\.blocks) {
            if page.count == Limits.manifestPageEntries {
                pages.append(BlockPage(firstOffset: first, bytes: ManifestPage.encode(page)))
                page.removeAll(keepingCapacity: true)
                first = end
            }
            page.append(block)
            end += Int64(block.length)
        }
        if !page.isEmpty { pages.append(BlockPage(firstOffset: first, bytes: ManifestPage.encode(page))) }
        return pages
    }
}
