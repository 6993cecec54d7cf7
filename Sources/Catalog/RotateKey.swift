package import Metadata
package import PawlModel

/// `POST /v1/keys/{id}:rotate`: gives a key a new secret and shows it, this once. Those it had until now work on for a
/// while, so that whoever uses the key can be told.
package struct RotateKey: RowVerb {
    package let schema = Key.rotate

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let key = try Stored<Key>(row: row)
        guard key.revokedAt == nil, key.expiresAt.map({ $0 > writer.now }) ?? true else {
            throw Problem(
                .wrongState, "The key was revoked or has expired: make a new one.", current: .object(row))
        }
        let secret = KeySecret(writer.randomBytes(KeySecret.byteCount))
        let secrets = KeySecrets(writer.sql)
        try secrets.end(of: key.id, at: writer.now.advanced(bySeconds: input["grace"]?.int ?? Limits.keyGrace))
        try secrets.insert(secret.digest, of: key.id)
        // No column changes, but the revision does: the journal tells who did it.
        let after = try writer.replace(row, with: row, Key.schema)
        try writer.tell("keys.rotated", of: after, Key.schema)
        return Answer(.done, .object(after), shownOnce: ["secret": .string(secret.text)])
    }
}
