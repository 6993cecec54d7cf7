import Foundation
import Metadata
import MetadataOnSQLite
import NIOPosix

// Durable single-row writes through the SQL port: `rows-bench DATABASE SECONDS CLIENTS FIRST`.
//
// So many tasks insert one row each, wait for its commit, and go on, for so long. FIRST is the number that ids begin
// at, so that a database can be filled in several rounds. Prints one JSON object; ends with 1 when the table does not
// hold exactly the rows that were acknowledged.

/// The statements, in the words that SQLite and PostgreSQL both take; the peer runs the same.
enum Statement {
    static let table = """
        CREATE TABLE IF NOT EXISTS bench_rows (
            id TEXT NOT NULL PRIMARY KEY, revision BIGINT NOT NULL, created_at BIGINT NOT NULL, body TEXT NOT NULL
        )
        """
    static let insert = "INSERT INTO bench_rows (id, revision, created_at, body) VALUES (?, ?, ?, ?)"
    static let count = "SELECT count(*) AS count FROM bench_rows"
}

/// One of many that write at the same time.
struct Client {
    private static let idPrefix = "row_benchma"
    private static let body = String(repeating: "0123456789", count: 20)

    let database: any SQLDatabase
    let index: Int
    let count: Int
    /// How many rows it has written, from `first` on.
    var sequence: Int64

    /// 30 characters with the prefix. Ids ascend over all clients alike, as those of resources ascend with time.
    private var number: Int64 { 1_000_000_000_000_000_000 + sequence * Int64(count) + Int64(index) }

    /// Writes rows, one transaction each, until the deadline, and returns how many were acknowledged.
    mutating func run(until deadline: ContinuousClock.Instant) async throws -> Int {
        var written = 0
        while ContinuousClock.now < deadline {
            sequence += 1
            let row: [SQLValue] = [.text(Self.idPrefix + String(number)), 1, .integer(number), .text(Self.body)]
            try await database.transaction { try $0.execute(Statement.insert, row) }
            written += 1
        }
        return written
    }
}

func rowCount(_ database: any SQLDatabase) async throws -> Int64 {
    try await database.read { try $0.row(Statement.count)?.integer("count") ?? 0 }
}

func run(_ path: String, seconds: Double, clients: Int, first: Int64) async throws -> Bool {
    let readers = NIOThreadPool(numberOfThreads: 1)
    readers.start()
    let database = try await SQLiteDatabase.open(path: path, readers: readers)
    try await database.transaction { try $0.execute(Statement.table) }
    let before = try await rowCount(database)
    let commits = database.writes.commits

    let start = ContinuousClock.now
    let written = try await withThrowingTaskGroup(of: Int.self) { group in
        for index in 0..<clients {
            group.addTask {
                var client = Client(database: database, index: index, count: clients, sequence: first)
                return try await client.run(until: start.advanced(by: .seconds(seconds)))
            }
        }
        return try await group.reduce(0, +)
    }
    let elapsed = start.duration(to: .now) / .seconds(1)

    let isWhole = try await rowCount(database) == before + Int64(written)
    let shared = database.writes.commits - commits
    await database.close()
    try await readers.shutdownGracefully()
    print(
        "{\"rows\":\(written),\"seconds\":\(elapsed),\"commits\":\(shared),\"per_second\":\(Double(written) / elapsed),"
            + "\"whole\":\(isWhole)}")
    return isWhole
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 4, let seconds = Double(arguments[2]), let clients = Int(arguments[3]),
    let first = Int64(arguments[4])
else {
    print("usage: rows-bench DATABASE SECONDS CLIENTS FIRST")
    exit(2)
}
exit(try await run(arguments[1], seconds: seconds, clients: clients, first: first) ? 0 : 1)
