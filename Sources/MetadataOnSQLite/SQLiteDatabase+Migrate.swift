import GRDB
import Metadata
package import PawlModel

/// One migration that was brought or taken back.
package struct MigrationStep: Hashable, Sendable {
    package enum Direction: String, Sendable {
        case up
        case down
    }

    package var number: Int
    package var name: String
    package var direction: Direction
}

extension SQLiteDatabase {
    /// Brings the schema to a migration, up or down, and tells the steps it took.
    ///
    /// Each step is one transaction: a process that is killed has taken it whole or not at all, and going on later
    /// is safe.
    /// - Parameter target: The number of the last migration to hold, 0 for none; nil for the newest one.
    /// - Throws: `MigrationError`. The steps before the failed one stay taken.
    package func migrate(to target: Int? = nil) async throws -> [MigrationStep] {
        let newest = migrations.count
        let target = target ?? newest
        guard (0...newest).contains(target) else { throw MigrationError.unknownTarget(target, binary: newest) }
        return try await onWriter { [migrations] database in
            let current = try AppliedMigration.all(database, known: migrations).count
            let steps: [(Migration, MigrationStep.Direction)] =
                current < target
                ? migrations[current..<target].map { ($0, .up) }
                : migrations[target..<current].reversed().map { ($0, .down) }
            return try steps.map { try take($0, $1, database) }
        }
    }

    /// Every migration this binary knows, with the time it was applied, or nil when the database does not hold it.
    ///
    /// - Throws: `MigrationError` when the database is newer than this binary.
    package func migrationStatus() async throws -> [(migration: Migration, appliedAt: Timestamp?)] {
        try await onWriter { [migrations] database in
            let applied = try AppliedMigration.all(database, known: migrations)
            return migrations.enumerated().map { index, migration in
                (migration, index < applied.count ? applied[index].appliedAt : nil)
            }
        }
    }
}

/// A row of `schema_migrations`.
private struct AppliedMigration {
    var number: Int
    var name: String
    var appliedAt: Timestamp

    /// What the database holds: the first so many of the known migrations, or an error.
    static func all(_ database: Database, known: [Migration]) throws -> [AppliedMigration] {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
                ) STRICT
                """)
        let applied = try Row.fetchAll(
            database, sql: "SELECT number, name, applied_at FROM schema_migrations ORDER BY number"
        ).map {
            AppliedMigration(number: $0[0], name: $0[1], appliedAt: Timestamp(microseconds: $0[2]))
        }
        if let last = applied.last, last.number > known.count {
            throw MigrationError.newer(database: last.number, binary: known.count)
        }
        for (migration, row) in zip(known, applied)
        where migration.number != row.number || migration.name != row.name {
            throw MigrationError.different(migration.number, recorded: row.name, known: migration.name)
        }
        return applied
    }
}

/// Runs one migration in a transaction of its own.
private func take(
    _ migration: Migration, _ direction: MigrationStep.Direction, _ database: Database
) throws -> MigrationStep {
    let step = MigrationStep(number: migration.number, name: migration.name, direction: direction)
    // https://www.sqlite.org/lang_altertable.html §7: tables are rebuilt with foreign keys off, which SQLite only
    // takes outside of a transaction, and all references are checked before the commit.
    try database.execute(sql: "PRAGMA foreign_keys = OFF")
    // One statement may change every row there is: what it keeps to undo itself has no place in memory.
    try database.execute(sql: "PRAGMA temp_store = FILE")
    defer {
        try? database.execute(sql: "PRAGMA foreign_keys = ON")
        try? database.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    do {
        try database.execute(sql: "BEGIN IMMEDIATE")
        for statement in direction == .up ? migration.up : migration.down { try database.execute(sql: statement) }
        try checkReferences(database)
        try record(step, database)
        try database.execute(sql: "COMMIT")
        return step
    } catch {
        if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
        let cause = (error as? DatabaseError).map { SQLError($0) } ?? error
        if let cause = cause as? SQLError { throw MigrationError.failed(step, cause.message) }
        throw cause
    }
}

private func checkReferences(_ database: Database) throws {
    guard let row = try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") else { return }
    let table: String = row[0] ?? "?"
    let parent: String = row[2] ?? "?"
    throw SQLError(.foreignKey, "a row of \(table) refers to a row of \(parent) that is not there")
}

private func record(_ step: MigrationStep, _ database: Database) throws {
    switch step.direction {
    case .up:
        try database.execute(
            sql: "INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, unixepoch() * 1000000)",
            arguments: [step.number, step.name])
    case .down:
        try database.execute(sql: "DELETE FROM schema_migrations WHERE number = ?", arguments: [step.number])
    }
}
