import HTTPTypes
import RawStructuredFieldValues

/// Structured fields (RFC 9651) as a request has them. A field that cannot be read, or has another type than it should,
/// counts as not sent.
extension HTTPFields {
    func boolean(_ name: HTTPField.Name) -> Bool? {
        guard case .bool(let value)? = item(name)?.rfc9651BareItem else { return nil }
        return value
    }

    /// A number from 0 on.
    func wholeNumber(_ name: HTTPField.Name) -> Int64? {
        guard case .integer(let value)? = item(name)?.rfc9651BareItem, value >= 0 else { return nil }
        return value
    }

    /// The bare members of a dictionary: nil for the whole field when one of `keys` has another type than `read` takes.
    func members<Value>(
        _ keys: [String], of name: HTTPField.Name, _ read: (RFC9651BareItem) -> Value?
    ) -> [(key: String, value: Value)]? {
        guard let text = self[name] else { return nil }
        var parser = StructuredFieldValueParser(Array(text.utf8))
        guard let dictionary = try? parser.parseDictionaryFieldValue() else { return nil }
        var members: [(key: String, value: Value)] = []
        for key in keys {
            guard let member = dictionary[key] else { continue }
            guard case .item(let item) = member, let value = read(item.rfc9651BareItem) else { return nil }
            members.append((key, value))
        }
        return members
    }

    private func item(_ name: HTTPField.Name) -> Item? {
        guard let text = self[name] else { return nil }
        var parser = StructuredFieldValueParser(Array(text.utf8))
        return try? parser.parseItemFieldValue()
    }
}
