import Metadata
import MetadataOnSQLite
import TestKit

/// Runs `body` with a new database in a file of its own, and closes it.
func withDatabase<Value>(
    migrations: [Migration] = Migrations.all, _ body: (SQLiteDatabase) async throws -> Value
) async throws -> Value {
    let directory = try TemporaryDirectory()
    return try await withDatabase(at: directory.path("pawl.db"), migrations: migrations, body)
}

/// Runs `body` with the database in a file, and closes it.
func withDatabase<Value>(
    at path: String, migrations: [Migration] = Migrations.all, _ body: (SQLiteDatabase) async throws -> Value
) async throws -> Value {
    let database = try await SQLiteDatabase.open(path: path, readers: testThreads, migrations: migrations)
    do {
        let value = try await body(database)
        await database.close()
        return value
    } catch {
        await database.close()
        throw error
    }
}
