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

/// How far a step is that changes many rows.
package struct MigrationProgress: Hashable, Sendable {
    package var step: MigrationStep
    package var rowsDone: Int64
    package var rowsTotal: Int64
}

extension SQLiteDatabase {
    /// Brings the schema to a migration, up or down, and tells the steps it took.
    ///
    /// Each stage of a step is one transaction, or many small ones: a process that is killed goes on where it was, the next
    /// time that this is called, whatever its target is then.
    /// - Parameters:
    ///   - target: The number of the last migration to hold, 0 for none; nil for the newest one.
    ///   - progress: Told how far a step is that takes long.
    /// - Throws: `MigrationError`. The steps before the failed one stay taken.
    package func migrate(
        to target: Int? = nil, progress: @escaping @Sendable (MigrationProgress) -> Void = { _ in }
    ) async throws -> [MigrationStep] {
        let newest = migrations.count
        let target = target ?? newest
        guard (0...newest).contains(target) else { throw MigrationError.unknownTarget(target, binary: newest) }
        return try await onWriter { [migrations] database in
            var taken: [MigrationStep] = []
            var current = try AppliedMigration.all(database, known: migrations).count
            if let left = try UnfinishedMigration.of(database, known: migrations) {
                taken.append(try take(left.migration, left.direction, database, from: left.stage, progress))
                current += left.direction == .up ? 1 : -1
            }
            let steps: [(Migration, MigrationStep.Direction)] =
                current < target
                ? migrations[current..<target].map { ($0, .up) }
                : migrations[target..<current].reversed().map { ($0, .down) }
            return try taken + steps.map { try take($0, $1, database, from: 0, progress) }
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

/// A step that was begun and is not done: its stages are in a table that is there as long as that is so.
private struct UnfinishedMigration {
    var migration: Migration
    var direction: MigrationStep.Direction
    /// The first one that is not done.
    var stage: Int

    static let table = "schema_migration_stage"

    static func of(_ database: Database, known: [Migration]) throws -> UnfinishedMigration? {
        guard try database.tableExists(table),
            let row = try Row.fetchOne(database, sql: "SELECT number, direction, stage FROM \(table)")
        else { return nil }
        let (number, direction, stage): (Int, String, Int) = (row[0], row[1], row[2])
        guard number <= known.count, let direction = MigrationStep.Direction(rawValue: direction) else {
            throw MigrationError.newer(database: number, binary: known.count)
        }
        return UnfinishedMigration(migration: known[number - 1], direction: direction, stage: stage)
    }

    static func note(_ step: MigrationStep, stage: Int, _ database: Database) throws {
        try database.execute(
            sql:
                "CREATE TABLE IF NOT EXISTS \(table) (number INTEGER PRIMARY KEY, direction TEXT, stage INTEGER) STRICT"
        )
        try database.execute(
            sql: "INSERT OR REPLACE INTO \(table) (number, direction, stage) VALUES (?, ?, ?)",
            arguments: [step.number, step.direction.rawValue, stage])
    }

    static func forget(_ database: Database) throws {
        try database.execute(sql: "DROP TABLE IF EXISTS \(table)")
    }
}

/// Runs the stages of one migration, from one of them on.
private func take(
    _ migration: Migration, _ direction: MigrationStep.Direction, _ database: Database, from first: Int,
    _ progress: (MigrationProgress) -> Void
) throws -> MigrationStep {
    let step = MigrationStep(number: migration.number, name: migration.name, direction: direction)
    let stages = direction == .up ? migration.up : migration.down
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
        for (index, stage) in stages.enumerated().dropFirst(first) {
            if case .batches(let batches) = stage { try run(batches, step, database, progress) }
            try transaction(database) {
                if case .once(let statements) = stage {
                    for statement in statements { try database.execute(sql: statement) }
                    try checkReferences(database)
                }
                if index == stages.count - 1 {
                    try UnfinishedMigration.forget(database)
                    try record(step, database)
                } else {
                    try UnfinishedMigration.note(step, stage: index + 1, database)
                }
            }
        }
        return step
    } catch {
        let cause = (error as? DatabaseError).map { SQLError($0) } ?? error
        if let cause = cause as? SQLError { throw MigrationError.failed(step, cause.message) }
        throw cause
    }
}

private func run(
    _ batches: Migration.Batches, _ step: MigrationStep, _ database: Database, _ progress: (MigrationProgress) -> Void
) throws {
    let total = try Int64.fetchOne(database, sql: batches.rest) ?? 0
    var rest = total
    while rest > 0 {
        try transaction(database) {
            for statement in batches.statements { try database.execute(sql: statement) }
        }
        let now = try Int64.fetchOne(database, sql: batches.rest) ?? 0
        guard now < rest else { throw SQLError.corrupt("a migration goes on without an end") }
        rest = now
        progress(MigrationProgress(step: step, rowsDone: total - rest, rowsTotal: total))
    }
}

private func transaction(_ database: Database, _ body: () throws -> Void) throws {
    try database.execute(sql: "BEGIN IMMEDIATE")
    do {
        try body()
        try database.execute(sql: "COMMIT")
    } catch {
        if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
        throw error
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
