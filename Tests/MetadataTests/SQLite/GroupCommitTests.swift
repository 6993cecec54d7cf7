import Dispatch
import GRDB
import Metadata
import MetadataOnSQLite
import Synchronization
import TestKit
import Testing

/// The writer's groups: who shares a commit, and what happens when a shared transaction dies.
struct GroupCommitTests {
    /// Holds the writer inside a first transaction until `queued` others wait behind it, then lets all go: so the
    /// others are one group, without any sleep.
    private func group<Value: Sendable>(
        of bodies: [@Sendable (any SQLConnection) throws -> Value], on database: SQLiteDatabase
    ) async throws -> [Result<Value, any Error>] {
        let gate = DispatchSemaphore(value: 0)
        let isHeld = DispatchSemaphore(value: 0)
        async let holder: Void = database.transaction { _ in
            isHeld.signal()
            gate.wait()
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isHeld.wait()
                continuation.resume()
            }
        }
        let results = await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
            for (index, body) in bodies.enumerated() {
                group.addTask {
                    do { return (index, .success(try await database.transaction(body))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            while database.writesWaiting < bodies.count { await Task.yield() }
            gate.signal()
            return await group.reduce(into: [(Int, Result<Value, any Error>)]()) { $0.append($1) }
        }
        try await holder
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }

    @Test func writersThatWaitTogether_shareOneCommit() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            let before = database.writes
            let bodies = (0..<64).map { index in
                { @Sendable (rows: any SQLConnection) in
                    _ = try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                }
            }
            let results = try await group(of: bodies, on: database)
            #expect(results.allSatisfy { (try? $0.get()) != nil })
            #expect(database.writes.commits - before.commits == 2)  // the holder's, and one for all 64
            #expect(database.writes.members - before.members == 65)
            #expect(database.writes.deaths == 0)
        }
    }

    @Test func groupIsBounded() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            let before = database.writes.commits
            let bodies = (0..<300).map { index in
                { @Sendable (rows: any SQLConnection) in
                    _ = try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                }
            }
            _ = try await group(of: bodies, on: database)
            #expect(database.writes.commits - before == 3)  // the holder's, 256, and 44
        }
    }

    @Test func memberThatThrows_isUndoneAlone() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            let bodies = (0..<10).map { index in
                { @Sendable (rows: any SQLConnection) in
                    try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                    if index == 3 { throw Refusal() }
                    if index == 4 { try rows.execute("INSERT INTO nowhere VALUES (1)") }
                }
            }
            let results = try await group(of: bodies, on: database)
            for (index, result) in results.enumerated() {
                switch (index, result) {
                case (3, .failure(let error)): #expect(error is Refusal)
                case (4, .failure(let error)): #expect(error is SQLError)
                case (_, .success): break
                default: Issue.record("\(index): \(result)")
                }
            }
            #expect(try await integers(database) == [0, 1, 2, 5, 6, 7, 8, 9])
            #expect(database.writes.deaths == 0)
        }
    }

    /// A member that kills the shared transaction: all run again, alone, once, and only the killer fails.
    @Test(arguments: ["ROLLBACK", "INSERT INTO trap VALUES (1)"])
    func dyingTransaction_rerunsEachMemberAloneOnce(_ killer: String) async throws {
        try await withDatabase { database async throws in
            try await database.transaction { rows in
                try rows.execute("CREATE TABLE t (i INTEGER)")
                try rows.execute("CREATE TABLE trap (i INTEGER)")
                _ = try rows.execute(
                    "CREATE TRIGGER trap BEFORE INSERT ON trap BEGIN SELECT RAISE(ROLLBACK, 'trapped'); END")
            }
            let before = database.writes
            let runs = Runs(count: 10)
            let bodies = (0..<10).map { index in
                { @Sendable (rows: any SQLConnection) in
                    runs.add(index)
                    try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                    if index == 6 { try rows.execute(killer) }
                }
            }
            let results = try await group(of: bodies, on: database)
            for (index, result) in results.enumerated() {
                #expect(((try? result.get()) != nil) == (index != 6), "\(index): \(result)")
            }
            #expect(try await integers(database) == [0, 1, 2, 3, 4, 5, 7, 8, 9])
            // Those that had run when it struck, and the killer, ran twice; nobody ran a third time.
            #expect(runs.all[6] == 2 && runs.all.allSatisfy { (1...2).contains($0) }, "\(runs.all)")
            let counts = database.writes
            #expect(counts.deaths - before.deaths == 1)
            #expect(counts.reruns - before.reruns == 10)
            #expect(counts.members - before.members == 11)
            #expect(counts.commits - before.commits == 10)  // the holder's, and nine alone
        }
    }

    /// The commit itself fails: a deferred foreign key is only met there.
    @Test func commitThatFails_rerunsEachMemberAlone() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { rows in
                try rows.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)")
                _ = try rows.execute(
                    "CREATE TABLE child (i INTEGER REFERENCES t (i) DEFERRABLE INITIALLY DEFERRED)")
            }
            let bodies = (0..<6).map { index in
                { @Sendable (rows: any SQLConnection) in
                    try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                    if index == 2 { try rows.execute("INSERT INTO child VALUES (77)") }
                }
            }
            let results = try await group(of: bodies, on: database)
            for (index, result) in results.enumerated() {
                switch result {
                case .success: #expect(index != 2)
                case .failure(let error): #expect(index == 2 && (error as? SQLError)?.code == .foreignKey, "\(error)")
                }
            }
            #expect(try await integers(database) == [0, 1, 3, 4, 5])
            #expect(database.writes.deaths == 1)
        }
    }

    /// Another program holds the file: no body runs, each is told, and a later write goes through.
    @Test func heldFile_refusesWrites() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await withDatabase(at: path) { database in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            _ = try await database.pragma("busy_timeout = 1")
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: configuration)
            let bodies = (0..<3).map { index in
                { @Sendable (rows: any SQLConnection) in
                    _ = try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                }
            }
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            for body in bodies {
                let error = try await thrown(SQLError.self) { try await database.transaction(body) }
                #expect(error.code == .unavailable)
            }
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await database.transaction(bodies[2])
            #expect(try await integers(database) == [2])
            try other.close()
        }
    }

    @Test func nobodyIsAnsweredBeforeTheCommit() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        try await database.transaction { rows in
                            _ = try rows.execute("INSERT INTO t VALUES (?)", [.integer(index)])
                        }
                        // Another connection sees it as soon as the answer is there.
                        let sql = "SELECT i FROM t WHERE i = ?"
                        #expect(try await database.read { try $0.rows(sql, [.integer(index)]).count } == 1)
                    }
                }
                try await group.waitForAll()
            }
            #expect(database.writes.commits < database.writes.members)
        }
    }

    private func integers(_ database: SQLiteDatabase) async throws -> [Int64] {
        try await database.read { rows in try rows.rows("SELECT i FROM t ORDER BY i").map { try $0.integer("i") } }
    }
}

private struct Refusal: Error {}

/// How often each body ran.
private final class Runs: Sendable {
    private let counts: Mutex<[Int]>

    init(count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

    func add(_ index: Int) { counts.withLock { $0[index] += 1 } }

    var all: [Int] { counts.withLock { $0 } }
}
