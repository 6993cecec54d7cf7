import Metadata
import PawlModel

/// Rows that others refer to, whoever asks: the engine has seen to it that a caller's own references are of a game that it
/// may reach, and a player sees nothing of the catalog from which she is given something.
extension ChangesetWriter {
    func referred(_ schema: ResourceSchema, _ id: ResourceID) throws -> JSONObject {
        guard let row = try row(schema, where: [("id", .id(id))]) else {
            throw Problem.notFound(schema.name, id)
        }
        return row
    }

    func referred<Fields: Resource>(_ id: ResourceID) throws -> Stored<Fields> {
        try Stored(row: referred(Fields.schema, id))
    }

    /// The row that a field of `object` names; throws `invalid` when it names none.
    func referred<Fields: Resource>(_ field: String, of object: JSONObject) throws -> Stored<Fields> {
        guard let id = object.id(field) else {
            throw Problem.invalid(Fields.schema.name, [.init(JSONPointer.escape(field), "names nothing that exists")])
        }
        return try referred(id)
    }
}

extension JSONObject {
    /// The id that a field holds.
    func id(_ field: String) -> ResourceID? {
        self[field]?.string.flatMap { ResourceID($0) }
    }

    /// The field alone, with its value: what an event tells beside a row.
    func only(_ field: String) -> JSONObject {
        self[field].map { [field: $0] } ?? [:]
    }

    /// The time that a field holds.
    func time(_ field: String) -> Timestamp? {
        self[field]?.string.flatMap { Timestamp($0) }
    }

    /// Throws `invalid` unless the time that a field holds, if any, is still to come.
    func requireFuture(_ field: String, of resource: String, now: Timestamp) throws(Problem) {
        guard let time = time(field), time <= now else { return }
        throw Problem.invalid(resource, [.init(JSONPointer.escape(field), "must lie in the future")])
    }
}

extension JSONValue {
    /// An id as JSON has it.
    static func id(_ id: ResourceID?) -> JSONValue {
        id.map { .string($0.description) } ?? .null
    }
}
