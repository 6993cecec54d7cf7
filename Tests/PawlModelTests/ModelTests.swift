import PawlModel
import Testing

/// What holds for every declaration.
struct ModelTests {
    @Test func names_andPrefixes_areTheirOwn() {
        let schemas = Model.schemas
        #expect(Set(schemas.map(\.name)).count == schemas.count)
        #expect(Set(schemas.map(\.idPrefix) + [Version.idPrefix, Upload.idPrefix]).count == schemas.count + 2)
        for schema in schemas {
            #expect(Model.schema(named: schema.name)?.idPrefix == schema.idPrefix)
            #expect(schema.idPrefix.utf8.count == 3 && schema.idPrefix == schema.idPrefix.lowercased())
            let names = (ResourceSchema.headFields + schema.fields).map(\.name)
            #expect(Set(names).count == names.count, "\(schema.name)")
        }
        #expect(Model.schema(named: "nothing") == nil)
    }

    /// A row can be made as soon as the rows before its own are there.
    @Test func resources_referOnlyToThoseBeforeThem() {
        var known: Set<String> = ["versions"]
        for schema in Model.schemas {
            known.insert(schema.name)
            for resource in schema.fields.flatMap(\.references) {
                #expect(known.contains(resource), "\(schema.name) refers to \(resource)")
            }
        }
    }

    @Test func whatDeclarationsName_isThere() {
        for schema in Model.schemas {
            let named = schema.uniques.flatMap(\.self) + schema.playerFields + schema.rules.flatMap(\.fields)
            for name in named + [schema.gameField].compactMap(\.self) {
                #expect(schema[field: name] != nil, "\(schema.name).\(name)")
            }
            for list in schema.fields.flatMap(\.lists) {
                let names = list.fields.map(\.name)
                for name in list.uniques.flatMap(\.self) + list.rules.flatMap(\.fields) {
                    #expect(names.contains(name), "\(list.table).\(name)")
                }
            }
        }
    }

    @Test func everyFieldOfAPlayer_isFoundByAnIndex() {
        for schema in Model.schemas {
            for name in schema.playerFields { #expect(schema[field: name]?.isFilterable == true, "\(schema.name)") }
        }
    }

    @Test func verbs_areOfResources_andOneOfEach() {
        #expect(Set(Model.verbs.map { "\($0.resource):\($0.name)" }).count == Model.verbs.count)
        for verb in Model.verbs {
            #expect(Model.schema(named: verb.resource) != nil, "\(verb.resource):\(verb.name)")
            if verb.isOfCollection { #expect(Model.schema(named: verb.resource)?.history == .byVerb) }
            if case .rowOf(let resource) = verb.answer { #expect(Model.schema(named: resource) != nil) }
        }
    }

    /// Each default and each example is a value that the field takes, and nobody has to give what has a default.
    @Test func defaultsAndExamples_areValid() {
        let fields = Model.schemas.flatMap { schema in schema.fields.map { (schema.name, $0) } }
        let others = Model.verbs.flatMap { verb in verb.fields.map { ("\(verb.resource):\(verb.name)", $0) } }
        for (owner, field) in fields + others { check(field, of: owner) }
    }

    private func check(_ field: Field, of owner: String) {
        let name = "\(owner).\(field.name)"
        #expect(!field.isRequired || field.defaultValue.isNull, "\(name)")
        #expect(!field.help.isEmpty && field.help.last != ".", "\(name)")
        for value in [field.defaultValue, field.example ?? .null] where !value.isNull {
            let alone = VerbSchema(
                "x", "x", scope: .admin, fields: [Field(field.name, field.type, help: "x")], help: "")
            #expect(throws: Never.self, "\(name)") { try alone.input(from: [field.name: value]) }
        }
        if case .text(_, .some) = field.type { #expect(field.example != nil, "\(name)") }
        for inner in field.inner { check(inner, of: name) }
    }

    // MARK: Structs

    private static let id = ResourceID(prefix: "xxx", value: 1)
    private static let now = Timestamp(microseconds: 0)

    /// The least with which each resource can be made.
    private static let smallest: [any Resource] = [
        Game(slug: "g", name: "G"),
        Account(displayName: "A"),
        Player(gameID: id, name: "P"),
        PlayerLink(playerID: id, otherID: id, kind: .friend),
        Asset(gameID: id, path: "p"),
        Channel(assetID: id, name: "live", versionID: id),
        Item(gameID: id, sku: "s", name: "I"),
        Content(gameID: id, sku: "s", name: "C", kind: .level),
        Currency(gameID: id, code: "C"),
        Pack(gameID: id, sku: "s", name: "P"),
        Accomplishment(gameID: id, code: "a", name: "A"),
        Leaderboard(gameID: id, code: "l", columns: [.init(name: "points")]),
        Season(gameID: id, name: "S", startsAt: now, endsAt: now.advanced(bySeconds: 1)),
        LiveEvent(gameID: id, code: "e", name: "E", startsAt: now, endsAt: now.advanced(bySeconds: 1)),
        Webhook(url: "https://example.com", secret: String(repeating: "x", count: 24)),
    ]

    /// What a struct leaves to its defaults is what the schema fills in.
    @Test(arguments: smallest)
    func defaultsOfStructs_areThoseOfSchemas(_ value: any Resource) throws {
        let schema = type(of: value).schema
        let body = try #require(try JSONValue(value).object)
        let required = body.filter { name, _ in schema[field: name]?.isRequired == true }
        #expect(try schema.creation(from: body) == schema.creation(from: required), "\(schema.name)")
        for field in schema.fields where field.isRequired && field.change != .byServer {
            #expect(required[field.name] != nil, "\(schema.name).\(field.name)")
        }
    }

    @Test func everyResourceThatIsCreated_wasLookedAt() {
        let created = Model.schemas.filter { $0.history == .reversible }.map(\.name)
        #expect(Set(Self.smallest.map { type(of: $0).schema.name }) == Set(created))
    }
}

extension Field {
    fileprivate var lists: [RowList] {
        guard case .rows(let list) = type else { return [] }
        return [list] + list.fields.flatMap(\.lists)
    }

    /// The fields of what is inside it.
    fileprivate var inner: [Field] {
        switch type {
        case .rows(let list): list.fields
        case .object(let fields), .list(.object(let fields), _): fields
        default: []
        }
    }

    fileprivate var references: [String] {
        if case .reference(let resource) = type { return [resource] }
        return inner.flatMap(\.references)
    }
}

extension FieldRule {
    fileprivate var fields: [String] {
        switch self {
        case .exactlyOne(let names): names
        case .before(let first, let second), .atMost(let first, let second): [first, second]
        }
    }
}
