import Foundation
import GRDB
import Glibc
import Metadata

extension SQLError {
    /// Runs `body` and turns an error of GRDB into ours; errors of other types pass as they are.
    static func mapping<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError {
            // Read before anything else can fail on this thread. sqlite3_system_errno would be the official way, but
            // SQLite 3.40 leaves it at 0 when a COMMIT fails.
            let cause = errno
            throw SQLError(error, cause: cause)
        }
    }

    /// https://www.sqlite.org/rescode.html, read from the most to the least particular code.
    ///
    /// - Parameter cause: The errno of the call that failed, which tells a full disk from a bad one.
    init(_ error: DatabaseError, cause: Int32 = 0) {
        let code: Code =
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: .notUnique
            case .SQLITE_CONSTRAINT_FOREIGNKEY: .foreignKey
            default:
                switch error.resultCode {
                case .SQLITE_CONSTRAINT: .check
                // SQLite answers FULL itself when a write meets ENOSPC, but not when a quota or another call ends it.
                case .SQLITE_FULL: .full
                case .SQLITE_IOERR where cause == ENOSPC || cause == EDQUOT: .full
                case .SQLITE_IOERR: .io
                case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
                case .SQLITE_CANTOPEN, .SQLITE_BUSY, .SQLITE_READONLY: .unavailable
                case .SQLITE_MISUSE where error.message == "Connection is closed": .unavailable
                default: .other
                }
            }
        let text = error.message ?? "\(error.extendedResultCode)"
        if code == .notUnique, let colon = text.range(of: "failed: ") {
            // `UNIQUE constraint failed: assets.game_id, assets.name`: callers want the columns alone.
            self.init(code, String(text[colon.upperBound...]))
        } else {
            let statement = error.sql.map { " in: \($0)" } ?? ""
            self.init(code, "\(text) (\(error.extendedResultCode.rawValue))\(statement)")
        }
    }
}
