package import PawlModel

/// A change that is more than CRUD: a `RowVerb` or a `CollectionVerb`.
///
/// It runs inside the changeset's transaction. `input` is the body, checked against the declaration, with defaults filled
/// in.
package protocol Verb: Sendable {
    /// Its declaration, from which its route, its body's validation and its documentation come.
    var schema: VerbSchema { get }
    /// - Parameter row: The row it is called on, which the caller sees; nil when it is called on the collection.
    func run(row: JSONObject?, input: JSONObject, in writer: ChangesetWriter) throws -> Answer
}

/// What is done with one row: `POST /v1/{resource}/{id}:{name}`.
package protocol RowVerb: Verb {
    /// - Parameter row: The row it is called on, which the caller sees.
    func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer
}

extension RowVerb {
    package func run(row: JSONObject?, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        guard let row else {
            throw Problem(.malformedRequest, "The verb \(schema.name) of \(schema.resource) is called on a row.")
        }
        return try run(on: row, input: input, in: writer)
    }
}

/// What makes a row that nothing else makes: `POST /v1/{resource}`.
package protocol CollectionVerb: Verb {
    func run(input: JSONObject, in writer: ChangesetWriter) throws -> Answer
}

extension CollectionVerb {
    package func run(row: JSONObject?, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        try run(input: input, in: writer)
    }
}
