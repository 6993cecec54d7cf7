package import Metadata
package import PawlModel

/// `POST /v1/entitlements`: gives a player an item or a content that the game offers.
package struct GrantEntitlement: CollectionVerb {
    package let schema = Entitlement.grant

    package init() {}

    package func compensation(of change: RowChange) -> Compensation? {
        change.kind == .created ? Compensation(RevokeEntitlement(), ["reason": "the grant was taken back"]) : nil
    }

    package func run(input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let owner = try Recipient("owner_id", of: input, in: writer)
        let good = try Good(of: input, in: writer)
        guard good.state == .active else {
            throw Problem(.notAvailable, "\(good.id) is \(good.state.rawValue), and only what is active is granted.")
        }
        let quantity = input["quantity"]?.int ?? 1
        guard quantity == 1 || good.isStackable else {
            throw Problem.invalid(
                Entitlement.schema.name, [.init("/quantity", "must be 1: this is not stackable")])
        }
        try input.requireFuture("expires_at", of: Entitlement.schema.name, now: writer.now)
        let entitlement = try good.entitle(
            owner, unlocker: input.id("unlocker_id") ?? owner.id, quantity: quantity, source: .init(.grant),
            expiresAt: input["expires_at"] ?? .null, in: writer)
        return Answer(.created, .object(entitlement))
    }
}
