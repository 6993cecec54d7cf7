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
    package let registry: ResourceRegistry
    let message: String?
    private var done = Done()

    /// What a savepoint takes back beside rows.
    private struct Done {
        /// In order; each is a step of the journal.
        var changes: [RowChange] = []
        /// Of the rows; nil is among them when one is of none.
        var games: Set<ResourceID?> = []
        /// Whether it changes rows from which a database is rebuilt.
        var isToldInSegments = false
        /// What a revert leaves as it is beside what the changes tell, a sentence each.
        var irreversible: [String] = []
        /// Whether its own row is written.
        var isBegun = false
    }

    /// What it has changed so far, in order.
    package var changes: [RowChange] { done.changes }
    /// Whether it has done anything.
    var isBegun: Bool { done.isBegun }
    var isToldInSegments: Bool { done.isToldInSegments }
    /// The game of all that it has changed; nil when that is of several, or of none.
    var gameID: ResourceID? { done.games.count == 1 ? done.games.first ?? nil : nil }

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

    /// Deletes a living row that the caller sees. Throws `in_use` where others refer to it.
    ///
    /// - Parameter keepsRow: Whether a row stays that its resource only marks as deleted.
    package func delete(
        _ schema: ResourceSchema, _ id: ResourceID, ifMatch: RevisionMatch, keepsRow: Bool = true
    ) throws {
        let before = try existing(schema, id)
        try ifMatch.check(before, attempted: nil)
        let rules = registry.rules.filter { $0.resource == schema.name }
        let lost = try rules.compactMap { try $0.lost(with: before, in: sql) }
        do {
            for rule in rules { try rule.clear(before, in: sql) }
            try ResourceTable(schema).delete(before, at: now, keepsRow: keepsRow, in: sql)
        } catch let error as SQLError where error.code == .foreignKey {
            throw Problem(
                .inUse,
                "Other rows refer to \(id), deleted ones that are not collected yet among them: delete those first.")
        }
        try record(schema.name, before: before, after: nil, gameID: Self.gameID(of: before, schema))
        done.irreversible += lost.map { "\(id) of \(schema.name) comes back without \($0)." }
    }

    /// What a revert of this changeset leaves as it is, a sentence each.
    func irreversible() throws -> [String] {
        let obstacles = try ReversalObstacles(of: done.changes, RowReversal(in: self), asksTime: false)
        return (obstacles.sentences.compactMap(\.self) + done.irreversible).withoutRepeats
    }

    /// Keeps that with the changeset: later, nobody can tell all of it.
    func keepIrreversible() throws {
        guard done.isBegun else { return }
        let sentences = try irreversible()
        guard !sentences.isEmpty else { return }
        try sql.execute(
            "UPDATE changesets SET irreversible = ? WHERE id = ?", [.text(try JSONValue(sentences).text), .id(id)])
    }

    package func call(_ verb: any Verb, _ id: ResourceID?, _ body: JSONObject) throws -> Answer {
        let input = try verb.schema.input(from: body)
        if let remains = verb.remains { done.irreversible.append(remains) }
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

    /// Writes the changeset itself, when that was not done yet: with the first change, or for a verb that no journal tells
    /// of.
    func begin(gameID: ResourceID?) throws {
        if !done.isBegun {
            try sql.execute(
                "INSERT INTO changesets (id, created_at, created_by, message, game_id) VALUES (?, ?, ?, ?, ?)",
                [.id(id), .time(now), .id(caller.id), .text(message), .id(gameID)])
        } else if !done.games.contains(gameID) {
            try sql.execute("UPDATE changesets SET game_id = NULL WHERE id = ?", [.id(id)])
        }
        done.isBegun = true
        done.games.insert(gameID)
    }

    /// Runs a part of the changeset. When it throws nothing of that part is left, and the changeset goes on.
    func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        let before = done
        try sql.execute("SAVEPOINT operation")
        do {
            let value = try body()
            try sql.execute("RELEASE operation")
            return value
        } catch {
            done = before
            try sql.execute("ROLLBACK TO operation")
            try sql.execute("RELEASE operation")
            throw error
        }
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

    /// Brings a row back that was removed: its id and what it had, with a revision that it never had, the checks of a new
    /// row, the journal and the event.
    func insertAgain(_ removed: JSONObject, revision: Int64, _ schema: ResourceSchema) throws {
        var row = removed
        row["revision"] = .int(revision)
        row["updated_at"] = .string(now.description)
        try check(row, before: nil, schema)
        try ResourceTable(schema).insert(row, in: sql)
        try follow(row, schema)
        try record(schema.name, before: nil, after: row, gameID: Self.gameID(of: row, schema))
    }

    /// Notes that a whole game came in: no journal has its rows, and nothing takes that back.
    package func noteImport(of game: ResourceID) throws {
        try begin(gameID: game)
        done.isToldInSegments = true
        done.irreversible.append("The rows of \(game) that were imported stay.")
        try tell("games.imported", of: try existing(Game.schema, game), Game.schema)
    }

    func follow(_ row: JSONObject, _ schema: ResourceSchema) throws {
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
        try begin(gameID: gameID)
        let change = RowChange(resource: resource, rowID: rowID, before: before, after: after)
        done.changes.append(change)
        if JournalEntry.Resource(table: resource) != nil { done.isToldInSegments = true }
        try sql.execute(
            "INSERT INTO journal (changeset_id, step, resource, row_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .id(id), .integer(done.changes.count), .text(resource), .text(rowID),
                .text(before.map { JSONValue.object($0).text }), .text(after.map { JSONValue.object($0).text }),
            ])
        try tell(
            "\(resource).\(change.kind.rawValue)", subject: rowID, gameID: gameID, data: after ?? ["id": .string(rowID)]
        )
    }

    /// Writes one more event about a row that this changeset has changed.
    package func tell(_ type: String, of row: JSONObject, _ schema: ResourceSchema) throws {
        guard let rowID = row.idText else { return }
        try tell(type, subject: rowID, gameID: Self.gameID(of: row, schema), data: row)
    }

    func tell(_ type: String, subject: String, gameID: ResourceID?, data: JSONObject) throws {
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

    static func gameID(of row: JSONObject, _ schema: ResourceSchema) -> ResourceID? {
        schema.gameField.flatMap { row[$0]?.string }.flatMap { ResourceID($0) }
    }
}
