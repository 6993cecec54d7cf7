import PawlModel

/// `Content-Disposition` of a download (RFC 6266): always an attachment, under the last segment of the asset's path.
///
/// What studios and players store is no page of this site: a browser that is led to it saves it, and shows it nowhere,
/// while images and sounds that a page of the studio embeds are shown as ever.
struct ContentDisposition {
    /// What the file is called: no separator, no control, nothing that a file system gives a meaning.
    let fileName: String

    init(path: String) {
        let segment = path.split(separator: "/").last ?? "content"
        var name = ""
        for scalar in segment.unicodeScalars {
            let isSafe =
                scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
                && !#"<>:"/\|?*"#.contains(Character(scalar))
            let next = isSafe ? String(scalar) : "_"
            guard name.utf8.count + next.utf8.count <= Limits.fileNameMax else { break }
            name += next
        }
        fileName = name
    }

    var text: String {
        let fallback = String(
            fileName.unicodeScalars.map { $0.isASCII && $0 != "%" ? Character($0) : "_" })
        let plain = "attachment; filename=\"\(fallback)\""
        return fallback == fileName ? plain : plain + "; filename*=UTF-8''\(Self.escaped(fileName))"
    }

    /// What RFC 8187 §3.2.1 takes as it is, and all else byte by byte.
    private static func escaped(_ name: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~".utf8)
        return name.utf8.reduce(into: "") { text, byte in
            if plain.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
