import PawlModel
import TestKit
import Testing

/// Changesets at random over all resources that can be taken back, beside a model that knows rows, references and unique
/// names and nothing else: the same rows, the same refusals, and every way back leads to where it began.
struct RandomChangesetTests {
    @Test func randomChangesets_doWhatTheModelSays_andComeBack() async throws {
        var generator = SeededGenerator(seed: testSeed)
        try await ChangesetWorld.with { world in
            var model = NaiveRows()
            var (applied, refused) = (0, 0)
            for round in 0..<60 {
                let place: Comment = "round \(round), seed \(testSeed)"
                let before = try await world.rows()
                let operations = model.operations(&generator)
                var next = model
                let expected = next.apply(operations)
                guard let outcome = try await outcome(of: operations.shuffled(using: &generator), expected, in: world)
                else {
                    #expect(try await world.rows() == before, place)
                    refused += 1
                    continue
                }
                next.name(outcome)
                let after = try await world.rows()
                #expect(after.mapValues(\.naive) == next.rows, place)
                applied += 1
                guard outcome.id != nil else { continue }
                let reverted = try await world.revert(outcome)
                #expect(try await world.rows() == before, place)
                try await world.revert(reverted)
                #expect(try await world.rows() == after, place)
                model = next
            }
            #expect(applied > 20 && refused > 5)
            for (row, revisions) in try await world.revisions() {
                #expect(Set(revisions).count == revisions.count, "\(row), seed \(testSeed)")
            }
        }
    }
}

extension RandomChangesetTests {
    /// Nil when it is refused, as it must be when `expected` names operations that cannot be done.
    private func outcome(
        of operations: [ChangesetOperation], _ expected: [String: String], in world: ChangesetWorld
    ) async throws -> ChangesetOutcome? {
        do {
            let outcome = try await world.apply(operations)
            #expect(expected == [:], "seed \(testSeed)")
            return outcome
        } catch let problem as Problem {
            var told: [String: String] = [:]
            for operation in operations {
                guard let state = problem.state(of: operation.id), !["ok", "skipped"].contains(state) else { continue }
                told[operation.id] = state
            }
            #expect(told == expected, "seed \(testSeed): \(problem)")
            return nil
        }
    }
}

/// Rows as the model knows them: by id, each with its resource, its one text that changes, its unique name and what it
/// refers to.
private struct NaiveRows {
    struct Kind {
        var resource: String
        /// Its unique name; nil for none.
        var unique: String?
        /// A text that is changed at random.
        var text: String
        /// The field that holds its parent, and the parent's resource; nil for none.
        var parent: (field: String, resource: String)?
    }

    static let kinds: [Kind] = [
        Kind(resource: "games", unique: "slug", text: "name", parent: nil),
        Kind(resource: "accounts", unique: "email", text: "display_name", parent: nil),
        Kind(resource: "players", unique: "name", text: "name", parent: ("game_id", "games")),
        Kind(resource: "items", unique: "sku", text: "name", parent: ("game_id", "games")),
        Kind(resource: "contents", unique: "sku", text: "name", parent: ("game_id", "games")),
        Kind(resource: "currencies", unique: "code", text: "name", parent: ("game_id", "games")),
        Kind(resource: "packs", unique: "sku", text: "name", parent: ("game_id", "games")),
        Kind(resource: "accomplishments", unique: "code", text: "name", parent: ("game_id", "games")),
        Kind(resource: "leaderboards", unique: "code", text: "name", parent: ("game_id", "games")),
        Kind(resource: "seasons", unique: nil, text: "name", parent: ("game_id", "games")),
        Kind(resource: "live_events", unique: "code", text: "name", parent: ("game_id", "games")),
        Kind(resource: "assets", unique: "path", text: "title", parent: ("game_id", "games")),
    ]

    /// By id; of rows that a changeset makes by the name of its operation, until `name` tells their ids.
    var rows: [String: JSONObject] = [:]
    private var resources: [String: String] = [:]
    /// Games of deleted assets, which are there until they are collected.
    private var held: Set<String> = []

    private static func kind(_ resource: String) -> Kind { kinds.first { $0.resource == resource }! }

    private func ids(of resource: String) -> [String] {
        rows.keys.filter { resources[$0] == resource }.sorted()
    }

    // MARK: Making up

    /// Operations on different rows, so that their order says nothing.
    func operations(_ generator: inout SeededGenerator) -> [ChangesetOperation] {
        var (operations, touched): ([ChangesetOperation], Set<String>) = ([], [])
        // Of two that take one name the order would say which may.
        var words = (0..<40).map { "w\($0)" }.shuffled(using: &generator)
        for number in 0..<Int.random(in: 1...12, using: &generator) {
            let id = "op\(number)"
            let kind = Self.kinds.randomElement(using: &generator)!
            let choice = Int.random(in: 0..<10, using: &generator)
            let row = ids(of: kind.resource).filter { !touched.contains($0) }.randomElement(using: &generator)
            guard choice > 4, let row, let target = ResourceID(row) else {
                if let operation = creation(id, kind, operations, &words, &generator) { operations.append(operation) }
                continue
            }
            touched.insert(row)
            operations.append(
                choice < 8
                    ? ChangesetOperation(
                        id, .update, target: .row(target), body: [kind.text: .string(words.removeLast())])
                    : ChangesetOperation(id, .delete, target: .row(target)))
        }
        if operations.isEmpty {
            operations.append(ChangesetOperation("op", .create, resource: "games", body: ["slug": "g", "name": "G"]))
        }
        return operations
    }

    private func creation(
        _ id: String, _ kind: Kind, _ others: [ChangesetOperation], _ words: inout [String],
        _ generator: inout SeededGenerator
    ) -> ChangesetOperation? {
        var body: JSONObject = [kind.text: .string(words.removeLast())]
        if let unique = kind.unique, unique != kind.text {
            body[unique] = .string(words.removeLast() + (unique == "email" ? "@example.com" : ""))
        }
        if let parent = kind.parent {
            let made = others.filter { $0.kind == .create && $0.resource == parent.resource }.map(\.id)
            if let made = made.randomElement(using: &generator), Bool.random(using: &generator) {
                body[parent.field] = ["$ref": .string(made)]
            } else if let there = ids(of: parent.resource).randomElement(using: &generator) {
                body[parent.field] = .string(there)
            } else {
                return nil
            }
        }
        switch kind.resource {
        case "contents": body["kind"] = "level"
        case "leaderboards": body["columns"] = [["name": "points"]]
        case "seasons", "live_events":
            body["starts_at"] = "2026-01-01T00:00:00.000000Z"
            body["ends_at"] = "2026-02-01T00:00:00.000000Z"
        default: break
        }
        return ChangesetOperation(id, .create, resource: kind.resource, body: body)
    }

    // MARK: Applying

    /// Does all or nothing, and answers which operations cannot be done and why.
    mutating func apply(_ operations: [ChangesetOperation]) -> [String: String] {
        let before = self
        var problems: [String: String] = [:]
        // What goes: rows that nothing else needs in the end.
        let goes = Set(operations.filter { $0.kind == .delete }.compactMap(\.targetText))
        for operation in operations {
            switch operation.kind {
            case .create:
                rows[operation.id] = operation.body.naive
                resources[operation.id] = operation.resource
            case .update:
                guard let id = operation.targetText else { continue }
                rows[id]?.merge(operation.body.naive) { $1 }
            default: continue
            }
        }
        let heldNow = goes.filter { resources[$0] == "assets" }.compactMap { rows[$0]?["game_id"]?.string }
        for operation in operations where operation.kind == .delete {
            guard let id = operation.targetText else { continue }
            let isNeeded =
                held.contains(id) || heldNow.contains(id)
                || rows.contains { other, row in
                    !goes.contains(other) && row.values.contains(.string(id))
                }
            if isNeeded { problems[operation.id] = "in_use" }
        }
        for id in goes {
            if resources[id] == "assets", let game = rows[id]?["game_id"]?.string { held.insert(game) }
            rows[id] = nil
        }
        for operation in operations where operation.kind != .delete {
            guard let id = operation.kind == .create ? operation.id : operation.targetText,
                let resource = resources[id], let row = rows[id], let unique = Self.kind(resource).unique,
                let parent = Optional(Self.kind(resource).parent?.field), operation.body[unique] != nil
            else { continue }
            let twin = rows.contains { other, values in
                other != id && resources[other] == resource && values[unique] == row[unique]
                    && values[parent ?? ""] == row[parent ?? ""]
            }
            if twin { problems[operation.id] = "not_unique" }
        }
        if !problems.isEmpty { self = before }
        return problems
    }

    /// Gives rows that were made the ids that they got.
    mutating func name(_ outcome: ChangesetOutcome) {
        var names: [String: String] = [:]
        for result in outcome.results where result.outcome == .created { names[result.id] = result.rowID }
        rows = Dictionary(
            uniqueKeysWithValues: rows.map { id, row in
                (
                    names[id] ?? id,
                    row.mapValues { value in
                        ChangesetReference(value).flatMap { names[$0.operation] }.map { .string($0) } ?? value
                    }
                )
            })
        resources = Dictionary(uniqueKeysWithValues: resources.map { (names[$0] ?? $0, $1) })
    }
}

extension ChangesetOperation {
    fileprivate var targetText: String? {
        if case .row(let id) = target { id.description } else { nil }
    }
}

extension JSONObject {
    /// What the model knows of a row.
    fileprivate var naive: JSONObject {
        filter {
            ["slug", "name", "email", "display_name", "sku", "code", "path", "title", "game_id"].contains($0.key)
        }
        .filter { !$0.value.isNull }
    }
}
