package import Metadata

/// What every `SQLDatabase` must do. The subject is an empty database.
package enum SQLDatabaseContract {
    package typealias Rule = ContractRule<any SQLDatabase>

    package static let all: [Rule] = values + errors + transactions

    static let values: [Rule] = [
        Rule("values of every kind come back as they went in, by column name") { database in
            let all: [SQLValue] = [1, "naïve", .blob([0, 255]), .real(1.5), .boolean(true), nil]
            let row = try await database.transaction { rows in
                try rows.execute(
                    "CREATE TABLE kinds (i BIGINT, t TEXT, b \(Self.blobType), r REAL, f INTEGER, n TEXT)")
                return try rows.row("INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?) RETURNING *", all)
            }
            guard let row else { throw ContractBroken(description: "no row") }
            try require(row["i"] == 1 && row["t"] == "naïve" && row["b"] == .blob([0, 255]), "\(row)")
            try require(row["r"] == .real(1.5) && row["n"] == .null && row["none"] == .null, "\(row)")
            try require(try row.boolean("f"), "\(row)")
        },
        Rule("empty text and empty bytes are not null") { database in
            let row = try await database.transaction { rows in
                try rows.execute("CREATE TABLE empty (t TEXT NOT NULL, b \(Self.blobType) NOT NULL)")
                return try rows.row("INSERT INTO empty VALUES (?, ?) RETURNING *", ["", .blob([])])
            }
            try require(row?["t"] == "" && row?["b"] == .blob([]), "\(String(describing: row))")
        },
        Rule("an upsert returns the row as it is then") { database in
            try await people(database)
            let sql = """
                INSERT INTO people (id, name) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name
                """
            for name in ["ann", "bob"] {
                let row = try await database.transaction { try $0.row(sql, [1, .text(name)]) }
                try require(row?["name"] == .text(name), "\(String(describing: row))")
            }
            try require(try await names(database) == ["bob"], "one row")
        },
        Rule("execute tells how many rows it changed") { database in
            try await people(database)
            let counts = try await database.transaction { rows in
                [
                    try rows.execute("INSERT INTO people (id, name) VALUES (1, 'a'), (2, 'b')"),
                    try rows.execute("UPDATE people SET name = name || '!' WHERE id = ?", [2]),
                    try rows.execute("DELETE FROM people WHERE id = 9"),
                    try rows.execute("INSERT INTO people (id, name) VALUES (1, 'c') ON CONFLICT DO NOTHING"),
                ]
            }
            try require(counts == [2, 1, 0, 0], "\(counts)")
        },
    ]

    static let errors: [Rule] = [
        Rule("constraints have codes, and notUnique names the columns") { database in
            try await people(database)
            try await add(1, "ann", database)
            func code(_ sql: String) async throws -> SQLError {
                try await thrown(SQLError.self) { try await database.transaction { try $0.execute(sql) } }
            }
            let key = try await code("INSERT INTO people (id, name) VALUES (1, 'x')")
            try require(key.code == .notUnique && key.message.contains("id"), key.debugDescription)
            let name = try await code("INSERT INTO people (id, name) VALUES (2, 'ann')")
            try require(name.code == .notUnique && name.message.contains("name"), name.debugDescription)
            let boss = try await code("INSERT INTO people (id, name, boss) VALUES (2, 'x', 9)")
            try require(boss.code == .foreignKey, boss.debugDescription)
            let null = try await code("INSERT INTO people (id, name) VALUES (2, NULL)")
            try require(null.code == .check, null.debugDescription)
            let check = try await code("INSERT INTO people (id, name) VALUES (2, '')")
            try require(check.code == .check, check.debugDescription)
            let mistake = try await code("INSERT INTO nowhere VALUES (1)")
            try require(mistake.code == .other, mistake.debugDescription)
        },
        Rule("a body may catch a constraint and go on") { database in
            try await people(database)
            try await add(1, "ann", database)
            try await database.transaction { rows in
                try rows.execute("SAVEPOINT attempt")
                do {
                    try rows.execute("INSERT INTO people (id, name) VALUES (2, 'ann')")
                } catch let error as SQLError where error.code == .notUnique {
                    try rows.execute("ROLLBACK TO SAVEPOINT attempt")
                }
                try rows.execute("INSERT INTO people (id, name) VALUES (2, 'ann 2')")
            }
            try require(try await names(database) == ["ann", "ann 2"], "names")
        },
        Rule("errors that are not the database's pass unchanged") { database in
            let error = try await thrown(Refusal.self) {
                try await database.transaction { _ in throw Refusal(reason: "no") }
            }
            try require(error == Refusal(reason: "no"), "transaction: \(error)")
            let again = try await thrown(Refusal.self) { try await database.read { _ in throw Refusal(reason: "not") } }
            try require(again == Refusal(reason: "not"), "read: \(again)")
        },
    ]

    /// The type of byte strings, the one word that SQLite and PostgreSQL do not share (SQLite takes any).
    static let blobType = "BYTEA"
}

struct Refusal: Error, Equatable {
    var reason: String
}

func people(_ database: any SQLDatabase) async throws {
    try await database.transaction { rows in
        _ = try rows.execute(
            """
            CREATE TABLE people (
                id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> ''),
                boss BIGINT REFERENCES people (id)
            )
            """)
    }
}

func add(_ id: Int64, _ name: String, _ database: any SQLDatabase) async throws {
    _ = try await database.transaction {
        try $0.execute("INSERT INTO people (id, name) VALUES (?, ?)", [.integer(id), .text(name)])
    }
}

func names(_ database: any SQLDatabase) async throws -> [String] {
    try await database.read { rows in
        try rows.rows("SELECT name FROM people ORDER BY id").map { try $0.text("name") }
    }
}
