package import Metadata
package import PawlModel

/// `POST /v1/inbox_messages/{id}:claim`: gives the player what comes with a message, once.
package struct ClaimMessage: RowVerb {
    package let schema = InboxMessage.claim

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let message = try Stored<InboxMessage>(row: row)
        guard message.claimedAt == nil else {
            throw Problem(.wrongState, "The message was claimed before.", current: .object(row))
        }
        guard message.expiresAt.map({ $0 > writer.now }) ?? true else {
            throw Problem(.notAvailable, "The message has expired.", current: .object(row))
        }
        let player = try Recipient("player_id", of: row, in: writer)
        var after = row
        after["claimed_at"] = .string(writer.now.description)
        after = try writer.replace(row, with: after, InboxMessage.schema)
        try writer.tell("inbox_messages.claimed", of: after, InboxMessage.schema)
        try RewardGiver(writer: writer, player: player, source: message.id).give(message.rewards)
        return Answer(.done, .object(after))
    }
}
