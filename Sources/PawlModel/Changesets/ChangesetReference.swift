/// `{"$ref": "sword"}`: what stands for the result of another operation of the same changeset. By itself it is the id of
/// the row that the operation made, changed or found; `{"$ref": "sword#/price"}` is a member of its result, by a JSON
/// pointer (RFC 6901).
public struct ChangesetReference: Hashable, Sendable {
    public static let name = "$ref"

    /// The operation.
    public var operation: String
    /// Into its result; empty for the row's id.
    public var pointer: String

    public init(operation: String, pointer: String = "") {
        self.operation = operation
        self.pointer = pointer
    }

    /// Nil unless `value` is an object with `$ref` and nothing else, or when that is no text.
    public init?(_ value: JSONValue) {
        guard let object = value.object, object.count == 1, let text = object[Self.name]?.string else { return nil }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(operation: String(parts[0]), pointer: parts.count > 1 ? String(parts[1]) : "")
    }

    public var json: JSONValue {
        [Self.name: .string(pointer.isEmpty ? operation : "\(operation)#\(pointer)")]
    }

    /// The value that it stands for, in the result of its operation; nil when there is none.
    public func value(in result: JSONValue) -> JSONValue? {
        guard !pointer.isEmpty else { return result.object?["id"] }
        guard pointer.hasPrefix("/") else { return nil }
        var value = result
        for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let name = String(token.replacing("~1", with: "/").replacing("~0", with: "~"))
            switch value {
            case .object(let object):
                guard let member = object[name] else { return nil }
                value = member
            case .array(let values):
                guard let index = Int(name), values.indices.contains(index) else { return nil }
                value = values[index]
            default: return nil
            }
        }
        return value
    }
}

extension JSONValue {
    /// Every reference to another operation inside of a value, each with its JSON pointer.
    public func changesetReferences(at pointer: String = "") -> [(pointer: String, reference: ChangesetReference)] {
        if let reference = ChangesetReference(self) { return [(pointer, reference)] }
        switch self {
        case .array(let values):
            return values.enumerated().flatMap { $1.changesetReferences(at: "\(pointer)/\($0)") }
        case .object(let object):
            return object.sorted { $0.key < $1.key }.flatMap { name, value in
                value.changesetReferences(at: pointer + JSONPointer.escape(name))
            }
        default: return []
        }
    }

    /// The value with each reference replaced by what `value` says it stands for.
    public func replacingChangesetReferences(
        _ value: (ChangesetReference) throws -> JSONValue
    ) rethrows -> JSONValue {
        if let reference = ChangesetReference(self) { return try value(reference) }
        switch self {
        case .array(let values): return .array(try values.map { try $0.replacingChangesetReferences(value) })
        case .object(let object):
            return .object(try object.mapValues { try $0.replacingChangesetReferences(value) })
        default: return self
        }
    }
}
