public import PawlModel

/// How one game differs from what it should be, and the changeset that makes it so.
///
/// Rows are told apart by their names (`sku`, `code`, `path`): ids differ from daemon to daemon. What a row refers to is
/// translated by name, too.
public struct GameComparison: Sendable {
    public enum Kind: String, Sendable {
        case created, updated, deleted
        /// Only here, and left alone.
        case left
    }

    public struct Difference: Sendable {
        public var kind: Kind
        public var resource: String
        public var name: String
        /// Fields that differ: as they are, and as they should be.
        public var fields: [(name: String, before: JSONValue, after: JSONValue)] = []
    }

    public private(set) var differences: [Difference] = []
    /// What no changeset can bring over, a sentence each.
    public private(set) var notes: [String] = []
    public private(set) var operations: [ChangesetOperation] = []

    /// A row as it is known everywhere: its resource and its name.
    private struct Place: Hashable {
        var resource: String
        var name: String
        var text: String { "\(resource)/\(name)" }
    }

    private var placeOfWanted: [String: Place] = [:]
    private var current: [Place: JSONObject] = [:]
    private var operationOf: [Place: String] = [:]

    /// - Parameters:
    ///   - game: The id of the game that is to change.
    ///   - deletes: Whether rows that should not be there go.
    public init(_ game: ResourceID, wanted: GameRows, current rows: GameRows, deletes: Bool) {
        var wantedRows: [(place: Place, schema: ResourceSchema, row: JSONObject)] = []
        for schema in GameRows.schemas {
            for row in rows.rows[schema.name] ?? [] {
                if let place = Self.place(of: row, schema) { current[place] = row }
            }
            for row in wanted.rows[schema.name] ?? [] {
                guard let place = Self.place(of: row, schema) else {
                    if row["owner_id"]?.isNull ?? true {
                        notes.append("A row of \(schema.name) has no \(Self.keys(of: schema).joined(separator: ", ")).")
                    }
                    continue
                }
                if let id = row["id"]?.string { placeOfWanted[id] = place }
                wantedRows.append((place, schema, row))
            }
        }
        for wanted in wantedRows where current[wanted.place] == nil && wanted.schema.name != Game.schema.name {
            operationOf[wanted.place] = Self.operationID(wanted.place, taken: Set(operationOf.values))
        }
        for wanted in wantedRows { compare(wanted.row, at: wanted.place, wanted.schema, game) }
        guard wanted.isWhole else { return }
        let kept = Set(wantedRows.map(\.place))
        for schema in GameRows.schemas.reversed() {
            for (place, row) in current.filter({ $0.key.resource == schema.name && !kept.contains($0.key) })
                .sorted(by: { $0.key.name < $1.key.name })
            {
                differences.append(
                    Difference(kind: deletes ? .deleted : .left, resource: schema.name, name: place.name))
                guard deletes, let id = row["id"]?.string.flatMap({ ResourceID($0) }) else { continue }
                operations.append(
                    ChangesetOperation(
                        Self.operationID(place, taken: Set(operations.map(\.id))), .delete, target: .row(id),
                        ifMatch: row["revision"]?.int))
            }
        }
    }

    // MARK: One row

    private mutating func compare(_ row: JSONObject, at place: Place, _ schema: ResourceSchema, _ game: ResourceID) {
        let there =
            schema.name == Game.schema.name ? current.first { $0.key.resource == schema.name }?.value : current[place]
        var body: JSONObject = [:]
        var fields: [(name: String, before: JSONValue, after: JSONValue)] = []
        for field in schema.fields where field.change != .byServer && !field.isWriteOnly {
            guard let told = row[field.name], field.name != "game_id" || there == nil else { continue }
            if schema.name == Game.schema.name, Self.keys(of: schema).contains(field.name) { continue }
            guard let value = field.name == "game_id" ? .string(game.description) : translated(told, place, field.name)
            else {
                continue
            }
            let before = there?[field.name] ?? field.defaultValue
            guard !Self.isSo(before, value, field.type) else { continue }
            if there != nil, field.change == .onCreate {
                notes.append(
                    "\(place.text): \(field.name) is \(before.text), should be \(value.text), and cannot be changed.")
                continue
            }
            body[field.name] = value
            guard field.name != "game_id" else { continue }
            fields.append((field.name, there == nil ? .null : before, value))
        }
        if there == nil {
            body["game_id"] = .string(game.description)
            differences.append(
                Difference(kind: .created, resource: schema.name, name: place.name, fields: fields))
            operations.append(
                ChangesetOperation(operationOf[place] ?? "", .create, resource: schema.name, body: body))
        } else if !body.isEmpty, let id = there?["id"]?.string.flatMap({ ResourceID($0) }) {
            differences.append(
                Difference(kind: .updated, resource: schema.name, name: place.name, fields: fields))
            operations.append(
                ChangesetOperation(
                    Self.operationID(place, taken: Set(operations.map(\.id)).union(operationOf.values)), .update,
                    target: .row(id), body: body, ifMatch: there?["revision"]?.int))
        }
    }

    /// The value with ids of here; nil, with a note, where it refers to what is not compared.
    private mutating func translated(_ value: JSONValue, _ place: Place, _ field: String) -> JSONValue? {
        switch value {
        case .string(let text):
            guard let target = placeOfWanted[text] else {
                guard ResourceID(text) != nil, Model.schemas.contains(where: { text.hasPrefix($0.idPrefix + "_") })
                else {
                    return value
                }
                notes.append("\(place.text): \(field) refers to \(text), which is not compared, and is left out.")
                return nil
            }
            return reference(to: target, place, field)
        case .array(let values):
            var all: [JSONValue] = []
            for value in values {
                guard let translated = translated(value, place, field) else { return nil }
                all.append(translated)
            }
            return .array(all)
        case .object(let object):
            if let reference = ChangesetReference(value) {
                let parts = reference.operation.split(separator: "/", maxSplits: 1).map(String.init)
                return self.reference(to: Place(resource: parts[0], name: parts.last ?? ""), place, field)
            }
            var all: JSONObject = [:]
            for (name, value) in object {
                guard let translated = translated(value, place, field) else { return nil }
                all[name] = translated
            }
            return .object(all)
        default: return value
        }
    }

    private mutating func reference(to target: Place, _ place: Place, _ field: String) -> JSONValue? {
        if let operation = operationOf[target] { return ChangesetReference(operation: operation).json }
        if let id = current[target]?["id"] { return id }
        notes.append("\(place.text): \(field) refers to \(target.text), which is not there, and is left out.")
        return nil
    }

    // MARK: Names

    /// The fields that name a row of the resource within its game.
    private static func keys(of schema: ResourceSchema) -> [String] {
        let keys = (schema.uniques.first ?? ["name"]).filter { !["game_id", "owner_id"].contains($0) }
        return keys.isEmpty ? ["name"] : keys
    }

    /// Nil for what has no name, and for what belongs to a player.
    private static func place(of row: JSONObject, _ schema: ResourceSchema) -> Place? {
        guard row["owner_id"]?.isNull ?? true else { return nil }
        let names = keys(of: schema).compactMap { row[$0]?.string }
        guard names.count == keys(of: schema).count else { return nil }
        return Place(resource: schema.name, name: names.joined(separator: "/"))
    }

    /// Whether a value is as it should be. Of the members of rows in lists only those count that are told.
    private static func isSo(_ value: JSONValue, _ wanted: JSONValue, _ type: FieldType) -> Bool {
        switch (type, value, wanted) {
        case (.rows, .array(let values), .array(let all)), (.list, .array(let values), .array(let all)):
            values.count == all.count && zip(values, all).allSatisfy { isSo($0, $1, type) }
        case (.rows, .object(let value), .object(let wanted)), (.object, .object(let value), .object(let wanted)):
            wanted.allSatisfy { isSo(value[$0.key] ?? .null, $0.value, type) }
        default:
            // By bytes: Swift takes texts for equal that Unicode only calls equivalent.
            JSONValue.array([value]).data == JSONValue.array([wanted]).data
        }
    }

    /// Readable, of what the id of an operation may have, and unlike the others.
    private static func operationID(_ place: Place, taken: Set<String>) -> String {
        let letters = place.text.unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || scalar == "_" ? Character(scalar) : "."
        }
        let base = String(letters.prefix(56))
        guard taken.contains(base) else { return base }
        return (2...).lazy.map { "\(base)-\($0)" }.first { !taken.contains($0) } ?? base
    }
}
