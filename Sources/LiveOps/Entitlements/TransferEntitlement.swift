package import Metadata
package import PawlModel

/// `POST /v1/entitlements/{id}:transfer`: gives it to another player of the game. The owner changes; who unlocked it
/// does not.
package struct TransferEntitlement: RowVerb {
    package let schema = Entitlement.transfer

    package init() {}

    package func compensation(of change: RowChange) -> Compensation? {
        guard let owner = change.before?["owner_id"], let next = change.after?["owner_id"], owner != next else {
            return nil
        }
        return Compensation(self, ["to_id": owner])
    }

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let entitlement = try Stored<Entitlement>(row: row)
        guard entitlement.state == .active, entitlement.expiresAt.map({ $0 > writer.now }) ?? true else {
            throw Problem(
                .wrongState, "Only an active entitlement can be given away, and one that has not expired.",
                current: .object(row))
        }
        let good = try Good(of: row, in: writer)
        guard good.isGiftable else { throw Problem(.notGiftable, "\(good.id) is not giftable.") }
        let receiver = try Recipient("to_id", of: input, in: writer)
        guard receiver.id != entitlement.ownerID else {
            throw Problem.invalid(Entitlement.schema.name, [.init("/to_id", "owns it already")])
        }
        return try give(row, to: receiver, input, in: writer)
    }

    private func give(
        _ row: JSONObject, to receiver: Recipient, _ input: JSONObject, in writer: ChangesetWriter
    ) throws -> Answer {
        var after = row
        after["owner_id"] = .id(receiver.id)
        after = try writer.replace(row, with: after, Entitlement.schema)
        try writer.tell(
            "entitlements.transferred", of: after.merging(input.only("message")) { $1 }, Entitlement.schema)
        return Answer(.done, .object(after))
    }
}
