import BlockFormat
import PawlModel

/// The operations of one changeset while they are done, each in a savepoint: who is wrong is left out and told, and so is
/// whoever needs it, and the rest is tried, so that every independent mistake is told at once.
struct ChangesetRun {
    private let request: ChangesetRequest
    private let writer: ChangesetWriter
    private let resolution: OperationResolution
    private var states: [State]
    /// What verbs show this once, by operation.
    private(set) var shownOnce: JSONObject = [:]

    private enum State {
        case waiting
        case done(ChangesetOutcome.Result)
        case failed(Problem)
        /// Because of these operations.
        case skipped([String])
    }

    init(_ request: ChangesetRequest, in writer: ChangesetWriter) {
        self.request = request
        self.writer = writer
        resolution = OperationResolution(request.operations, in: writer)
        states = Array(repeating: .waiting, count: request.operations.count)
    }

    /// Does all of it, or throws a problem.
    mutating func run() throws -> ChangesetOutcome {
        var resolved = [ResolvedOperation?](repeating: nil, count: request.operations.count)
        for place in request.operations.indices {
            do {
                resolved[place] = try resolution.resolved(place)
            } catch let problem as Problem {
                states[place] = .failed(problem)
            }
        }
        let graph = try OperationGraph(resolved, resolution, in: writer.sql)
        let order = try order(of: graph)
        for place in order.places {
            let missing = graph.needs(place).sorted().filter { !isDone($0) }.map { name(of: $0) }
            if let operation = resolved[place], missing.isEmpty {
                states[place] = try outcome(of: operation)
            } else if case .waiting = states[place] {
                states[place] = .skipped(missing)
            }
        }
        try checkAllDone()
        let plan = plan(order, resolved)
        if let expected = request.expectPlan, expected != plan {
            throw Problem(
                .planChanged, "Rows have changed since it was planned: look at what it would do now.",
                members: ["plan": .string(plan.hex)])
        }
        return ChangesetOutcome(
            id: request.validateOnly || !writer.isBegun ? nil : writer.id, message: request.message, plan: plan,
            order: order.places.map { name(of: $0) },
            results: states.compactMap { if case .done(let result) = $0 { result } else { nil } },
            changes: writer.changes, irreversible: try writer.irreversible())
    }

    private func name(of place: Int) -> String { request.operations[place].id }

    private func isDone(_ place: Int) -> Bool {
        if case .done = states[place] { true } else { false }
    }

    private func order(of graph: OperationGraph) throws -> ChangesetOrder {
        let order: ChangesetOrder
        do throws(ChangesetOrder.Failure) {
            order = try ChangesetOrder(count: request.operations.count, edges: graph.edges)
        } catch {
            guard case .cycle(let places) = error else { throw error }
            let path = places.map { name(of: $0) }
            throw Problem(
                .dependencyCycle, "Each of these waits for the one before it: \(path.joined(separator: " → ")).",
                members: ["path": .array(path.map { .string($0) })])
        }
        if let (first, second) = graph.ambiguity(in: order) {
            throw Problem(
                .ambiguousOrder,
                "\(name(of: first)) and \(name(of: second)) change the same row: say with depends_on which comes first.",
                members: ["operations": [.string(name(of: first)), .string(name(of: second))]])
        }
        return order
    }

    // MARK: One operation

    private mutating func outcome(of resolved: ResolvedOperation) throws -> State {
        do {
            let writer = writer
            return .done(try writer.attempt { try result(of: resolved) })
        } catch let problem as Problem {
            return .failed(problem)
        } catch let error as SQLError where [.notUnique, .foreignKey, .check].contains(error.code) {
            return .failed(Problem(.invalid, "A rule of the database forbids it (\(error.code.rawValue))."))
        }
    }

    private mutating func result(of resolved: ResolvedOperation) throws -> ChangesetOutcome.Result {
        let (operation, schema) = (resolved.operation, resolved.schema)
        let body = try withReferences(.object(operation.body), at: "/body").object ?? [:]
        let match = operation.ifMatch.map { RevisionMatch.revisions([$0]) } ?? .any
        let changed = writer.changes.count
        func result(_ outcome: ChangesetOutcome.Outcome, _ value: JSONValue, row: JSONObject?)
            -> ChangesetOutcome.Result
        {
            .init(
                id: operation.id, resource: schema.name, outcome: outcome, rowID: row?.idText,
                revision: row?["revision"]?.int, result: value)
        }
        switch operation.kind {
        case .create:
            if let found = try existing(operation, schema) { return result(.existing, .object(found), row: found) }
            let row = try inBody { try writer.create(schema, body) }
            return result(.created, .object(row), row: row)
        case .update:
            let row = try inBody {
                try writer.update(schema, try target(of: operation), ifMatch: match, patch: body)
            }
            return result(writer.changes.count == changed ? .unchanged : .updated, .object(row), row: row)
        case .delete:
            let id = try target(of: operation)
            try writer.delete(schema, id, ifMatch: match)
            return result(.deleted, .null, row: ["id": .string(id.description)])
        case .call:
            guard let verb = resolved.verb else { throw Problem(.malformedRequest, "There is no such verb.") }
            let id = verb.schema.isOfCollection ? nil : try target(of: operation)
            if let id, operation.ifMatch != nil {
                try match.check(try writer.existing(schema, id), attempted: .object(body))
            }
            let answer = try inBody { try writer.call(verb, id, body) }
            if verb.remains != nil {
                let called = try id.map { try writer.existing(schema, $0) }
                try writer.begin(gameID: called.flatMap { ChangesetWriter.gameID(of: $0, schema) })
            }
            let row = answer.body.object
            if !answer.shownOnce.isEmpty { shownOnce[operation.id] = .object(answer.shownOnce) }
            return result(
                .called, answer.body, row: row?.idText == nil ? id.map { ["id": .string($0.description)] } : row)
        case .test:
            let row = try writer.existing(schema, try target(of: operation))
            try match.check(row, attempted: .object(body))
            try test(row, body, schema)
            return result(.tested, .object(row), row: row)
        }
    }

    private func target(of operation: ChangesetOperation) throws -> ResourceID {
        switch operation.target {
        case .row(let id): return id
        case .result(let reference):
            guard let text = try value(of: reference, at: "/target").string, let id = ResourceID(text) else {
                throw OperationResolution.refused("target", "refers to what is no id")
            }
            return id
        case nil: throw OperationResolution.refused("target", "is required")
        }
    }

    private func existing(_ operation: ChangesetOperation, _ schema: ResourceSchema) throws -> JSONObject? {
        guard let ifNoneExist = operation.ifNoneExist else { return nil }
        let wanted = try withReferences(.object(ifNoneExist), at: "/if_none_exist").object ?? [:]
        let indexed = Set(schema.uniques.joined())
        var violations: [Problem.Violation] = []
        for name in wanted.keys.sorted() where !indexed.contains(name) {
            violations.append(
                .init("/if_none_exist" + JSONPointer.escape(name), "is not among the unique names of \(schema.name)"))
        }
        guard violations.isEmpty else { throw Problem.invalid("changesets", violations) }
        return try resolution.row(named: wanted, schema)
    }

    private func test(_ row: JSONObject, _ body: JSONObject, _ schema: ResourceSchema) throws {
        let violations = body.keys.sorted().compactMap { name -> Problem.Violation? in
            guard schema[field: name] != nil else {
                return .init("/body" + JSONPointer.escape(name), "is not a field of \(schema.name)")
            }
            return row[name] ?? .null == body[name]
                ? nil : .init("/body" + JSONPointer.escape(name), "is not as it must be")
        }
        guard violations.isEmpty else {
            throw Problem(
                .testFailed, "\(row.idText ?? "The row") is not as it must be.", violations: violations,
                current: .object(row), attempted: .object(body))
        }
    }

    // MARK: References

    private func withReferences(_ value: JSONValue, at pointer: String) throws -> JSONValue {
        try value.replacingChangesetReferences { try self.value(of: $0, at: pointer) }
    }

    private func value(of reference: ChangesetReference, at pointer: String) throws -> JSONValue {
        guard let place = resolution.place(of: reference.operation), case .done(let result) = states[place] else {
            throw OperationResolution.refused("body", "refers to what was not done")
        }
        if reference.pointer.isEmpty, let id = result.rowID { return .string(id) }
        guard let value = reference.value(in: result.result) else {
            throw Problem.invalid(
                "changesets",
                [.init(pointer, "refers to \(reference.pointer) of \(reference.operation), which has none")])
        }
        return value
    }

    /// What a body does wrong is told with pointers into the operation.
    private func inBody<Value>(_ action: () throws -> Value) throws -> Value {
        do {
            return try action()
        } catch var problem as Problem {
            problem.violations = problem.violations.map { .init("/body" + $0.pointer, $0.detail) }
            throw problem
        }
    }

    // MARK: What came of it

    private func checkAllDone() throws {
        var (problems, members): ([(place: Int, problem: Problem)], [JSONValue]) = ([], [])
        for (place, state) in states.enumerated() {
            var member: JSONObject = ["id": .string(name(of: place))]
            switch state {
            case .done: member["status"] = "ok"
            case .skipped(let because):
                member["status"] = "skipped"
                member["because"] = .array(because.map { .string($0) })
            case .waiting: member["status"] = "skipped"
            case .failed(var problem):
                problem.violations = problem.violations.map { .init("/operations/\(place)" + $0.pointer, $0.detail) }
                problems.append((place, problem))
                member.merge(problem.json) { $1 }
                for name in ["type", "title"] { member[name] = nil }
                member["status"] = "failed"
            }
            members.append(.object(member))
        }
        guard let first = problems.first else { return }
        let isOne = problems.allSatisfy { $0.problem.code == first.problem.code }
        let more = problems.count > 1 ? " (And \(problems.count - 1) more: see operations.)" : ""
        throw Problem(
            isOne ? first.problem.code : .changesetFailed,
            "\(name(of: first.place)): \(first.problem.detail)\(more)",
            violations: problems.flatMap(\.problem.violations), current: first.problem.current,
            attempted: first.problem.attempted, members: ["operations": .array(members)])
    }

    /// The digest of what is done, in which order, to which revisions.
    private func plan(_ order: ChangesetOrder, _ resolved: [ResolvedOperation?]) -> Digest {
        var revisions: [String: JSONValue] = [:]
        for case let operation? in resolved where operation.operation.kind == .test {
            if let row = operation.row, let id = row.idText { revisions[id] = row["revision"] ?? .null }
        }
        var made: Set<String> = []
        for change in writer.changes {
            guard let before = change.before else {
                made.insert(change.rowID)
                continue
            }
            if revisions[change.rowID] == nil, !made.contains(change.rowID) {
                revisions[change.rowID] = before["revision"] ?? .null
            }
        }
        let plan: JSONValue = [
            "operations": .array(request.operations.map { .object($0.json) }),
            "order": .array(order.places.map { .string(name(of: $0)) }), "revisions": .object(revisions),
        ]
        return Digest(sha256Of: Array(plan.data))
    }
}
