package import Metadata
package import PawlModel

/// `POST /v1/entitlements/{id}:revoke`: takes back what a player has. A second call changes nothing.
package struct RevokeEntitlement: RowVerb {
    package let schema = Entitlement.revoke

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let entitlement = try Stored<Entitlement>(row: row)
        switch entitlement.state {
        case .revoked:
            return Answer(.done, .object(row))
        case .active, .held:
            var after = row
            after["state"] = .string(Entitlement.State.revoked.rawValue)
            after = try writer.replace(row, with: after, Entitlement.schema)
            try writer.tell(
                "entitlements.revoked", of: after.merging(input.only("reason")) { $1 }, Entitlement.schema)
            return Answer(.done, .object(after))
        default:
            throw Problem(
                .wrongState, "It is \(entitlement.state.rawValue), and there is nothing left to take back.",
                current: .object(row))
        }
    }
}
