/// Merge patches (RFC 7396).
extension JSONValue {
    /// RFC 7396 §2.
    public func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = object ?? [:]
        for (name, change) in changes {
            // Not by a conditional expression: its nil would be a JSON null.
            if change.isNull {
                result.removeValue(forKey: name)
            } else {
                result[name] = (result[name] ?? .null).merged(with: change)
            }
        }
        return .object(result)
    }

    /// The patch that makes `target` of this value. What `target` has null or lacks is removed.
    public func mergePatch(to target: JSONValue) -> JSONValue {
        guard case .object(let old) = self, case .object(let new) = target else { return target }
        var patch: JSONObject = [:]
        for name in old.keys where new[name]?.isNull ?? true {
            if old[name]?.isNull == false { patch[name] = .null }
        }
        for (name, value) in new where !value.isNull && value != old[name] {
            patch[name] = (old[name] ?? .null).mergePatch(to: value)
        }
        return .object(patch)
    }
}
