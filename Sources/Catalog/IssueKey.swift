package import Metadata
package import PawlModel

/// `POST /v1/keys`: makes a key and shows its secret, this once.
package struct IssueKey: CollectionVerb {
    package let schema = Key.issue

    package init() {}

    package func compensation(of change: RowChange) -> Compensation? {
        change.kind == .created ? Compensation(RevokeKey()) : nil
    }

    package func run(input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        try issue(KeySecret(writer.randomBytes(KeySecret.byteCount)), input, in: writer)
    }

    func issue(_ secret: KeySecret, _ input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        guard input["scopes"] != .array([]) else {
            throw Problem.invalid(Key.schema.name, [.init("/scopes", "must not be empty")])
        }
        if let expiry = input["expires_at"]?.string.flatMap({ Timestamp($0) }), expiry <= writer.now {
            throw Problem.invalid(Key.schema.name, [.init("/expires_at", "must lie in the future")])
        }
        let key = try writer.create(Key.schema, input)
        if let id = key.rowID {
            try KeySecrets(writer.sql).insert(secret.digest, of: id)
        }
        return Answer(.created, .object(key), shownOnce: ["secret": .string(secret.text)])
    }
}

/// `POST /v1/keys/{id}:revoke`: the key stops working at once.
package struct RevokeKey: RowVerb {
    package let schema = Key.revoke

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        guard row["revoked_at"]?.isNull ?? true else { return Answer(.done, .object(row)) }
        var after = row
        after["revoked_at"] = .string(writer.now.description)
        return Answer(.done, .object(try writer.replace(row, with: after, Key.schema)))
    }
}
