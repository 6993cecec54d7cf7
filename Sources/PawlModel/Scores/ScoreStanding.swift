/// What a leaderboard keeps of one player: the combination of all her runs so far.
public struct ScoreStanding: Hashable, Sendable {
    /// In the order of the columns.
    public var values: [Int64]
    /// When the values became what they are. Of equal values the earlier ones rank first.
    public var reachedAt: Timestamp

    public init(values: [Int64], reachedAt: Timestamp) {
        self.values = values
        self.reachedAt = reachedAt
    }
}

extension ScoreColumns {
    /// The standing after one more run.
    ///
    /// The columns whose operator is `best` are taken together, from the run that is better by these columns in
    /// their order: what is kept of them happened in one run. Every other column goes by its own operator. The time
    /// stays when the values do, so that repeating a score does not lose a tie.
    ///
    /// - Parameters:
    ///   - standing: nil before the first run.
    ///   - run: A value for each column, as `ordered` gives them.
    /// - Throws: `invalid` when a sum becomes larger, or smaller, than readers tell apart.
    public func combine(
        _ standing: ScoreStanding?, with run: [Int64], at time: Timestamp
    ) throws(Problem) -> ScoreStanding {
        guard let standing else { return ScoreStanding(values: run, reachedAt: time) }
        let isBetter = beats(run, standing.values)
        var values: [Int64] = []
        var violations: [Problem.Violation] = []
        for (column, (old, new)) in zip(columns, zip(standing.values, run)) {
            switch column.operator {
            case .best: values.append(isBetter ? new : old)
            case .last: values.append(new)
            case .min: values.append(min(old, new))
            case .max: values.append(max(old, new))
            case .sum:
                let (sum, overflows) = old.addingReportingOverflow(new)
                values.append(sum)
                if overflows || sum.magnitude > Limits.wholeNumberMax {
                    violations.append(Self.excess(of: column, at: old))
                }
            }
        }
        guard violations.isEmpty else {
            throw .invalid(Leaderboard.schema.name, violations)
        }
        return ScoreStanding(values: values, reachedAt: values == standing.values ? standing.reachedAt : time)
    }

    /// Whether a run beats the standing, by the columns of `best` in their order.
    private func beats(_ run: [Int64], _ values: [Int64]) -> Bool {
        for (column, (old, new)) in zip(columns, zip(values, run)) where column.operator == .best && old != new {
            return column.direction == .descending ? new > old : new < old
        }
        return false
    }

    private static func excess(of column: Leaderboard.Column, at sum: Int64) -> Problem.Violation {
        .init(
            "/values" + JSONPointer.escape(column.name),
            "must keep the sum, which is \(sum), from -\(Limits.wholeNumberMax) to \(Limits.wholeNumberMax)")
    }
}
