import GRDB
import Metadata

/// Runs the members of one group in one transaction, and answers them when it is committed.
///
///     BEGIN IMMEDIATE ── run: SAVEPOINT, body, RELEASE or ROLLBACK TO ──▶ next member … ── COMMIT ──▶ answer all
///                          │ SQLite undid the transaction                                   │ failed
///                          └──────────── ROLLBACK ◀────────────────────────────────────────┘
///                                           └──▶ alone: each member in a transaction of its own, once
///
/// An error is answered after the commit too: what a body saw of members before it (a name that is taken, say) is true
/// only once theirs is committed.
struct WriteGroup {
    let database: Database
    let statements: KeptStatements
    let tally: WriteTally

    func run(_ members: [any QueuedWrite]) {
        if members.count == 1 { return runAlone(members[0]) }
        switch runTogether(members) {
        case .committed:
            tally.note {
                $0.commits += 1
                $0.members += members.count
            }
            for member in members { member.answer() }
        case .refused(let error):
            tally.note { $0.members += members.count }
            for member in members { member.answer(failure: error) }
        case .died:
            tally.note {
                $0.deaths += 1
                $0.reruns += members.count
            }
            for member in members { runAlone(member) }
        }
    }

    private enum Ending {
        case committed
        /// BEGIN failed, so no member ran: to try each alone would only wait for the same lock again.
        case refused(any Error)
        /// Nothing was kept of any member.
        case died
    }

    private func runTogether(_ members: [any QueuedWrite]) -> Ending {
        do { try begin() } catch { return .refused(error) }
        do {
            let connection = SQLiteConnection(database: database, statements: statements)
            for member in members {
                try connection.control("SAVEPOINT member")
                let isKept = member.run(on: connection)
                guard database.isInsideTransaction else { return .died }
                if !isKept { try connection.control("ROLLBACK TO member") }
                try connection.control("RELEASE member")
            }
            try execute("COMMIT")
            return .committed
        } catch {
            undo()
            return .died
        }
    }

    private func runAlone(_ member: any QueuedWrite) {
        let failure = commitAlone(member)
        tally.note { $0.members += 1 }
        member.answer(failure: failure)
    }

    /// Why nothing was kept, when the body's own error does not tell.
    private func commitAlone(_ member: any QueuedWrite) -> (any Error)? {
        do {
            try begin()
            guard member.run(on: SQLiteConnection(database: database, statements: statements)) else {
                undo()
                return nil
            }
            guard database.isInsideTransaction else {
                return SQLError(.other, "SQLite undid the transaction, and the body went on")
            }
            try execute("COMMIT")
            tally.note { $0.commits += 1 }
            return nil
        } catch {
            undo()
            return error
        }
    }

    private func begin() throws {
        // Left over only when the disk refused an earlier ROLLBACK.
        undo()
        try execute("BEGIN IMMEDIATE")
    }

    /// Ends the transaction, if there is one. A failure is met again by the next BEGIN.
    private func undo() {
        if database.isInsideTransaction { try? execute("ROLLBACK") }
    }

    private func execute(_ sql: String) throws {
        try SQLError.mapping { try database.cachedStatement(sql: sql).execute() }
    }
}
