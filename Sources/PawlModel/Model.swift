/// Every resource and verb there is: routes, documentation, tables and commands are made from these lists.
public enum Model {
    /// In the order in which rows depend on each other: a row refers to resources before its own, or to its own.
    public static let resources: [any Resource.Type] = [
        Game.self, Account.self, Player.self, PlayerLink.self,
        Asset.self, Channel.self, Key.self,
        Item.self, Content.self, Currency.self, Pack.self,
        Accomplishment.self, Leaderboard.self, Season.self, LiveEvent.self,
        Purchase.self, LedgerEntry.self, Entitlement.self, Gift.self,
        PlayerAccomplishment.self, SeasonProgress.self, InboxMessage.self,
        Webhook.self,
    ]

    public static let schemas: [ResourceSchema] = resources.map { $0.schema }

    public static let verbs: [VerbSchema] = [
        Asset.publish, Asset.undelete, Channel.rollback,
        Key.issue, Key.rotate, Key.revoke,
        Player.award, Player.token, Player.revokeTokens,
        Accomplishment.reach, Leaderboard.submit, Season.award,
        Entitlement.grant, Entitlement.revoke, Entitlement.transfer,
        InboxMessage.send, InboxMessage.claim,
    ]

    private static let schemasByName = Dictionary(uniqueKeysWithValues: schemas.map { ($0.name, $0) })

    /// The declaration of a resource by its plural; nil when it is none of ours.
    public static func schema(named name: String) -> ResourceSchema? {
        schemasByName[name]
    }
}
