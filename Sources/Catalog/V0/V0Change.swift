import Metadata
import PawlModel

/// One change by a client of V0, inside of its transaction: translated up, done as any other, and translated down again.
struct V0Change {
    let resource: V0Resource
    let game: V0Game
    let writer: ChangesetWriter

    /// - Parameter body: Checked. Answers the new row as V0 shows it.
    func create(_ body: JSONObject) throws -> JSONObject {
        try checkPrice(body)
        let (changes, account) = resource.up(body, in: game)
        var row: JSONObject
        switch resource.changes {
        case .rows: row = try insert(changes, account)
        case .entitlements:
            var input = changes
            input["source"] = nil
            row = try call("", of: Entitlement.schema, nil, input)
            if let source = changes["source"] { row = try keep(source, in: row) }
        case .accomplishments:
            var input = changes
            let id = input.removeValue(forKey: "accomplishment_id")?.string.flatMap { ResourceID($0) }
            guard let id, (try? writer.existing(Accomplishment.schema, id)) != nil else {
                throw Problem.invalid(
                    resource.name, [.init("/accomplishment_id", "names nothing that exists")])
            }
            row = try call("reach", of: Accomplishment.schema, id, input)
        case .none: throw Problem(.methodNotAllowed, "\(resource.name) are only read.")
        }
        return try down(row)
    }

    private func insert(_ changes: JSONObject, _ account: JSONObject) throws -> JSONObject {
        var body = resource.defaults.merging(changes) { $1 }
        if let field = resource.source.gameField { body[field] = .string(game.id.description) }
        if let name = resource.madeUpName {
            body[name] = .string("v0-\(writer.newID(resource.source.idPrefix).description.dropFirst(4))")
        }
        if resource.hasAccount, let id = try self.account(account, named: body["name"] ?? .null) {
            body["account_id"] = id
        }
        return try writer.create(resource.source, body)
    }

    /// The account that has what is sent, or a new one; nil when nothing is.
    private func account(_ fields: JSONObject, named name: JSONValue) throws -> JSONValue? {
        let given = fields.filter { !$0.value.isNull }
        guard !given.isEmpty else { return nil }
        if let email = given["email"], let there = try writer.row(Account.schema, where: [("email", email)]) {
            return there["id"]
        }
        return try writer.create(Account.schema, given.merging(["display_name": name]) { $1 })["id"]
    }

    /// The pack that an entitlement came in, which is no purchase of today's.
    private func keep(_ source: JSONValue, in row: JSONObject) throws -> JSONObject {
        guard let pack = source.object?["id"]?.string.flatMap({ ResourceID($0, kind: Pack.schema.idPrefix) }),
            let found = try? writer.existing(Pack.schema, pack), found["game_id"] == .string(game.id.description)
        else { throw Problem.invalid(resource.name, [.init("/source", "names nothing that exists")]) }
        return try writer.replace(row, with: row.merging(["source": source]) { $1 }, Entitlement.schema)
    }

    /// - Parameter patch: Checked. Answers the row as V0 shows it.
    func update(_ id: ResourceID, _ patch: JSONObject, _ match: RevisionMatch) throws -> JSONObject {
        try checkPrice(patch)
        let row = try existing(id)
        try match.check(row, attempted: .object(patch))
        let (changes, account) = resource.up(patch, over: row, in: game)
        switch resource.changes {
        case .rows:
            var changes = changes
            if let account = try self.account(of: row, after: account) { changes["account_id"] = account }
            return try down(try writer.update(resource.source, id, ifMatch: .any, patch: changes))
        case .entitlements:
            let others = changes.filter { $0.key != "owner_id" && row[$0.key] != $0.value && $0.key != "source" }
            guard others.isEmpty else {
                throw Problem.invalid(
                    resource.source.name, others.keys.sorted().map { .init("/" + $0, "cannot be changed") })
            }
            guard let owner = changes["owner_id"], owner != row["owner_id"] else { return try down(row) }
            return try down(try call("transfer", of: Entitlement.schema, id, ["to_id": owner]))
        case .accomplishments, .none: throw Problem(.methodNotAllowed, "\(resource.name) are not changed.")
        }
    }

    /// Changes the account of a row, or gives it one: then that one's id.
    private func account(of row: JSONObject, after fields: JSONObject) throws -> JSONValue? {
        guard !fields.isEmpty else { return nil }
        guard let id = row["account_id"]?.string.flatMap({ ResourceID($0) }) else {
            return try account(fields, named: row["name"] ?? .null)
        }
        _ = try writer.update(Account.schema, id, ifMatch: .any, patch: fields)
        return nil
    }

    func delete(_ id: ResourceID, _ match: RevisionMatch) throws {
        let row = try existing(id)
        try match.check(row, attempted: nil)
        switch resource.changes {
        case .rows: try writer.delete(resource.source, id, ifMatch: .any)
        case .entitlements: _ = try call("revoke", of: Entitlement.schema, id, [:])
        case .accomplishments, .none: throw Problem(.methodNotAllowed, "\(resource.name) are not deleted.")
        }
    }

    // MARK: What all of them do

    private func existing(_ id: ResourceID) throws -> JSONObject {
        let row = try writer.existing(resource.source, id)
        guard resource.shows(row, in: game) else { throw Problem.notFound(resource.name, id) }
        return row
    }

    private func call(
        _ verb: String, of schema: ResourceSchema, _ id: ResourceID?, _ input: JSONObject
    ) throws -> JSONObject {
        guard let verb = writer.registry.verb(verb, of: schema.name) else { return [:] }
        return try writer.call(verb, id, input).body.object ?? [:]
    }

    private func checkPrice(_ body: JSONObject) throws(Problem) {
        guard game.currencyID == nil, let price = body["price"], !price.isNull else { return }
        throw .invalid(resource.name, [.init("/prices", "needs a currency: set v0.currency to the code of one")])
    }

    private func down(_ row: JSONObject) throws -> JSONObject {
        var account: JSONObject?
        if resource.hasAccount, let id = row["account_id"]?.string.flatMap({ ResourceID($0) }) {
            account = try ResourceTable(Account.schema).row(id, in: writer.sql)
        }
        return resource.down(row, account: account, in: game)
    }
}
