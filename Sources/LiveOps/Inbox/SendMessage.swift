package import Metadata
package import PawlModel

/// `POST /v1/inbox_messages`: puts a message, and what comes with it, into a player's inbox.
package struct SendMessage: CollectionVerb {
    package let schema = InboxMessage.send

    package init() {}

    package func run(input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        _ = try Recipient("player_id", of: input, in: writer)
        try input.requireFuture("expires_at", of: InboxMessage.schema.name, now: writer.now)
        var message = input
        message["claimed_at"] = .null
        return Answer(.created, .object(try writer.insert(InboxMessage.schema, message)))
    }
}
