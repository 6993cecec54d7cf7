/// Up: what a client of V0 sends, as changes of today's rows. Down: today's rows as V0 shows them. Both are values in,
/// values out.
extension V0Resource {
    /// - Parameter account: The account that the row belongs to; nil where there is none.
    public func down(_ row: JSONObject, account: JSONObject? = nil, in game: V0Game) -> JSONObject {
        var object: JSONObject = [:]
        for field in fields { object[field.field.name] = value(of: field.place, row, account, game) }
        return object
    }

    private func value(of place: V0Field.Place, _ row: JSONObject, _ account: JSONObject?, _ game: V0Game) -> JSONValue
    {
        switch place {
        case .row(let name): return row[name] ?? .null
        case .account(let name): return account?[name] ?? .null
        case .price: return prices(of: row).first { $0["currency_id"] == game.currency }?["amount"] ?? .null
        case .entries(let kind):
            return .array(entries(of: row).compactMap { $0[kind] }.filter { !$0.isNull })
        case .points: return .int(rewards(of: row).reduce(0) { $0 + ($1["points"]?.int ?? 0) })
        case .sourcePack:
            let source = row["source"]?.object?["id"]?.string ?? ""
            return ResourceID(source, kind: Pack.schema.idPrefix) == nil ? .null : .string(source)
        }
    }

    /// What a client sends as changes of today's row and of its account. What V0 has no field for is not in them.
    ///
    /// - Parameters:
    ///   - body: Checked against the declaration.
    ///   - row: The row as it is; empty for a new one.
    public func up(
        _ body: JSONObject, over row: JSONObject = [:], in game: V0Game
    ) -> (row: JSONObject, account: JSONObject) {
        var (changes, account): (JSONObject, JSONObject) = ([:], [:])
        var entries: [String: [JSONValue]] = [:]
        for field in fields where field.field.change != .byServer {
            guard let value = body[field.field.name] else { continue }
            switch field.place {
            case .row(let name): changes[name] = value
            case .account(let name): account[name] = value
            case .price:
                let others = prices(of: row).filter { $0["currency_id"] != game.currency }
                let own: [JSONObject] = value.isNull ? [] : [["currency_id": game.currency, "amount": value]]
                changes["prices"] = .array((others + own).map { .object($0) })
            case .entries(let kind):
                if case .array(let ids) = value { entries[kind] = ids } else { entries[kind] = [] }
            case .points:
                let others = rewards(of: row).filter { $0["points"]?.isNull ?? true }
                let points = value.int ?? 0
                // In one element or in several: as long as the sum is so, it stays.
                if points == self.value(of: .points, row, nil, game).int { continue }
                let own: [JSONObject] = points > 0 ? [["points": .int(points)]] : []
                changes["reward"] = .array((others + own).map { .object($0) })
            case .sourcePack: changes["source"] = value.isNull ? nil : ["kind": "grant", "id": value]
            }
        }
        if !entries.isEmpty { changes["entries"] = .array(merged(entries, into: self.entries(of: row))) }
        return (changes, account)
    }

    /// Entries that stay keep their quantities; those of a kind that was not sent stay all.
    private func merged(_ sent: [String: [JSONValue]], into entries: [JSONObject]) -> [JSONValue] {
        fields.flatMap { field -> [JSONValue] in
            guard case .entries(let kind) = field.place else { return [] }
            let there = entries.filter { !($0[kind]?.isNull ?? true) }
            guard let ids = sent[kind] else { return there.map { .object($0) } }
            return ids.map { id in .object(there.first { $0[kind] == id } ?? [kind: id]) }
        }
    }

    private func prices(of row: JSONObject) -> [JSONObject] { Self.objects(row["prices"]) }
    private func rewards(of row: JSONObject) -> [JSONObject] { Self.objects(row["reward"]) }
    private func entries(of row: JSONObject) -> [JSONObject] { Self.objects(row["entries"]) }

    private static func objects(_ value: JSONValue?) -> [JSONObject] {
        guard case .array(let values)? = value else { return [] }
        return values.compactMap(\.object)
    }

    /// A problem of today's rows in V0's names.
    public func down(_ problem: Problem, in game: V0Game) -> Problem {
        var problem = problem
        problem.violations = problem.violations.map { .init(down(pointer: $0.pointer), $0.detail) }
        problem.current = problem.current?.object.map { .object(down($0, in: game)) }
        problem.attempted = problem.attempted?.object.map { .object(down($0, in: game)) }
        return problem
    }

    private func down(pointer: String) -> String {
        let parts = pointer.split(separator: "/", maxSplits: 1)
        guard pointer.hasPrefix("/"), let first = parts.first else { return pointer }
        let field = fields.first { field in
            switch field.place {
            case .row(let name), .account(let name): name == first
            case .price: first == "prices"
            case .entries: first == "entries"
            case .points: first == "reward"
            case .sourcePack: first == "source"
            }
        }
        guard let field else { return pointer }
        guard case .row = field.place, parts.count > 1 else { return "/" + field.field.name }
        return "/\(field.field.name)/\(parts[1])"
    }
}

extension V0Game {
    fileprivate var currency: JSONValue { currencyID.map { .string($0.description) } ?? .null }
}

/// Checked bodies.
extension V0Resource {
    /// What makes a row: every field, defaults filled in. Throws one `invalid` problem with every violation.
    public func creation(from body: JSONObject) throws(Problem) -> JSONObject {
        try checked(body, declaration)
    }

    /// What changes one: only what was sent.
    public func patch(from body: JSONObject) throws(Problem) -> JSONObject {
        let fields = patchDeclaration
        let whole = try checked(body, fields)
        var violations: [Problem.Violation] = []
        for field in declaration where field.isRequired && field.change != .byServer && body[field.name]?.isNull == true
        {
            violations.append(.init(JSONPointer.escape(field.name), "is required"))
        }
        guard violations.isEmpty else { throw .invalid(name, violations) }
        return whole.filter { body[$0.key] != nil }
    }

    /// The fields of a change: each may be left out.
    public var patchDeclaration: [Field] {
        declaration.map { field in
            var field = field
            if field.change != .byServer { field.isRequired = false }
            return field
        }
    }

    private func checked(_ body: JSONObject, _ fields: [Field]) throws(Problem) -> JSONObject {
        let own = fields.filter { $0.change != .byServer }
        var check = ObjectCheck(own, of: name)
        // A client may send back what it read: what the server sets is passed over.
        let object = check.object(
            from: body, otherNames: fields.filter { $0.change == .byServer }.map(\.name))
        guard check.violations.isEmpty else { throw .invalid(name, check.violations) }
        return object
    }
}

/// Lists.
extension V0Resource {
    /// What a list of V0 asks for, as a query of today's rows. Throws `malformed_query`.
    public func query(
        filter: String?, orderBy: String?, pageSize: String?, pageToken: String?, in game: V0Game
    ) throws(Problem) -> ListQuery {
        var query = try ListQuery(
            filter: filter, orderBy: orderBy, pageSize: pageSize, pageToken: nil, of: schema)
        query.order.field = today(query.order.field)
        query.conditions = query.conditions.map { condition in
            .init(field: today(condition.field), comparison: condition.comparison, value: condition.value)
        }
        if let game = gameCondition(game) { query.conditions.append(game) }
        query.conditions += conditions
        if let pageToken {
            guard let token = PageToken(pageToken), token.resource == source.name,
                token.conditions == query.conditions, token.order == query.order
            else {
                throw Problem.malformedQuery("page_token", "is not one of this list: begin at the first page")
            }
            query.after = token.position
        }
        return query
    }

    private func gameCondition(_ game: V0Game) -> ListQuery.Condition? {
        source.gameField.map { .init(field: $0, comparison: .equal, value: .string(game.id.description)) }
    }

    /// Whether V0 shows a row: of its game, and with all that must hold.
    public func shows(_ row: JSONObject, in game: V0Game) -> Bool {
        guard source.gameField.map({ row[$0] == .string(game.id.description) }) ?? true else { return false }
        return conditions.allSatisfy { condition in
            let isEqual = row[condition.field] ?? .null == condition.value
            return condition.comparison == .equal ? isEqual : !isEqual
        }
    }

    private func today(_ name: String) -> String {
        let field = fields.first { $0.field.name == name }
        if case .row(let today)? = field?.place { return today }
        return name
    }
}
