import HTTPTypes
import PawlModel

/// How one interop version of draft-ietf-httpbis-resumable-upload writes what all of them mean.
struct Spelling: Hashable, Sendable {
    var completeness: Completeness
    /// What a part means that says nothing of completeness; nil when it has to say it.
    var unsaidCompleteness: Bool?
    /// The media type that a part must have.
    var partType: String?
    /// Whether `Upload-Length` belongs to it.
    var hasLength: Bool
    /// What `Upload-Limit` calls the seconds that an upload has left; nil where there is no such field.
    var ageLimit: String?
    /// What a question for the offset is answered with.
    var state: HTTPResponse.Status
    /// What an append is answered with that does not complete the content.
    var appended: HTTPResponse.Status
    /// Whether fields of the protocol in a HEAD or DELETE are a mistake of the client.
    var refusesStrayFields: Bool
    /// Whether clients expect to be told how far the upload is while they send.
    var hasProgress: Bool

    /// The field that says whether the content is complete.
    struct Completeness: Hashable, Sendable {
        var name: HTTPField.Name
        /// Whether it says the opposite.
        var isInverse: Bool

        static let complete = Completeness(name: .uploadComplete, isInverse: false)
        static let incomplete = Completeness(name: .uploadIncomplete, isInverse: true)

        func read(_ headers: HTTPFields) -> Bool? { headers.boolean(name).map { $0 != isInverse } }

        func write(_ isComplete: Bool, into headers: inout HTTPFields) {
            headers[name] = isComplete != isInverse ? "?1" : "?0"
        }
    }

    /// By interop version: that of draft -01, of -03, of -04 and -05, and of -09 on.
    static let byVersion: [Int64: Spelling] = [
        3: Spelling(
            completeness: .incomplete, unsaidCompleteness: true, partType: nil, hasLength: false, ageLimit: nil,
            state: .noContent, appended: .created, refusesStrayFields: true, hasProgress: false),
        5: Spelling(
            completeness: .complete, unsaidCompleteness: nil, partType: nil, hasLength: false, ageLimit: nil,
            state: .ok, appended: .created, refusesStrayFields: true, hasProgress: true),
        6: Spelling(
            completeness: .complete, unsaidCompleteness: nil, partType: MediaType.partialUpload, hasLength: true,
            ageLimit: "expires", state: .ok, appended: .noContent, refusesStrayFields: false, hasProgress: true),
        8: newest,
    ]

    static let newest = Spelling(
        completeness: .complete, unsaidCompleteness: nil, partType: MediaType.partialUpload, hasLength: true,
        ageLimit: "max-age", state: .ok, appended: .noContent, refusesStrayFields: false, hasProgress: true)
}
