/// An error of the database, by what a caller can do about it.
package struct SQLError: Error, Sendable {
    package enum Code: String, Sendable {
        /// A UNIQUE or PRIMARY KEY constraint; `message` names the columns.
        case notUnique
        /// A FOREIGN KEY constraint.
        case foreignKey
        /// A CHECK or NOT NULL constraint: a rule that validation should have met first.
        case check
        /// The disk is full; nothing of the transaction was kept.
        case full
        /// The disk failed; what was committed before stands.
        case io
        /// The file is damaged, or holds what the schema forbids.
        case corrupt
        /// The database is closed, or was made by a newer Pawl.
        case unavailable
        /// Anything else: a mistake in a statement.
        case other
    }

    package var code: Code
    /// For the log, not for strangers: it may quote the statement.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func corrupt(_ message: String) -> SQLError { SQLError(.corrupt, message) }
}

extension SQLError: CustomStringConvertible {
    package var description: String { "database: \(code.rawValue)" }
}

extension SQLError: CustomDebugStringConvertible {
    package var debugDescription: String { "database: \(code.rawValue): \(message)" }
}
