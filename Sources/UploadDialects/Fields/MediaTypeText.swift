import PawlModel

/// A media type that says something of a content.
struct MediaTypeText: Hashable {
    let text: String

    /// Nil for what is no media type, and for those that clients send when they know nothing better.
    init?(_ text: String?) {
        guard let text, text.utf8.count <= Limits.mediaTypeMax, TextRule.mediaType.violation(in: text) == nil,
            !Self.vague.contains(Self.essence(of: text))
        else { return nil }
        self.text = text
    }

    /// The type without its parameters, in lower case.
    static func essence(of text: String) -> String {
        let essence = text.prefix { $0 != ";" }.lowercased()
        return String(essence.prefix { $0 != " " })
    }

    private static let vague: Set<String> = [
        MediaType.octets, MediaType.partialUpload, MediaType.offsetOctets, "application/x-www-form-urlencoded",
    ]
}
