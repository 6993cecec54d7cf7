package import PawlModel

/// A place between two events.
package struct EventPosition: Hashable, Sendable {
    package var sequence: Int64
    /// The last event before it that the reader may know of; nil when all that is kept lies behind it.
    package var id: ResourceID?

    package var cursor: EventCursor { id.map { .after($0) } ?? .oldest }
}

/// One event, ready for the wire.
package struct EventRow: Sendable {
    package var position: EventPosition
    package var id: ResourceID
    package var type: String
    /// The JSON of `Event`, on one line.
    package var json: String

    /// The members are put together as text, for `data` is JSON already and each follower gets it once more. Ids, times
    /// and types need no escapes.
    init(_ row: SQLRow) throws {
        id = try row.id("id")
        type = try row.text("type")
        position = EventPosition(sequence: try row.integer("sequence"), id: id)
        func text(_ id: ResourceID?) -> String { id.map { "\"\($0)\"" } ?? "null" }
        json = """
            {"changeset_id":\(text(row.optionalID("changeset_id"))),"created_at":"\(try row.time("created_at"))",\
            "created_by":\(text(row.optionalID("created_by"))),"data":\(try row.text("data")),\
            "game_id":\(text(row.optionalID("game_id"))),"id":"\(id)","subject":"\(try row.text("subject"))",\
            "type":"\(type)"}
            """
    }
}
