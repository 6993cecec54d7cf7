/// A person, over all games of the studio.
public struct Account: Resource {
    public var displayName: String
    public var email: String?
    /// A language tag of BCP 47, such as `pt-BR`.
    public var locale: String?
    public var identities: [Identity]

    public init(displayName: String, email: String? = nil, locale: String? = nil, identities: [Identity] = []) {
        self.displayName = displayName
        self.email = email
        self.locale = locale
        self.identities = identities
    }

    /// Who the person is to somebody else, such as a shop or a platform.
    public struct Identity: Codable, Hashable, Sendable {
        /// `steam`, `apple`, …
        public var provider: String
        /// The person's id there.
        public var subject: String

        public init(provider: String, subject: String) {
            self.provider = provider
            self.subject = subject
        }
    }

    enum CodingKeys: String, CodingKey {
        case email, locale, identities
        case displayName = "display_name"
    }

    public static let schema = ResourceSchema(
        "accounts", idPrefix: "acc", history: .reversible, ownership: .studio,
        readScope: .playersRead, writeScope: .playersWrite,
        fields: [
            Field(
                "display_name", .text(max: 200), isRequired: true, isFilterable: true, example: "Robin",
                help: "the person's name"),
            Field(
                "email", .text(max: 254, rule: .email), isFilterable: true, example: "robin@example.com",
                help: "where to write to"),
            Field(
                "locale", .text(max: 35, rule: .locale), example: "pt-BR",
                help: "the language to speak, as a tag of BCP 47"),
            Field(
                "identities",
                .rows(RowList("account_identities", max: 16, uniques: [["provider", "subject"]], fields: identity)),
                default: [], example: [["provider": "steam", "subject": "76561197960287930"]],
                help: "who the person is elsewhere; one identity belongs to one account"),
        ],
        uniques: [["email"]],
        help: "A person, over all games of the studio.")

    private static let identity = [
        Field(
            "provider", .text(max: 32, rule: .sku), isRequired: true, example: "steam",
            help: "who knows the person"),
        Field(
            "subject", .text(max: 255), isRequired: true, example: "76561197960287930", help: "the person's id there"),
    ]
}
