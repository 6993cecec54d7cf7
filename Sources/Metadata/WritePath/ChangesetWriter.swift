import BlockFormat
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
    /// Whether it changes rows from which a database is rebuilt.
    private(set) var isToldInSegments = false

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
        let fields = try schema.creation(from: hers(body, schema))
        try checkStudioFields(of: fields, before: nil, schema)
        return try insert(schema, fields) { row in
            // Else a key of one game could make itself a key of all, and a player make what is another one's.
            guard caller.sees(row, of: schema) else {
                throw Problem(
                    .forbidden, "This key makes only what belongs to its game, and a player only what is hers.")
            }
        }
    }

    package func update(
        _ schema: ResourceSchema, _ id: ResourceID, ifMatch: RevisionMatch, patch: JSONObject
    ) throws -> JSONObject {
        let before = try existing(schema, id)
        try ifMatch.check(before, attempted: .object(patch))
        let after = try schema.merge(patch, into: before)
        try checkStudioFields(of: after, before: before, schema)
        // By bytes: Swift takes texts for equal that Unicode only calls equivalent.
        guard JSONValue.object(after).data != JSONValue.object(before).data else { return before }
        return try replace(before, with: after, schema)
    }

    package func delete(_ schema: ResourceSchema, _ id: ResourceID, ifMatch: RevisionMatch) throws {
        let before = try existing(schema, id)
        try ifMatch.check(before, attempted: nil)
        do {
            for rule in registry.rules where rule.resource == schema.name { try rule.clear(before, in: sql) }
            try ResourceTable(schema).delete(before, at: now, in: sql)
        } catch let error as SQLError where error.code == .foreignKey {
            throw Problem(
                .inUse,
                "Other rows refer to \(id), deleted ones that are not collected yet among them: delete those first.")
        }
        try record(schema.name, before: before, after: nil, gameID: Self.gameID(of: before, schema))
    }

    package func call(_ verb: any Verb, _ id: ResourceID?, _ body: JSONObject) throws -> Answer {
        let input = try verb.schema.input(from: body)
        guard let schema = registry[schema: verb.schema.resource] else {
            return try verb.run(row: nil, input: input, in: self)
        }
        let row = try id.map { id in
            verb.schema.isOfDeleted
                ? try registry.deletedRow(schema, id, to: caller, in: sql) : try existing(schema, id)
        }
        let violations = try references.violations(
            in: input, verb.schema.fields, game: row.flatMap { Self.gameID(of: $0, schema)?.description })
        guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
        return try verb.run(row: row, input: input, in: self)
    }

    // MARK: What verbs and use cases ask for

    /// The living row that the caller may see, or a `not_found` problem.
    package func existing(_ schema: ResourceSchema, _ id: ResourceID) throws -> JSONObject {
        try registry.visibleRow(schema, id, to: caller, in: sql)
    }

    /// The living row in which every field of `values` is as given, whoever asks.
    package func row(
        _ schema: ResourceSchema, where values: [(field: String, value: JSONValue)]
    ) throws -> JSONObject? {
        try ResourceTable(schema).row(where: values, in: sql)
    }

    /// Makes a row of all its fields, server-set ones included: the head, the checks, the journal and the event.
    package func insert(_ schema: ResourceSchema, _ fields: JSONObject) throws -> JSONObject {
        try insert(schema, fields) { _ in }
    }

    /// - Parameter admit: Throws when the caller may not make the row. Asked when what it refers to is there, and before
    ///   what is taken would be told.
    private func insert(
        _ schema: ResourceSchema, _ fields: JSONObject, admit: (JSONObject) throws -> Void
    ) throws -> JSONObject {
        var row = fields
        row["id"] = .string(newID(schema.idPrefix).description)
        row["revision"] = 1
        row["model_version"] = .int(Int64(schema.modelVersion))
        row["created_at"] = .string(now.description)
        row["updated_at"] = .string(now.description)
        if case .parent(let field, let parent) = schema.ownership { row["game_id"] = try game(of: row[field], parent) }
        try check(row, before: nil, schema, admit: admit)
        let table = ResourceTable(schema)
        try table.insert(row, in: sql)
        try follow(row, schema)
        row = table.withoutSecrets(row)
        try record(schema.name, before: nil, after: row, gameID: Self.gameID(of: row, schema))
        return row
    }

    private func follow(_ row: JSONObject, _ schema: ResourceSchema) throws {
        for rule in registry.rules where rule.resource == schema.name { try rule.follow(row, in: sql) }
    }

    /// Brings a deleted row back as it was: a new revision, the checks of a new row, the journal and the event.
    package func restore(_ deleted: JSONObject, _ schema: ResourceSchema) throws -> JSONObject {
        var row = deleted
        row["revision"] = .int((deleted["revision"]?.int ?? 0) + 1)
        row["updated_at"] = .string(now.description)
        try check(row, before: nil, schema)
        let table = ResourceTable(schema)
        try table.restore(row, in: sql)
        try table.update(row, before: deleted, in: sql)
        try follow(row, schema)
        row = table.withoutSecrets(row)
        try record(schema.name, before: nil, after: row, gameID: Self.gameID(of: row, schema))
        return row
    }

    /// The game of the row of `parent` that a reference names; null when there is no such row.
    private func game(of reference: JSONValue?, _ parent: ResourceSchema) throws -> JSONValue {
        guard let id = reference?.string.flatMap({ ResourceID($0) }), let field = parent.gameField else { return .null }
        return try ResourceTable(parent).row(id, in: sql)?[field] ?? .null
    }

    /// Replaces a row, server-set fields included: the new revision, the checks, the journal and the event.
    package func replace(_ before: JSONObject, with after: JSONObject, _ schema: ResourceSchema) throws -> JSONObject {
        var row = after
        row["revision"] = .int((before["revision"]?.int ?? 0) + 1)
        row["updated_at"] = .string(now.description)
        try check(row, before: before, schema)
        let table = ResourceTable(schema)
        try table.update(row, before: before, in: sql)
        try follow(row, schema)
        row = table.withoutSecrets(row)
        try record(schema.name, before: before, after: row, gameID: Self.gameID(of: row, schema))
        return row
    }

    /// Writes the journal entry and the event of a change that is made elsewhere in this transaction, such as a
    /// repository's. The first one also writes the changeset itself.
    package func record(_ resource: String, before: JSONObject?, after: JSONObject?, gameID: ResourceID?) throws {
        guard let rowID = (after ?? before)?.idText else { return }
        if steps == 0 {
            try sql.execute(
                "INSERT INTO changesets (id, created_at, created_by, message) VALUES (?, ?, ?, ?)",
                [.id(id), .time(now), .id(caller.id), .text(message)])
        }
        steps += 1
        isToldInSegments = isToldInSegments || JournalEntry.Resource(table: resource) != nil
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
        guard let rowID = row.idText else { return }
        try tell(type, subject: rowID, gameID: Self.gameID(of: row, schema), data: row)
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

    private static func gameID(of row: JSONObject, _ schema: ResourceSchema) -> ResourceID? {
        schema.gameField.flatMap { row[$0]?.string }.flatMap { ResourceID($0) }
    }

    // MARK: Checks

    private var references: References { References(registry: registry, caller: caller, sql: sql) }

    private func check(
        _ row: JSONObject, before: JSONObject?, _ schema: ResourceSchema, admit: (JSONObject) throws -> Void = { _ in }
    ) throws {
        var violations = try references.violations(
            in: row, schema.fields, before: before, game: Self.gameID(of: row, schema)?.description)
        if violations.isEmpty {
            try admit(row)
            for rule in registry.rules where rule.resource == schema.name {
                violations += try rule.violations(after: row, before: before, in: sql)
            }
        }
        guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
        for names in schema.uniques {
            let values = names.map { (field: $0, value: row[$0] ?? .null) }
            guard before == nil || names.contains(where: { row[$0] != before?[$0] }),
                !values.contains(where: { $0.value.isNull && $0.field != schema.ownerField }),
                let other = try ResourceTable(schema).row(where: values, in: sql), other["id"] != row["id"]
            else { continue }
            throw Problem(
                .notUnique, "\(schema.name): another one has this \(names.joined(separator: " and ")).",
                violations: names.filter { schema[field: $0]?.isOwnership(in: schema) == false }
                    .map { .init(JSONPointer.escape($0), "is taken") },
                current: caller.sees(other, of: schema) ? .object(other) : nil, attempted: .object(row))
        }
    }

    /// What a player makes is hers and of her game, unless she says otherwise and is refused.
    private func hers(_ body: JSONObject, _ schema: ResourceSchema) -> JSONObject {
        guard let player = caller.player, let gameID = caller.gameID, case .write(let field) = schema.players else {
            return body
        }
        var body = body
        if body[field]?.isNull ?? true { body[field] = .string(player.description) }
        if let game = schema.gameField, body[game]?.isNull ?? true { body[game] = .string(gameID.description) }
        return body
    }

    private func checkStudioFields(of row: JSONObject, before: JSONObject?, _ schema: ResourceSchema) throws {
        guard caller.player != nil else { return }
        let violations = schema.fields
            .filter { $0.change == .byStudio && row[$0.name] != (before?[$0.name] ?? $0.defaultValue) }
            .map { Problem.Violation(JSONPointer.escape($0.name), "is not for players to set") }
        guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
    }
}
