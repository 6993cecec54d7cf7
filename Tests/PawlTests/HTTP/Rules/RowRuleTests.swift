import PawlModel
import TestKit
import Testing

/// What every resource that can be changed over REST does with its rows.
@Suite struct RowRuleTests {
    private static let schemas = Model.schemas.filter { $0.history == .reversible }

    @Test func everyRow_isMadeChangedAndDeleted_underItsTag() async throws {
        try await RuleWorld.with { rules in
            for schema in Self.schemas {
                let row = try await Row(schema, rules)
                let path = row.path
                let get = try await rules.send(RuleRequest(method: "GET", path: path))
                #expect(get.status == 200 && get.json == row.made.json && get.headers["etag"] == "\"1\"", "\(path)")

                let patch = RuleRequest("PATCH", path, json: [:])
                #expect(try await rules.send(patch).status == 428, "\(path)")
                #expect(try await rules.send(RuleRequest(method: "DELETE", path: path)).status == 428, "\(path)")
                guard let change = try await row.change(rules) else {
                    Issue.record("nothing of \(path) can be changed")
                    continue
                }
                for tag in ["\"2\"", "\"0\", \"7\"", "W/\"1\"", "\"nonsense\", "] {
                    let stale = try await rules.send(patch.with(change).with("If-Match", tag))
                    #expect(stale.status == 412 && stale.code == "precondition_failed", "\(path) \(tag)")
                    #expect(stale.json["current"] == .object(get.json) && stale.json["attempted"] == .object(change))
                    let gone = try await rules.send(
                        RuleRequest(method: "DELETE", path: path, headers: ["If-Match": tag]))
                    #expect(gone.status == 412 && gone.json["current"] == .object(get.json), "\(path) \(tag)")
                }
                for tag in ["1", "W/1", "\"1", "\"1\", 1"] {
                    let bare = try await rules.send(patch.with(change).with("If-Match", tag))
                    #expect(bare.status == 400 && bare.code == "malformed_request", "\(path) \(tag)")
                }
                let changed = try await rules.send(
                    patch.with(change).with("If-Match", "\"7\", \"1\"").with("Content-Type", MediaType.mergePatch))
                #expect(changed.status == 200 && changed.headers["etag"] == "\"2\"", "\(path) \(changed.text)")
                #expect(changed.json["revision"] == 2 && changed.json["id"] == get.json["id"], "\(path)")
                #expect(try await rules.send(RuleRequest(method: "GET", path: path)).json == changed.json)
                // What changes nothing is no change.
                let same = try await rules.send(patch.with(changed.json).with("If-Match", "\"2\""))
                #expect(same.status == 200 && same.json == changed.json, "\(path) \(same.text)")

                let gone = try await rules.send(
                    RuleRequest(method: "DELETE", path: path, headers: ["If-Match": "\"2\""]))
                #expect(gone.status == 204 && gone.body.isEmpty, "\(path) \(gone.text)")
                for method in ["GET", "PATCH", "DELETE"] {
                    let request = RuleRequest(method, path, headers: ["If-Match": "*"], json: [:])
                    #expect(try await rules.send(request).status == 404, "\(method) \(path)")
                }
            }
        }
    }

    /// RFC 7396, for every field by itself: a value replaces, null gives the default back, objects are merged.
    @Test func everyField_takesAMergePatch() async throws {
        try await RuleWorld.with { rules in
            for schema in Self.schemas {
                let row = try await Row(schema, rules)
                for field in schema.fields where field.isFree {
                    try await checkValue(field, row, rules)
                    try await checkNull(field, row, rules)
                    if case .json = field.type { try await checkMerge(field, row, rules) }
                }
            }
        }
    }

    private func checkValue(_ field: Field, _ row: Row, _ rules: RuleWorld) async throws {
        guard !row.schema.ruled.contains(field.name), let value = row.other(field, rules) else { return }
        let name = "\(row.schema.name).\(field.name)"
        for value in field.isList ? [value, [], value] : [value] {
            let answer = try await row.patch([field.name: value], rules)
            #expect(answer.status == 200, "\(name): \(answer.text)")
            guard !field.isWriteOnly else {
                #expect(answer.json[field.name] == nil, "\(name)")
                continue
            }
            #expect(answer.json[field.name]?.hasAll(of: value) == true, "\(name): \(answer.text)")
            #expect(answer.json[field.name]?.elements.count == value.elements.count, "\(name): \(answer.text)")
        }
    }

    private func checkNull(_ field: Field, _ row: Row, _ rules: RuleWorld) async throws {
        guard !row.schema.ruled.contains(field.name) else { return }
        let name = "\(row.schema.name).\(field.name)"
        let answer = try await row.patch([field.name: .null], rules)
        if field.isRequired {
            #expect(answer.status == 422 && answer.pointers == ["/\(field.name)"], "\(name): \(answer.text)")
        } else {
            #expect(answer.status == 200 && answer.json[field.name] == field.defaultValue, "\(name): \(answer.text)")
        }
    }

    private func checkMerge(_ field: Field, _ row: Row, _ rules: RuleWorld) async throws {
        let name = "\(row.schema.name).\(field.name)"
        _ = try await row.patch([field.name: ["a": ["b": 1, "c": [1, 2]], "z": true]], rules)
        let answer = try await row.patch([field.name: ["a": ["b": .null, "c": [3], "d": ["e": "f"]]]], rules)
        #expect(
            answer.json[field.name] == ["a": ["c": [3], "d": ["e": "f"]], "z": true], "\(name): \(answer.text)")
    }
}

/// A new row of a resource, which nothing refers to.
private struct Row {
    let schema: ResourceSchema
    let made: WireAnswer
    let path: String

    init(_ schema: ResourceSchema, _ rules: RuleWorld) async throws {
        self.schema = schema
        let collection = Routes.collection(schema.name)
        let body = try #require(rules.access.creation(schema.name, "-row"), "\(schema.name)")
        made = try await rules.send(RuleRequest("POST", collection, json: body))
        let id = try #require(made.id, "\(schema.name): \(made.text)")
        path = Routes.row(schema.name, id)
        #expect(made.status == 201 && made.headers["etag"] == "\"1\"", "\(path)")
        #expect(made.headers["location"] == path && made.json["revision"] == 1, "\(path)")
        for (name, value) in body where schema[field: name]?.isWriteOnly == false {
            #expect(made.json[name]?.hasAll(of: value) == true, "\(path) \(name)")
        }
    }

    func patch(_ patch: JSONObject, _ rules: RuleWorld) async throws -> WireAnswer {
        try await rules.send(RuleRequest("PATCH", path, headers: ["If-Match": "*"], json: patch))
    }

    /// A patch that changes something.
    func change(_ rules: RuleWorld) async throws -> JSONObject? {
        if schema.name == "channels" {
            let list = "/v1/versions?filter=asset_id=%22\(rules.access.rows["assets"]!)%22"
            let versions = try await rules.world.send("GET", list).json["items"]?.elements.map { $0.object?["id"] }
            return versions?.first { $0 != made.json["version_id"] }.map { ["version_id": $0 ?? .null] }
        }
        for field in schema.fields where field.isFree && !field.isWriteOnly && !schema.ruled.contains(field.name) {
            if let value = other(field, rules), value != made.json[field.name] { return [field.name: value] }
        }
        return nil
    }

    /// Another valid value of a field than the one it was made with.
    func other(_ field: Field, _ rules: RuleWorld) -> JSONValue? {
        if case .text = field.type, let old = made.json[field.name]?.string { return .string(old + "2") }
        let sample = SampleBody(ids: rules.access.rows.mapValues { .string($0.description) })
        return sample.body(of: schema)[field.name]
    }
}

extension Field {
    fileprivate var isFree: Bool {
        switch change {
        case .free, .byStudio: true
        case .onCreate, .byServer: false
        }
    }

    fileprivate var isList: Bool {
        switch type {
        case .list: true
        case .rows(let list): list.min == 0
        default: false
        }
    }
}

extension ResourceSchema {
    /// Fields that cannot be changed alone, as a rule binds them to others.
    fileprivate var ruled: Set<String> {
        Set(
            rules.flatMap { rule in
                switch rule {
                case .exactlyOne(let names): names
                case .before(let first, let second), .atMost(let first, let second): [first, second]
                }
            })
    }
}

extension JSONValue {
    /// Whether everything that `other` says is said here: an answer adds defaults.
    fileprivate func hasAll(of other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let its)): its.allSatisfy { mine[$0.key]?.hasAll(of: $0.value) ?? false }
        case (.array(let mine), .array(let its)):
            mine.count == its.count && zip(mine, its).allSatisfy { $0.hasAll(of: $1) }
        case (.string(let mine), .string(let its)):
            mine == its || (Timestamp(its).map { $0 == Timestamp(mine) } ?? false)
        default: self == other
        }
    }
}
