import GRDB
import Metadata
import PawlModel

/// The compiled statements of one connection, by their text: those that were used last, and no more than
/// `Limits.statementsKept`.
///
/// Filters come in more shapes than anybody can count, so statements must go as well as come. They are kept in two
/// halves: a text that is used moves to the younger one, and when that is full the older one goes. This keeps what is
/// in use, and costs one look-up for most of it.
///
/// It belongs to its connection's thread. A statement is finalised when it goes, which must be before its connection is
/// closed.
final class KeptStatements {
    private var younger: [String: Statement] = [:]
    private var older: [String: Statement] = [:]

    var count: Int { younger.count + older.count }

    func statement(_ sql: String, of database: Database) throws -> Statement {
        if let statement = younger[sql] { return statement }
        let statement = try older.removeValue(forKey: sql) ?? SQLError.mapping { try database.makeStatement(sql: sql) }
        if younger.count >= Limits.statementsKept / 2 {
            older = younger
            younger = [:]
        }
        younger[sql] = statement
        return statement
    }

    func removeAll() {
        younger = [:]
        older = [:]
    }
}
