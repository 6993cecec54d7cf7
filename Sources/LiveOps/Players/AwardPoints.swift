package import Metadata
package import PawlModel

/// `POST /v1/players/{id}:award`: adds points.
package struct AwardPoints: RowVerb {
    package let schema = Player.award

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let player = try Recipient("id", of: row, in: writer)
        let after = try player.add(points: input["points"]?.int ?? 0, in: writer)
        try writer.tell("players.awarded", of: after.merging(input.only("reason")) { $1 }, Player.schema)
        return Answer(.done, .object(after))
    }
}
