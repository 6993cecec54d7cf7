import BlockFormat
import PawlModel
import Transfers

/// A metalink (RFC 5854): where a content is, how long it is, and the digests by which a client checks each piece.
struct Metalink {
    private let root: Digest
    private let head: String
    private let tail: String
    private let pieceCount: Int64

    /// - Parameter url: Where the content is downloaded.
    init(of selected: Downloads.Selected, url: String) {
        let version = selected.version
        root = version.root
        pieceCount = PieceDigests.count(ofSize: version.size)
        let hash = version.sha256.map { "    <hash type=\"sha-256\">\($0.hex)</hash>\n" } ?? ""
        let pieces =
            pieceCount == 0
            ? ("", "")
            : (
                "    <pieces length=\"\(PieceDigests.length(ofSize: version.size))\" type=\"sha-256\">\n",
                "    </pieces>\n"
            )
        head = """
            <?xml version="1.0" encoding="UTF-8"?>
            <metalink xmlns="urn:ietf:params:xml:ns:metalink">
              <generator>Pawl</generator>
              <published>\(version.createdAt)</published>
              <file name="\(ContentDisposition(path: selected.asset.path).fileName.escapedForXML)">
                <identity>\(selected.asset.path.escapedForXML)</identity>
                <version>\(version.number)</version>
                <size>\(version.size)</size>
            \(hash)\(pieces.0)
            """
        tail = """
            \(pieces.1)    <url>\(url.escapedForXML)</url>
              </file>
            </metalink>

            """
    }

    /// Known without the pieces, which follow from the content's root.
    var etag: String { "\"\(Digest(sha256Of: Array("\(root.hex)\(head)\(tail)".utf8)).hex.prefix(40))\"" }

    /// Of the whole text, in bytes; known without the pieces too.
    var length: Int64 {
        let line = Self.line(root)
        return Int64(head.utf8.count + tail.utf8.count) + pieceCount * Int64(line.utf8.count)
    }

    func text(pieces: [Digest]) -> String { head + pieces.map(Self.line).joined() + tail }

    private static func line(_ digest: Digest) -> String { "      <hash>\(digest.hex)</hash>\n" }
}

extension String {
    /// As text or the value of an attribute. What XML cannot have becomes an underscore.
    var escapedForXML: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": text += "_"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
