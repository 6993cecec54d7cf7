package import Metadata
package import PawlModel

/// Of what is not stackable, nothing gives more than one at once: rewards and packs are looked through to their innermost
/// lists.
package struct QuantityRule: RowRule {
    package let resource: String

    package init(_ resource: String) {
        self.resource = resource
    }

    /// One for each resource that declares what is given.
    package static let all: [any RowRule] = [
        Accomplishment.schema, InboxMessage.schema, Leaderboard.schema, Pack.schema, Season.schema,
    ].map { QuantityRule($0.name) }

    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] {
        var violations: [Problem.Violation] = []
        for (field, value) in after.sorted(by: { $0.key < $1.key }) where value != before?[field] {
            guard case .array = value else { continue }
            try look(into: value, at: JSONPointer.escape(field), in: sql, &violations)
        }
        return violations
    }

    private func look(
        into value: JSONValue, at pointer: String, in sql: any SQLConnection,
        _ violations: inout [Problem.Violation]
    ) throws {
        switch value {
        case .array(let values):
            for (index, value) in values.enumerated() {
                try look(into: value, at: "\(pointer)/\(index)", in: sql, &violations)
            }
        case .object(let object):
            if let quantity = object["quantity"]?.int, quantity > 1, try !isStackable(object, in: sql) {
                violations.append(.init("\(pointer)/quantity", "must be 1: this is not stackable"))
            }
            for (name, value) in object.sorted(by: { $0.key < $1.key }) {
                guard case .array = value else { continue }
                try look(into: value, at: pointer + JSONPointer.escape(name), in: sql, &violations)
            }
        default:
            break
        }
    }

    private func isStackable(_ object: JSONObject, in sql: any SQLConnection) throws -> Bool {
        guard let item = object.id("item_id") else { return false }
        return try ResourceTable(Item.schema).row(item, in: sql)?["stackable"] == true
    }
}
