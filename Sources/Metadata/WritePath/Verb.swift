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
    /// How a change of a row of the verb's resource is taken back, where it is this verb that makes such changes, and it can
    /// be; nil otherwise.
    func compensation(of change: RowChange) -> Compensation?
    /// What it does that no journal tells of and nothing takes back, a sentence such as "The score stays on its board.";
    /// nil for nothing.
    var remains: String? { get }
}

extension Verb {
    package func compensation(of change: RowChange) -> Compensation? { nil }
    package var remains: String? { nil }
}

/// The call of a verb that takes back what another call did to a row.
package struct Compensation: Sendable {
    package var verb: any Verb
    package var input: JSONObject

    package init(_ verb: any Verb, _ input: JSONObject = [:]) {
        self.verb = verb
        self.input = input
    }
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
