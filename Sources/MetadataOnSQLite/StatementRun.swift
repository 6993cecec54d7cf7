import GRDB
import GRDBSQLite
import Glibc
import Metadata

/// One run of a compiled statement: arguments in, rows out, and ready for the next run when this one is gone.
struct StatementRun: ~Copyable {
    private let statement: OpaquePointer
    private let sql: String

    init(_ statement: OpaquePointer, _ sql: String) {
        self.statement = statement
        self.sql = sql
    }

    deinit {
        // The result repeats the failure of the last step, which was thrown already.
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    func bind(_ arguments: [SQLValue]) throws {
        guard sqlite3_bind_parameter_count(statement) == arguments.count else {
            throw SQLError(.other, "\(arguments.count) arguments are not what this takes: \(sql)")
        }
        var index: Int32 = 1
        for argument in arguments {
            let code = argument.bind(to: statement, at: index)
            if code != SQLITE_OK { throw failure(code) }
            index += 1
        }
    }

    /// Goes on to the next row; false after the last one.
    func step() throws -> Bool {
        let code = sqlite3_step(statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code)
        }
    }

    /// The row that the last step came to.
    var values: [SQLValue] {
        (0..<sqlite3_column_count(statement)).map { SQLValue(column: $0, of: statement) }
    }

    private func failure(_ code: Int32) -> SQLError {
        // Read before anything else can fail on this thread: see `SQLError.mapping`.
        let cause = errno
        let message = sqlite3_errmsg(sqlite3_db_handle(statement)).map { String(cString: $0) }
        return SQLError(
            DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql), cause: cause)
    }
}

extension SQLValue {
    /// Gives SQLite a copy of the value; returns its result code.
    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .boolean(let value): return sqlite3_bind_int64(statement, index, value ? 1 : 0)
        case .text(var text):
            return text.withUTF8 { bytes in
                // A null pointer would mean NULL, also where the length is 0.
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_text(statement, index, "", 0, Self.copied)
                }
                return UnsafeRawPointer(start).withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text64(
                        statement, index, $0, UInt64(bytes.count), Self.copied, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let blob):
            guard !blob.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return blob.withUnsafeBytes {
                sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), Self.copied)
            }
        }
    }

    /// `SQLITE_TRANSIENT`, a macro that is not imported (https://www.sqlite.org/c3ref/c_static.html).
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    fileprivate init(column index: Int32, of statement: OpaquePointer) {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER:
            self = .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT:
            self = .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            // The pointer first: asking for it may change the length.
            let start = sqlite3_column_text(statement, index)
            let count = Int(sqlite3_column_bytes(statement, index))
            self = .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, index)
            let count = Int(sqlite3_column_bytes(statement, index))
            self = .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default:
            self = .null
        }
    }
}
