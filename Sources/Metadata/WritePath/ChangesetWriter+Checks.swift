import PawlModel

/// What must hold for a row before it is written.
extension ChangesetWriter {
    var references: References { References(registry: registry, caller: caller, sql: sql) }

    func check(
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
            let told = names.filter { schema[field: $0]?.isOwnership(in: schema) == false }
            let isSeen = caller.sees(other, of: schema)
            let whose = isSeen ? other["id"]?.string.map { ": \($0)" } ?? "" : ""
            throw Problem(
                .notUnique,
                "\(schema.name): another one has this \((told.isEmpty ? names : told).joined(separator: " and "))\(whose).",
                violations: told.map { .init(JSONPointer.escape($0), "is taken") },
                current: isSeen ? .object(other) : nil, attempted: .object(row))
        }
    }

    /// What a player makes is hers and of her game, unless she says otherwise and is refused.
    func hers(_ body: JSONObject, _ schema: ResourceSchema) -> JSONObject {
        guard let player = caller.player, let gameID = caller.gameID, case .write(let field) = schema.players else {
            return body
        }
        var body = body
        if body[field]?.isNull ?? true { body[field] = .string(player.description) }
        if let game = schema.gameField, body[game]?.isNull ?? true { body[game] = .string(gameID.description) }
        return body
    }

    func checkStudioFields(of row: JSONObject, before: JSONObject?, _ schema: ResourceSchema) throws {
        guard caller.player != nil else { return }
        let violations = schema.fields
            .filter { $0.change == .byStudio && row[$0.name] != (before?[$0.name] ?? $0.defaultValue) }
            .map { Problem.Violation(JSONPointer.escape($0.name), "is not for players to set") }
        guard violations.isEmpty else { throw Problem.invalid(schema.name, violations) }
    }
}
