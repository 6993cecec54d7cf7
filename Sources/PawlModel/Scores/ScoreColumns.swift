/// The columns of one leaderboard: the first one orders its players, each further one breaks the ties of those before.
public struct ScoreColumns: Hashable, Sendable {
    /// From one to `Limits.scoreColumnsMax`, with names of their own.
    public let columns: [Leaderboard.Column]

    /// - Throws: `invalid`, pointing at `/columns`, when there are none or too many, or two have one name.
    public init(_ columns: [Leaderboard.Column]) throws(Problem) {
        var violations: [Problem.Violation] = []
        if !(1...Limits.scoreColumnsMax).contains(columns.count) {
            violations.append(.init("/columns", "must have 1 to \(Limits.scoreColumnsMax) columns"))
        }
        var names: Set<String> = []
        for (index, column) in columns.enumerated() where !names.insert(column.name).inserted {
            violations.append(.init("/columns/\(index)/name", "must not be the name of another column"))
        }
        guard violations.isEmpty else {
            throw .invalid(Leaderboard.schema.name, violations)
        }
        self.columns = columns
    }

    /// The submitted values in the order of the columns.
    ///
    /// - Throws: `invalid`, pointing into `/values`, with every column that is missing and every name that is no column.
    public func ordered(_ values: [String: Int64]) throws(Problem) -> [Int64] {
        let names = columns.map(\.name)
        let missing = names.filter { values[$0] == nil }.map {
            Problem.Violation("/values" + JSONPointer.escape($0), "is required")
        }
        let unknown = values.keys.filter { !names.contains($0) }.sorted().map {
            Problem.Violation("/values" + JSONPointer.escape($0), "is not a column of this leaderboard")
        }
        guard missing.isEmpty, unknown.isEmpty else {
            throw .invalid(Leaderboard.schema.name, missing + unknown)
        }
        return names.compactMap { values[$0] }
    }

    /// The values by the columns' names.
    public func named(_ values: [Int64]) -> [String: Int64] {
        Dictionary(zip(columns.map(\.name), values), uniquingKeysWith: { first, _ in first })
    }
}
