/// The fields of a resource with their declaration. A test holds the two equal.
///
/// A value of such a type is what a client sends to make a row; what the server keeps is `Stored`, with the head.
public protocol Resource: Codable, Hashable, Sendable {
    static var schema: ResourceSchema { get }
}

/// A row of a resource: what every row has, and the fields of its own, which are read as if they were members.
@dynamicMemberLookup
public struct Stored<Fields: Resource>: Codable, Hashable, Sendable {
    public var id: ResourceID
    /// Grows with each change; the ETag.
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var fields: Fields

    public subscript<Value>(dynamicMember keyPath: KeyPath<Fields, Value>) -> Value {
        fields[keyPath: keyPath]
    }

    private enum CodingKeys: String, CodingKey {
        case id, revision
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    public init(from decoder: any Decoder) throws {
        let head = try decoder.container(keyedBy: CodingKeys.self)
        id = try head.decode(ResourceID.self, forKey: .id)
        revision = try head.decode(Int64.self, forKey: .revision)
        modelVersion = try head.decode(Int.self, forKey: .modelVersion)
        createdAt = try head.decode(Timestamp.self, forKey: .createdAt)
        updatedAt = try head.decode(Timestamp.self, forKey: .updatedAt)
        fields = try Fields(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var head = encoder.container(keyedBy: CodingKeys.self)
        try head.encode(id, forKey: .id)
        try head.encode(revision, forKey: .revision)
        try head.encode(modelVersion, forKey: .modelVersion)
        try head.encode(createdAt, forKey: .createdAt)
        try head.encode(updatedAt, forKey: .updatedAt)
        try fields.encode(to: encoder)
    }

    /// Reads a row as the engine holds it.
    public init(row: JSONObject) throws {
        self = try JSONValue.object(row).decoded()
    }
}
