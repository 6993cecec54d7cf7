package import PawlModel

extension ChangesetWriter {
    /// Does the operations of a request, all or none of them, in an order that they allow.
    ///
    /// Throws the problem of the one that cannot be done, or `changeset_failed` where there are several kinds, with every
    /// independent one in `operations`; `dependency_cycle` and `ambiguous_order` before anything is tried; and
    /// `plan_changed`.
    package func apply(_ request: ChangesetRequest) throws -> Answer {
        var run = ChangesetRun(request, in: self)
        var answer = try finish(try run.run())
        if !run.shownOnce.isEmpty { answer.shownOnce = ["shown_once": .object(run.shownOnce)] }
        return answer
    }

    /// Takes a changeset back that the caller sees. Throws `wrong_state`, `irreversible` and `revert_conflict`.
    ///
    /// - Parameter undeleteWindow: Seconds for which deleted versions come back.
    package func revert(
        _ id: ResourceID, _ request: ChangesetRevert, undeleteWindow: Int64
    ) throws -> Answer {
        let rows = ChangesetRows(sql)
        guard let changeset = try rows.changeset(id, seenBy: caller) else {
            throw Problem.notFound(Changeset.schema.name, id)
        }
        let reversal = ChangesetReversal(
            of: changeset, try rows.changes(of: id), request, undeleteWindow: undeleteWindow, in: self)
        return try finish(try reversal.run())
    }

    /// Notes what a list tells of the changeset, and tells its one event.
    private func finish(_ outcome: ChangesetOutcome) throws -> Answer {
        let answer = Answer(outcome.id == nil ? .done : .created, try JSONValue(outcome))
        guard isBegun else { return answer }
        if let other = outcome.reverts { try ChangesetRows(sql).note(id, reverts: other) }
        try tell(
            "\(Changeset.schema.name).applied", subject: id.description, gameID: gameID,
            data: [
                "id": .string(id.description), "message": outcome.message.map { .string($0) } ?? .null,
                "reverts": outcome.reverts.map { .string($0.description) } ?? .null,
                "plan": .string(outcome.plan.hex),
                "changes": .array(
                    changes.map { change in
                        [
                            "resource": .string(change.resource), "row_id": .string(change.rowID),
                            "change": .string(change.kind.rawValue),
                            "revision": (change.after ?? change.before)?["revision"] ?? .null,
                        ]
                    }),
            ])
        return answer
    }
}
