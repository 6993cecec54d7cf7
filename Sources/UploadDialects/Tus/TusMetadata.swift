import PawlModel

/// `Upload-Metadata`: keys with values in base64. Those below say where the content goes and what it is; all are given
/// back as they came, whatever they say.
struct TusMetadata: Hashable {
    /// The field itself; nil when it has nothing in it.
    let field: String?
    private let values: [String: [UInt8]]

    init(_ field: String?) throws(Problem) {
        let field = field?.trimmed ?? ""
        self.field = field.isEmpty ? nil : field
        var values: [String: [UInt8]] = [:]
        for pair in field.split(separator: ",", omittingEmptySubsequences: field.isEmpty) {
            let words = pair.trimmed.split(separator: " ", maxSplits: 1)
            guard let key = words.first else { throw Self.wrong("has a key without a name") }
            guard let bytes = Base64.bytes(words.count > 1 ? words[1].trimmed : "") else {
                throw Self.wrong("has a value of '\(key)' that is not base64")
            }
            guard values.updateValue(bytes, forKey: String(key)) == nil else { throw Self.wrong("has '\(key)' twice") }
        }
        self.values = values
    }

    /// What it says of an upload, before anything else is known of it.
    var newUpload: NewUpload {
        get throws(Problem) {
            var upload = NewUpload()
            upload.target = try text("asset")
            upload.game = try text("game")
            upload.filename = try first("filename", "name").flatMap { FileName($0) }?.text
            upload.mediaType = MediaTypeText(try first("filetype", "type"))?.text
            upload.label = try text("label")
            upload.channel = try text("channel")
            upload.hold = try text("hold") == "true"
            upload.sha256 = try digest("sha256")
            upload.note = field
            return upload
        }
    }

    /// The text of the first key that has one: clients do not agree on these names.
    private func first(_ key: String, _ other: String) throws(Problem) -> String? {
        if let text = try text(key) { return text }
        return try text(other)
    }

    /// The text of a key; nil when it has none.
    private func text(_ key: String) throws(Problem) -> String? {
        guard let bytes = values[key], !bytes.isEmpty else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.wrong("has a value of '\(key)' that is not UTF-8")
        }
        return text
    }

    private func digest(_ key: String) throws(Problem) -> Digest? {
        guard let text = try text(key) else { return nil }
        guard let digest = Digest(hex: text.lowercased()) else {
            throw Self.wrong("has a '\(key)' that is not 64 hexadecimal digits")
        }
        return digest
    }

    private static func wrong(_ what: String) -> Problem {
        Problem(
            .malformedRequest, "Upload-Metadata \(what): send keys with values in base64, with commas between them.")
    }
}
