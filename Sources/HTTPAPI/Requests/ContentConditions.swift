import HTTPTypes
import Hummingbird
import PawlModel

/// The conditions of a request for content, held to the content's validators (RFC 9110 §13).
struct ContentConditions {
    let headers: HTTPFields
    let etag: String
    let lastModified: HTTPDate
    /// Whether the URL names one version for good, so that even a date says for sure what was meant (§8.8.2.2). What an
    /// asset's URL shows may change twice in a second.
    let isVersion: Bool
    let now: Timestamp

    enum Outcome: Equatable {
        case go
        case notModified
        case failed
    }

    /// The first condition that decides, in the order of §13.2.2.
    var outcome: Outcome {
        if let header = headers[.ifMatch] {
            // A strong tag never equals a weak one (§8.8.3.2).
            if let tags = Conditions.tags(header), !tags.contains(etag) { return .failed }
        } else if let date = date(.ifUnmodifiedSince), lastModified > date {
            return .failed
        }
        if headers.contains(.ifNoneMatch) {
            return Conditions.isUnchanged(headers, etag: etag) ? .notModified : .go
        }
        if let date = date(.ifModifiedSince), lastModified <= date { return .notModified }
        return .go
    }

    /// Whether the range that is asked for is one of this content (§13.1.5): a part of another one would be worthless.
    var isRangeWanted: Bool {
        guard let condition = headers[.ifRange]?.trimmed else { return true }
        if condition.hasPrefix("\"") { return condition == etag }
        return isVersion && HTTPDate(parsing: condition, now: now) == lastModified
    }

    /// What is no date is ignored (§13.1.3, §13.1.4).
    private func date(_ name: HTTPField.Name) -> HTTPDate? {
        headers[name].flatMap { HTTPDate(parsing: $0.trimmed, now: now) }
    }
}
