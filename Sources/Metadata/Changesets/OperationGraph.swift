import PawlModel

/// What must come before what, of the operations of one changeset: what they say themselves, and what follows from rows
/// and schemas.
///
/// 1. What an operation refers to, or says to depend on, comes before it.
/// 2. A row that refers to another one is deleted, or changed so that it no longer does, before that one is deleted; one
///    that is to refer to it comes before that, too, so that the deletion is what cannot be done.
/// 3. What frees a unique name comes before what takes it.
/// 4. What a test looks at is written after it, unless the test depends on that.
struct OperationGraph {
    private(set) var edges: Set<ChangesetOrder.Edge> = []
    private var followers: [[Int]]
    /// By place: those that free a name which it takes.
    private var freers: [Int: Set<Int>] = [:]
    private let operations: [ResolvedOperation?]
    private let resolution: OperationResolution

    /// - Parameter operations: By place; nil for those that are refused already.
    init(_ operations: [ResolvedOperation?], _ resolution: OperationResolution, in sql: any SQLConnection) throws {
        self.operations = operations
        self.resolution = resolution
        followers = Array(repeating: [], count: operations.count)
        for (place, operation) in resolution.operations.enumerated() {
            let names = operation.references.map(\.reference.operation) + operation.dependsOn
            for name in names { add(resolution.place(of: name), before: place) }
        }
        addDeletions()
        try addNames(in: sql)
        addTests()
    }

    private mutating func add(_ first: Int?, before second: Int) {
        guard let first, edges.insert(.init(first, before: second)).inserted else { return }
        followers[first].append(second)
    }

    private mutating func addDeletions() {
        var deletions: [String: Int] = [:]
        for case let resolved? in operations where resolved.operation.kind == .delete {
            if let id = resolved.row?.idText { deletions[id] = resolved.place }
        }
        guard !deletions.isEmpty else { return }
        for case let resolved? in operations {
            for field in resolved.schema.fields {
                let told = resolved.operation.body[field.name]
                var values: [JSONValue] = []
                switch resolved.operation.kind {
                case .delete: values.append(resolved.row?[field.name] ?? .null)
                case .update where told != nil: values += [resolved.row?[field.name] ?? .null, told ?? .null]
                case .create: values.append(told ?? .null)
                default: break
                }
                for reference in values.flatMap({ field.type.references(in: $0, at: "") }) {
                    guard let place = deletions[reference.text], place != resolved.place else { continue }
                    add(resolved.place, before: place)
                }
            }
        }
    }

    private mutating func addNames(in sql: any SQLConnection) throws {
        var byRow: [String: [Int]] = [:]
        for case let resolved? in operations where [.update, .delete].contains(resolved.operation.kind) {
            if let id = resolved.row?.idText { byRow[id, default: []].append(resolved.place) }
        }
        guard !byRow.isEmpty else { return }
        for case let resolved? in operations where [.create, .update].contains(resolved.operation.kind) {
            let body = resolved.operation.body
            for names in resolved.schema.uniques where names.contains(where: { body[$0] != nil }) {
                let values = names.map { (field: $0, value: body[$0] ?? resolved.row?[$0] ?? .null) }
                guard values.allSatisfy({ $0.value.string != nil || $0.value.int != nil }),
                    let holder = try ResourceTable(resolved.schema).row(where: values, in: sql)?.idText
                else { continue }
                for place in byRow[holder] ?? [] where place != resolved.place {
                    guard let other = operations[place],
                        other.operation.kind == .delete || names.contains(where: { other.operation.body[$0] != nil })
                    else { continue }
                    add(place, before: resolved.place)
                    freers[resolved.place, default: []].insert(place)
                }
            }
        }
    }

    private mutating func addTests() {
        let writers = self.writers
        for case let test? in operations where test.operation.kind == .test {
            guard let target = test.operation.target else { continue }
            for place in writers[known(target)] ?? [] where !reaches(place, test.place) {
                add(test.place, before: place)
            }
        }
    }

    /// The places of those that write a row, by the row.
    private var writers: [ChangesetOperation.Target: [Int]] {
        var writers: [ChangesetOperation.Target: [Int]] = [:]
        // What no journal tells of, such as a score, does not change the row that it is called on.
        for case let resolved? in operations where resolved.operation.writes && resolved.verb?.remains == nil {
            if let target = resolved.operation.target { writers[known(target), default: []].append(resolved.place) }
        }
        return writers
    }

    /// What a target is, as far as that is known before anything is done: a row that is there, or what another operation
    /// makes.
    private func known(_ target: ChangesetOperation.Target) -> ChangesetOperation.Target {
        var (target, seen) = (target, Set<String>())
        while case .result(let reference) = target, reference.pointer.isEmpty,
            seen.insert(reference.operation).inserted,
            let place = resolution.place(of: reference.operation), let other = operations[place]
        {
            if let found = other.found { return .row(found) }
            guard other.operation.kind != .call, let next = other.operation.target else { break }
            target = next
        }
        return target
    }

    /// Two that write one row, and neither of which comes behind the other; nil when there are none.
    func ambiguity(in order: ChangesetOrder) -> (Int, Int)? {
        let turn = Dictionary(uniqueKeysWithValues: order.places.enumerated().map { ($1, $0) })
        for places in writers.values where places.count > 1 {
            let places = places.sorted { turn[$0] ?? 0 < turn[$1] ?? 0 }
            for (first, second) in zip(places, places.dropFirst()) where !reaches(first, second) {
                return (min(first, second), max(first, second))
            }
        }
        return nil
    }

    private func reaches(_ first: Int, _ second: Int) -> Bool {
        var (seen, stack): (Set<Int>, [Int]) = ([first], [first])
        while let place = stack.popLast() {
            if place == second { return true }
            for follower in followers[place] where seen.insert(follower).inserted { stack.append(follower) }
        }
        return false
    }

    /// What an operation cannot be done without: what it refers to, or says to depend on, and what frees a name for it.
    func needs(_ place: Int) -> Set<Int> {
        let operation = resolution.operations[place]
        let names = operation.references.map(\.reference.operation) + operation.dependsOn
        return Set(names.compactMap { resolution.place(of: $0) }).union(freers[place] ?? [])
    }
}
