/// A type of the model with its declaration. A test holds the two equal.
public protocol Resource: Codable, Sendable {
    static var schema: ResourceSchema { get }
    var id: ResourceID { get }
    var revision: Int64 { get }
}

/// Coding keys are the fields' names: Swift's camel case and the wire's snake case meet in each type's `CodingKeys`.
extension Resource {
    /// Reads a row as the engine holds it.
    public init(row: JSONObject) throws {
        self = try JSONValue.object(row).decoded()
    }
}
