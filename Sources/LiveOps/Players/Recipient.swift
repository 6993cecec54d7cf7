import Metadata
import PawlModel

/// A player to whom something is given: one that is not banned.
struct Recipient {
    let id: ResourceID

    /// Throws `not_available` when the player that a field of `object` names is banned.
    init(_ field: String, of object: JSONObject, in writer: ChangesetWriter) throws {
        let player: Stored<Player> = try writer.referred(field, of: object)
        guard player.state == .active else {
            throw Problem(.notAvailable, "The player \(player.id) is banned, and is given nothing.")
        }
        id = player.id
    }

    /// Adds points, and answers the player's row.
    ///
    /// Throws `not_available` where there would be more than any reader of JSON tells apart.
    @discardableResult
    func add(points: Int64, in writer: ChangesetWriter) throws -> JSONObject {
        let before = try writer.referred(Player.schema, id)
        let (points, overflows) = (before["points"]?.int ?? 0).addingReportingOverflow(points)
        guard !overflows, points <= Limits.wholeNumberMax else {
            throw Problem(
                .notAvailable, "The player \(id) would have more than \(Limits.wholeNumberMax) points.",
                current: .object(before))
        }
        var after = before
        after["points"] = .int(points)
        return try writer.replace(before, with: after, Player.schema)
    }
}
