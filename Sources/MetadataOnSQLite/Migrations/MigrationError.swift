/// Why a database was not migrated. Nothing was changed by the step that it names.
package struct MigrationError: Error, Sendable {
    package enum Code: String, Sendable {
        /// The database holds migrations that this binary does not know.
        case newer
        /// The recorded migrations are not those of this binary, or not without gaps.
        case different
        /// There is no migration of that number.
        case unknownTarget
        /// A step failed and was undone.
        case failed
    }

    package var code: Code
    /// For the operator, with the command that helps where there is one.
    package var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func newer(database: Int, binary: Int) -> MigrationError {
        MigrationError(
            .newer,
            "the database is at migration \(database), and this pawl knows none past \(binary): "
                + "run `pawl migrate down --to \(binary)` with the newer pawl, or start that one")
    }

    static func unknownTarget(_ target: Int, binary: Int) -> MigrationError {
        MigrationError(.unknownTarget, "there is no migration \(target): this pawl knows 0 (empty) to \(binary)")
    }

    static func different(_ number: Int, recorded: String, known: String) -> MigrationError {
        MigrationError(
            .different,
            "the database holds \"\(recorded)\" as migration \(number), and this pawl \"\(known)\": "
                + "it was made by another line of Pawl")
    }

    static func failed(_ step: MigrationStep, _ reason: String) -> MigrationError {
        MigrationError(.failed, "migration \(step.number) \(step.direction.rawValue) was undone: \(reason)")
    }
}

extension MigrationError: CustomStringConvertible {
    package var description: String { message }
}
