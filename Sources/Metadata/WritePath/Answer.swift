package import PawlModel

/// What a change answers; kept with its idempotency record, so that a repeat gets the same again.
package struct Answer: Codable, Hashable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        case created, done, deleted
        /// It goes on, and is not done yet.
        case accepted
    }

    package var outcome: Outcome
    package var body: JSONValue
    /// Members of the body that are told once and kept nowhere, such as a key's secret.
    package var shownOnce: JSONObject = [:]

    package init(_ outcome: Outcome, _ body: JSONValue = .null, shownOnce: JSONObject = [:]) {
        self.outcome = outcome
        self.body = body
        self.shownOnce = shownOnce
    }

    /// `shownOnce` is left out: what is kept must not hold a secret.
    private enum CodingKeys: String, CodingKey {
        case outcome, body
    }
}

/// An `Idempotency-Key` with what it stands for.
package struct IdempotencyClaim: Sendable {
    package var key: String
    /// The method and the path.
    package var route: String
    /// A digest of the payload: the same key with another one is a mistake.
    package var fingerprint: Digest

    package init(key: String, route: String, fingerprint: Digest) {
        self.key = key
        self.route = route
        self.fingerprint = fingerprint
    }
}
