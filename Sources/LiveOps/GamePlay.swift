package import Metadata

/// What this room adds to the declared resources: what players are given, and how far they are.
package enum GamePlay {
    package static let verbs: [any Verb] = [
        AwardPoints(), GrantEntitlement(), RevokeEntitlement(), TransferEntitlement(), ReachAccomplishment(),
        AwardXP(), SendMessage(), ClaimMessage(), SubmitScore(),
    ]

    package static let rules: [any RowRule] =
        [PlayerRule(), RequirementRule(), LeaderboardRule()] + QuantityRule.all
}
