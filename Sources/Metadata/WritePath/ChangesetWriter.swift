package import PawlModel

/// One changeset while it is applied, inside a transaction: each change of a row goes through here, and is written
/// together with its journal entry and its event.
///
/// Used by one body of one transaction, so it is not `Sendable` and needs no lock.
package final class ChangesetWriter {
    package let sql: any SQLConnection
    package let caller: Caller
    package let now: Timestamp
    package let id: ResourceID
    private let ambient: Ambient
    private let registry: ResourceRegistry
    private let message: String?
    private var steps = 0

    init(sql: any SQLConnection, caller: Caller, message: String?, ambient: Ambient, registry: ResourceRegistry) {
        self.sql = sql
        self.caller = caller
        self.message = message
        self.ambient = ambient
        self.registry = registry
        now = ambient.now()
        id = ambient.newID("chs")
    }

    package func newID(_ prefix: String) -> ResourceID { ambient.newID(prefix) }
    package func randomBytes(_ count: Int) -> [UInt8] { ambient.randomBytes(count) }

    // MARK: What a caller asks for

    package func create(_ schema: ResourceSchema, _ body: JSONObject) throws -> JSONObject {
        var row = try schema.creation(from: body)
        row["id"] = .string(newID(schema.idPrefix).description)
        row["revision"] = 1
        row["model_version"] = .int(Int64(schema.modelVersion))
        row["created_at"] = .string(now.description)
        row["updated_at"] = .string(now.description)
        try check(row, before: nil, schema)
        let gameID = try ResourceTable(schema).gameID(of: row, in: sql)
        // Else a key of one game could make itself a key of all.
        guard caller.sees(game: gameID) else {
            throw Problem(.forbidden, "This key is bound to a game, and makes only what belongs to that.")
        }
        try ResourceTable(schema).insert(row, in: sql)
        try record(schema.name, before: nil, after: row, gameID: gameID)
        return row
    }

    package func update(
        _ schema: ResourceSchema, _ id: ResourceID, ifMatch: RevisionMatch, patch: JSONObject
    ) throws -> JSONObject {
        let before = try existing(schema, id)
        try ifMatch.check(before, attempted: .object(patch))
        let after = try schema.merge(patch, into: before)
        return after == before ? before : try replace(before, with: after, schema)
    }

    package func delete(_ schema: ResourceSchema, _ id: ResourceID, ifMatch: RevisionMatch) throws {
        let before = try existing(schema, id)
        try ifMatch.check(before, attempted: nil)
        let gameID = try ResourceTable(schema).gameID(of: before, in: sql)
        do {
            try ResourceTable(schema).delete(before, at: now, in: sql)
        } catch let error as SQLError where error.code == .foreignKey {
            throw Problem(
                .inUse,
                "Other rows refer to \(id), deleted ones that are not collected yet among them: delete those first.")
        }
        try record(schema.name, before: before, after: nil, gameID: gameID)
    }

    /// The living row that the caller may see, or a `not_found` problem.
    package func existing(_ schema: ResourceSchema, _ id: ResourceID) throws -> JSONObject {
        try registry.visibleRow(schema, id, to: caller, in: sql)
    }

    // MARK: What verbs and use cases ask for

    /// Replaces a row, server-set fields included: the new revision, the checks, the journal and the event.
    package func replace(_ before: JSONObject, with after: JSONObject, _ schema: ResourceSchema) throws -> JSONObject {
        var row = after
        row["revision"] = .int((before["revision"]?.int ?? 0) + 1)
        row["updated_at"] = .string(now.description)
        try check(row, before: before, schema)
        try ResourceTable(schema).update(row, in: sql)
        try record(schema.name, before: before, after: row, gameID: try ResourceTable(schema).gameID(of: row, in: sql))
        return row
    }

    /// Writes the journal entry and the event of a change that is made elsewhere in this transaction, such as a
    /// repository's. The first one also writes the changeset itself.
    package func record(_ resource: String, before: JSONObject?, after: JSONObject?, gameID: ResourceID?) throws {
        guard let rowID = (after ?? before)?["id"]?.string else { return }
        if steps == 0 {
            try sql.execute(
                "INSERT INTO changesets (id, created_at, created_by, message) VALUES (?, ?, ?, ?)",
                [.id(id), .time(now), .id(caller.id), .text(message)])
        }
        steps += 1
        try sql.execute(
            "INSERT INTO journal (changeset_id, step, resource, row_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .id(id), .integer(steps), .text(resource), .text(rowID),
                .text(before.map { JSONValue.object($0).text }), .text(after.map { JSONValue.object($0).text }),
            ])
        let happened = before == nil ? "created" : after == nil ? "deleted" : "updated"
        try tell("\(resource).\(happened)", subject: rowID, gameID: gameID, data: after ?? ["id": .string(rowID)])
    }

    /// Writes one more event about a row that this changeset has changed.
    package func tell(_ type: String, of row: JSONObject, _ schema: ResourceSchema) throws {
        guard let rowID = row["id"]?.string else { return }
        try tell(type, subject: rowID, gameID: try ResourceTable(schema).gameID(of: row, in: sql), data: row)
    }

    private func tell(_ type: String, subject: String, gameID: ResourceID?, data: JSONObject) throws {
        try sql.execute(
            """
            INSERT INTO events (id, created_at, type, game_id, subject, changeset_id, data)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(newID("evn")), .time(now), .text(type), .id(gameID), .text(subject), .id(id),
                .text(JSONValue.object(data).text),
            ])
    }

    // MARK: Checks that need the other rows

    private func check(_ row: JSONObject, before: JSONObject?, _ schema: ResourceSchema) throws {
        let violations = try referenceViolations(row, before: before, schema)
        guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
        for rule in registry.rules where rule.resource == schema.name {
            let violations = try rule.violations(after: row, before: before, in: sql)
            guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
        }
        for names in schema.uniques {
            let values = names.map { (field: $0, value: row[$0] ?? .null) }
            guard before == nil || names.contains(where: { row[$0] != before?[$0] }),
                let other = try ResourceTable(schema).row(where: values, in: sql), other["id"] != row["id"]
            else { continue }
            throw Problem(
                .notUnique, "\(schema.name): another one has this \(names.joined(separator: " and ")).",
                violations: names.map { .init(JSONPointer.escape($0), "is taken") },
                current: .object(other), attempted: .object(row))
        }
    }

    /// A reference must name a living row of the same game that the caller sees.
    private func referenceViolations(
        _ row: JSONObject, before: JSONObject?, _ schema: ResourceSchema
    ) throws -> [Problem.Violation] {
        var violations: [Problem.Violation] = []
        for field in schema.fields {
            guard case .reference(let target) = field.type, let text = row[field.name]?.string,
                row[field.name] != before?[field.name]
            else { continue }
            let exists = try ResourceID(text).map { try registry.exists(target, $0, for: caller, in: sql) } ?? false
            if !exists { violations.append(.init(JSONPointer.escape(field.name), "names nothing that exists")) }
        }
        return violations
    }
}

/// What a caller says about the revision it changes.
package enum RevisionMatch: Sendable {
    /// `If-Match` was not sent, and is not needed here.
    case notNeeded
    /// `If-Match: *`: any revision, as long as the row exists.
    case any
    case revisions([Int64])

    func check(_ row: JSONObject, attempted: JSONValue?) throws(Problem) {
        guard case .revisions(let revisions) = self, let revision = row["revision"]?.int else { return }
        guard revisions.contains(revision) else {
            throw Problem(
                .preconditionFailed, "It is at revision \(revision) now: read it again, and repeat the change on that.",
                current: .object(row), attempted: attempted)
        }
    }
}
