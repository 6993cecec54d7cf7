package import PawlModel

/// The one way by which declared resources change: rows, journal, outbox and idempotency record in one transaction.
package struct WritePath: Sendable {
    package let database: any SQLDatabase
    package let registry: ResourceRegistry
    package let ambient: Ambient
    /// Wakes those who follow the events.
    package let signal = EventSignal()
    private let journal: (any RowJournal)?

    package init(
        database: any SQLDatabase, registry: ResourceRegistry, ambient: Ambient, journal: (any RowJournal)? = nil
    ) {
        self.database = database
        self.registry = registry
        self.ambient = ambient
        self.journal = journal
    }

    /// Applies one changeset and returns its answer when it is durable, and told to the journal in the segments.
    ///
    /// - Parameters:
    ///   - idempotency: When it was used for the same payload before, that answer is returned and `body` is not run.
    ///   - validateOnly: Everything is done and then undone; the answer is what it would have been.
    ///   - body: Makes the changes; it may be run again, see `SQLDatabase.transaction`.
    package func apply(
        by caller: Caller, message: String? = nil, idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false,
        _ body: @escaping @Sendable (ChangesetWriter) throws -> Answer
    ) async throws -> Answer {
        do {
            let (answer, sequence) = try await database.transaction { sql in
                let records = IdempotencyRecords(sql: sql, caller: caller)
                if let idempotency, let answer = try records.answer(to: idempotency) {
                    // The first one may not have been told yet.
                    return (answer, try SegmentJournalRows(sql).last())
                }
                let writer = ChangesetWriter(
                    sql: sql, caller: caller, message: message, ambient: ambient, registry: registry)
                let answer = try body(writer)
                if validateOnly { throw Undone(answer: answer) }
                try writer.keepIrreversible()
                if let idempotency { try records.keep(answer, for: idempotency, at: writer.now) }
                return (answer, writer.isToldInSegments ? try SegmentJournalRows(sql).last() : 0)
            }
            signal.signal()
            if sequence > 0 { await journal?.tell(upTo: sequence) }
            return answer
        } catch let undone as Undone {
            // What was undone has no secret to show.
            return Answer(undone.answer.outcome, undone.answer.body)
        }
    }

    /// Forgets answers that are older than any client retries, a batch of them. Returns whether there may be more.
    package func forgetOldAnswers() async throws -> Bool {
        let before = ambient.now().advanced(bySeconds: -Limits.idempotencyLifetime)
        return try await database.transaction { sql in
            try sql.execute(
                """
                DELETE FROM idempotency_records WHERE (caller, route, key) IN (
                    SELECT caller, route, key FROM idempotency_records WHERE created_at < ? LIMIT ?)
                """, [.time(before), .integer(Limits.bookkeepingBatch)]) == Limits.bookkeepingBatch
        }
    }

    /// Leaves the transaction with an answer and without an effect.
    private struct Undone: Error {
        var answer: Answer
    }
}

/// The answers of requests that carried an `Idempotency-Key`.
struct IdempotencyRecords {
    let sql: any SQLConnection
    let caller: Caller

    private var callerName: String { caller.id?.description ?? "daemon" }

    func answer(to claim: IdempotencyClaim) throws -> Answer? {
        guard
            let row = try sql.row(
                "SELECT fingerprint, answer FROM idempotency_records WHERE caller = ? AND route = ? AND key = ?",
                [.text(callerName), .text(claim.route), .text(claim.key)])
        else { return nil }
        guard try row.digest("fingerprint") == claim.fingerprint else {
            throw Problem(
                .idempotencyKeyReused,
                "This Idempotency-Key was used for another payload: take a new one for each new request.")
        }
        return try JSONValue(parsing: try row.text("answer").utf8).decoded()
    }

    func keep(_ answer: Answer, for claim: IdempotencyClaim, at now: Timestamp) throws {
        try sql.execute(
            """
            INSERT INTO idempotency_records (caller, route, key, created_at, fingerprint, answer)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(callerName), .text(claim.route), .text(claim.key), .time(now), .digest(claim.fingerprint),
                .text(try JSONValue(answer).text),
            ])
    }
}
