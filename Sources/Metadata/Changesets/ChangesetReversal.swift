import BlockFormat
import PawlModel

/// Takes a whole changeset back: the opposite of each change, the last one first, as a changeset of its own.
///
/// What somebody changed since is not touched: where that is in the way nothing is done, and every such place is told
/// with what the changeset left there, what is there now, and what the revert would make of it.
struct ChangesetReversal {
    private let changeset: Changeset
    private let changes: [RowChange]
    private let request: ChangesetRevert
    private let writer: ChangesetWriter
    private let reversal: RowReversal

    init(
        of changeset: Changeset, _ changes: [RowChange], _ request: ChangesetRevert, undeleteWindow: Int64,
        in writer: ChangesetWriter
    ) {
        self.changeset = changeset
        self.changes = changes
        self.request = request
        self.writer = writer
        reversal = RowReversal(in: writer, undeleteWindow: undeleteWindow)
    }

    func run() throws -> ChangesetOutcome {
        if let other = changeset.revertedBy {
            throw Problem(
                .wrongState, "\(changeset.id) was taken back already, by \(other): revert that one to have it again.")
        }
        for change in changes { try writer.caller.require(reversal.scope(of: change)) }
        let obstacles = try ReversalObstacles(of: changes, reversal, asksTime: true).sentences
        let irreversible = (obstacles.compactMap(\.self) + changeset.irreversible).withoutRepeats
        guard irreversible.isEmpty || request.skipsIrreversible || request.validateOnly else {
            throw Problem(
                .irreversible,
                "Something of it cannot be taken back. Send \"irreversible\": \"skip\" to take back all the rest.",
                members: ["irreversible": .array(irreversible.map { .string($0) })])
        }
        var conflicts = try netChanges.flatMap { try reversal.conflicts(with: $0) }
        if conflicts.isEmpty {
            for (change, obstacle) in zip(changes, obstacles).reversed() where obstacle == nil {
                if let conflict = try takeBack(change) { conflicts.append(conflict) }
            }
        }
        guard conflicts.isEmpty else {
            throw Problem(
                .revertConflict,
                "What it changed was changed again since, or is needed: look at conflicts. Nothing was taken back.",
                members: ["conflicts": .array(conflicts.map(\.json))])
        }
        guard writer.isBegun else {
            throw Problem(.wrongState, "Nothing of \(changeset.id) is left to take back.")
        }
        let plan: JSONValue = [
            "reverts": .string(changeset.id.description),
            "revisions": .array(
                writer.changes.map { [.string($0.rowID), $0.before?["revision"] ?? .null] }),
        ]
        return ChangesetOutcome(
            id: request.validateOnly ? nil : writer.id, message: writer.message, reverts: changeset.id,
            plan: Digest(sha256Of: Array(plan.data)), changes: writer.changes, irreversible: irreversible)
    }

    private func takeBack(_ change: RowChange) throws -> RevertConflict? {
        do {
            try writer.attempt { try reversal.takeBack(change) }
            return nil
        } catch let problem as Problem {
            return RevertConflict(
                resource: change.resource, rowID: change.rowID, field: nil,
                base: change.after.map { .object($0) } ?? .null, theirs: problem.current ?? .null,
                ours: change.before.map { .object($0) } ?? .null, detail: problem.detail)
        }
    }

    /// All that was done to each row, as one change. What was made and went again is nothing.
    private var netChanges: [RowChange] {
        var (net, places): ([RowChange], [String: Int]) = ([], [:])
        for change in changes {
            if let place = places[change.rowID] {
                net[place].after = change.after
            } else {
                places[change.rowID] = net.count
                net.append(change)
            }
        }
        return net.filter { $0.before != nil || $0.after != nil }
    }
}
