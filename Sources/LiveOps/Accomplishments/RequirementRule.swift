package import Metadata
package import PawlModel

/// No accomplishment requires itself, also not by way of others: nobody could ever reach it.
package struct RequirementRule: RowRule {
    package let resource = Accomplishment.schema.name

    package init() {}

    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] {
        // Nothing can require a row that is not there yet.
        guard before != nil, after["requires"] != before?["requires"] else { return [] }
        let accomplishment = try Stored<Accomplishment>(row: after)
        var search = CycleSearch(target: accomplishment.id, rows: AccomplishmentRows(sql))
        for (index, required) in accomplishment.requires.enumerated() {
            guard let path = try search.path(from: required) else { continue }
            let cycle = ([accomplishment.id] + path).map(\.description).joined(separator: " → ")
            return [.init("/requires/\(index)", "leads back to it: \(cycle)")]
        }
        return []
    }
}

/// Looks for a way along requirements to one accomplishment. Each other one is visited once.
private struct CycleSearch {
    let target: ResourceID
    let rows: AccomplishmentRows
    private var visited: Set<ResourceID> = []

    init(target: ResourceID, rows: AccomplishmentRows) {
        self.target = target
        self.rows = rows
    }

    /// The way from `start` to the target, both included; nil when there is none.
    mutating func path(from start: ResourceID) throws -> [ResourceID]? {
        // Not by recursion: a chain may be as long as a game has accomplishments.
        var path: [(id: ResourceID, rest: ArraySlice<ResourceID>)] = []
        var next: ResourceID? = start
        while true {
            if let id = next {
                if id == target { return path.map(\.id) + [id] }
                let rest = visited.insert(id).inserted ? try rows.requirements(of: id) : []
                path.append((id, rest[...]))
            }
            guard !path.isEmpty else { return nil }
            next = path[path.count - 1].rest.popFirst()
            if next == nil { path.removeLast() }
        }
    }
}
