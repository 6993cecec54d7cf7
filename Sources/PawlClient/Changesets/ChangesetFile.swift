public import PawlModel
internal import Yams

/// A changeset as somebody writes it: YAML or JSON, an object as the server takes it, or the list of its operations alone.
public struct ChangesetFile: Sendable {
    public var request: ChangesetRequest
    /// Where each operation begins, from 1 on; empty when that is not known.
    public var lines: [Int]

    /// Throws a `ClientError` for what is neither, and an `invalid` problem for what is no changeset.
    ///
    /// In YAML only `true`, `false`, `null` and numbers as JSON has them are something else than text: a `no` is one, and
    /// so is a date.
    public init(parsing text: String) throws {
        let (value, lines) = try Self.read(text)
        let object: JSONObject
        switch value {
        case .array: object = ["operations": value]
        case .object(let members): object = members
        default:
            throw ClientError(
                .unreadableFile, "It holds no changeset.", advice: "Write a list of operations, or an object with one.")
        }
        request = try ChangesetRequest(json: object)
        self.lines = lines
    }

    /// What a file of that kind holds.
    static func value(of text: String) throws -> JSONValue { try read(text).0 }

    private static func read(_ text: String) throws -> (JSONValue, lines: [Int]) {
        // What is JSON is read as that: YAML of libyaml knows not all of its escapes.
        if let first = text.first(where: { !$0.isWhitespace }), "{[".contains(first),
            let value = try? JSONValue(parsing: text.utf8)
        {
            return (value, [])
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return (.null, []) }
            let operations = node.sequence ?? node.mapping?["operations"]?.sequence
            return (JSONValue(node), operations?.map { $0.mark?.line ?? 0 } ?? [])
        } catch {
            throw ClientError(
                .unreadableFile, "It is neither YAML nor JSON: \(error)",
                advice: "Look at the place that it names.")
        }
    }
}

extension JSONValue {
    fileprivate init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(
                Dictionary(mapping.map { ($0.key.scalar?.string ?? "", JSONValue($0.value)) }) { $1 })
        case .sequence(let sequence):
            self = .array(sequence.map { JSONValue($0) })
        case .scalar(let scalar):
            self = scalar.style == .plain ? JSONValue(plain: scalar.string) : .string(scalar.string)
        case .alias:
            self = .null
        }
    }

    /// A text without quotes: what JSON would read as something else than text is that.
    private init(plain text: String) {
        switch text {
        case "", "~": self = .null
        default:
            let isNumber = text.utf8.first.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } ?? false
            let isWord = ["true", "false", "null"].contains(text)
            self = isNumber || isWord ? (try? JSONValue(parsing: text.utf8)) ?? .string(text) : .string(text)
        }
    }
}
