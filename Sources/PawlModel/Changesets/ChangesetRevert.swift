/// The body of `POST /v1/changesets/{id}:revert`.
public struct ChangesetRevert: Hashable, Sendable {
    /// Why.
    public var message: String?
    /// Everything is done and undone, and the answer is what it would have been.
    public var validateOnly: Bool
    /// Whether what cannot be taken back is left as it is, rather than refused.
    public var skipsIrreversible: Bool

    public init(message: String? = nil, validateOnly: Bool = false, skipsIrreversible: Bool = false) {
        self.message = message
        self.validateOnly = validateOnly
        self.skipsIrreversible = skipsIrreversible
    }

    /// What the body may have.
    public static let fields: [Field] = [
        ChangesetRequest.message, ChangesetRequest.validateOnly,
        Field(
            "irreversible", .choice(["refuse", "skip"]), default: "refuse",
            help: "what to do when something cannot be taken back: nothing at all, or all the rest"),
    ]

    /// As the wire has it.
    public var json: JSONObject {
        var object: JSONObject = [:]
        object["message"] = message.map { .string($0) }
        if validateOnly { object["validate_only"] = true }
        if skipsIrreversible { object["irreversible"] = "skip" }
        return object
    }

    /// Reads a body; throws one `invalid` problem with every violation.
    public init(json: JSONObject) throws(Problem) {
        var check = ObjectCheck(Self.fields, of: "a revert")
        let object = check.object(from: json)
        guard check.violations.isEmpty else { throw .invalid("changesets", check.violations) }
        self.init(
            message: object["message"]?.string, validateOnly: object["validate_only"] == true,
            skipsIrreversible: object["irreversible"] == "skip")
    }
}
