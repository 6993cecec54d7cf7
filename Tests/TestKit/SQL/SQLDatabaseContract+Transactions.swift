import Metadata

extension SQLDatabaseContract {
    static let transactions: [Rule] = [
        Rule("a transaction that throws leaves nothing, and the others stand") { database in
            try await people(database)
            try await add(1, "ann", database)
            _ = try await thrown(Refusal.self) {
                try await database.transaction { rows in
                    try rows.execute("INSERT INTO people (id, name) VALUES (2, 'bob')")
                    try rows.execute("DELETE FROM people WHERE id = 1")
                    throw Refusal(reason: "changed my mind")
                }
            }
            try require(try await names(database) == ["ann"], "names")
        },
        Rule("64 writers at once: each that throws is undone alone, all others are kept") { database in
            try await people(database)
            let outcomes = try await withThrowingTaskGroup(of: (Int64, Bool).self) { group in
                for id in Int64(1)...64 {
                    group.addTask {
                        do {
                            try await database.transaction { rows in
                                try rows.execute(
                                    "INSERT INTO people (id, name) VALUES (?, ?)", [.integer(id), .text("p\(id)")])
                                if id % 5 == 0 { throw Refusal(reason: "fifth") }
                                if id % 7 == 0 { try rows.execute("INSERT INTO people (id, name) VALUES (99, NULL)") }
                            }
                            return (id, true)
                        } catch is Refusal {
                            try require(id % 5 == 0, "\(id) was refused")
                        } catch let error as SQLError {
                            try require(id % 5 != 0 && id % 7 == 0 && error.code == .check, "\(id): \(error)")
                        }
                        return (id, false)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let kept = outcomes.filter(\.1).map(\.0).sorted()
            try require(kept == (1...64).filter { $0 % 5 != 0 && $0 % 7 != 0 }, "answers: \(kept)")
            try require(try await names(database) == kept.map { "p\($0)" }, "rows")
        },
        Rule("no update is lost among 64 that read and then write") { database in
            try await people(database)
            try await add(1, "0", database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        try await database.transaction { rows in
                            let count = Int(try rows.row("SELECT name FROM people")?.text("name") ?? "") ?? -1
                            _ = try rows.execute("UPDATE people SET name = ?", [.text("\(count + 1)")])
                        }
                    }
                }
                try await group.waitForAll()
            }
            try require(try await names(database) == ["64"], "count")
        },
        Rule("a read sees one snapshot while others write") { database in
            try await people(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for id in stride(from: Int64(1), to: 101, by: 2) {
                        try await database.transaction { rows in
                            for id in [id, id + 1] {
                                try rows.execute(
                                    "INSERT INTO people (id, name) VALUES (?, ?)", [.integer(id), .text("p\(id)")])
                            }
                        }
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<50 {
                            let (first, second) = try await database.read { rows in
                                let count = "SELECT count(*) AS count FROM people"
                                return (
                                    try rows.row(count)?.integer("count") ?? -1,
                                    try rows.row(count)?.integer("count") ?? -2
                                )
                            }
                            try require(first == second && first % 2 == 0, "\(first), then \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        Rule("a read sees every transaction that was answered before it began") { database in
            try await people(database)
            for id in Int64(1)...20 {
                try await add(id, "p\(id)", database)
                try require(try await names(database).count == Int(id), "after \(id)")
            }
        },
        Rule("a cancelled task's transaction still runs to its end") { database in
            try await people(database)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await database.transaction { rows in
                    for id in Int64(1)...100 {
                        try rows.execute(
                            "INSERT INTO people (id, name) VALUES (?, ?)", [.integer(id), .text("p\(id)")])
                    }
                }
                return try await names(database).count
            }
            try require(try await task.value == 100, "rows")
        },
    ]
}
