import BlockFormat
import Hummingbird
import NIOCore
import PawlModel
import Transfers

/// The metalink of a directory version (RFC 5854): every file of it with its length and where it is downloaded. It is
/// written entry by entry, for it may have a hundred thousand.
///
/// It has no digests: of a file in a directory only the root is kept, which no other tool can check.
struct DirectoryMetalink {
    private let selected: Downloads.Selected
    /// What stands before an escaped path in a URL, and behind it.
    private let url: (start: String, end: String)

    /// - Parameters:
    ///   - origin: Scheme and authority, or nothing.
    ///   - query: What a signed URL has in it.
    init(of selected: Downloads.Selected, origin: String, query: String?) {
        self.selected = selected
        url = (origin + Routes.entries(ofVersion: selected.version.id) + "/", query.map { "?" + $0 } ?? "")
    }

    /// Known without the entries, which follow from the root.
    var etag: String {
        let text = "\(selected.version.root.hex)\(head)\(url.start)\(url.end)"
        return "\"\(Digest(sha256Of: Array(text.utf8)).hex.prefix(40))\""
    }

    /// Of the whole text, in bytes: the entries are gone through once more, which is quick beside what is done with them.
    func length(_ downloads: Downloads) async throws -> Int64 {
        var entries = downloads.entries(of: selected)
        var length = head.utf8.count + Self.tail.utf8.count
        while let entry = try await entries.next() {
            if entry.kind == .file { length += file(entry).utf8.count }
        }
        return Int64(length)
    }

    /// - Parameter length: Of the whole text, in bytes.
    func body(_ downloads: Downloads, length: Int64) -> ResponseBody {
        ResponseBody(contentLength: Int(length)) { writer in
            var entries = downloads.entries(of: selected)
            var text = head
            while let entry = try await entries.next() {
                guard entry.kind == .file else { continue }
                text += file(entry)
                // In parts as large as a few hundred files make.
                guard text.utf8.count >= Self.partSize else { continue }
                try await writer.write(ByteBuffer(string: text))
                text = ""
            }
            try await writer.write(ByteBuffer(string: text + Self.tail))
            try await writer.finish(nil)
        }
    }

    private static let partSize = 64 * 1024
    private static let tail = "</metalink>\n"

    private var head: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <metalink xmlns="urn:ietf:params:xml:ns:metalink">
          <generator>Pawl</generator>
          <published>\(selected.version.createdAt)</published>

        """
    }

    private func file(_ entry: Entry) -> String {
        """
          <file name="\(entry.path.escapedForXML)">
            <version>\(selected.version.number)</version>
            <size>\(entry.size)</size>
            <url>\((url.start + Routes.escaped(entry.path) + url.end).escapedForXML)</url>
          </file>

        """
    }
}
