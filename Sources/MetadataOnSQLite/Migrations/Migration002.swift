extension Migration {
    /// The whole model: accounts and players, the catalog, what keeps players going, what they have, webhooks; every
    /// asset may have an owner, every channel knows its game, and a key may have two secrets for a while.
    ///
    /// Lists whose elements refer to other rows, or are looked for, are tables of their own: `owner_id` is the row
    /// that has the list and `position` the place in it, from 0 on. In a list inside of such a list, `owner_position`
    /// is the place of the outer element.
    static let m002 = Migration(
        number: 2,
        name: "the whole model",
        up: Migration002.players.up + Migration002.firstTables.up + Migration002.catalog.up + Migration002.goals.up
            + Migration002.seasons.up + Migration002.possessions.up + Migration002.webhooks.up
            + Migration002.statistics.up,
        down: Migration002.statistics.down + Migration002.webhooks.down + Migration002.possessions.down
            + Migration002.seasons.down
            + Migration002.goals.down + Migration002.catalog.down + Migration002.firstTables.down
            + Migration002.players.down)
}

/// The parts of migration 2, by topic, and what their statements have in common.
enum Migration002 {
    struct Part {
        var up: [String]
        var down: [String]
    }

    static let webhooks = Part(
        up: [
            // Addresses that are told what happens. The secret is in no answer, journal entry or event.
            """
            CREATE TABLE webhooks (
            \(head)
                game_id TEXT REFERENCES games (id),
                url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
                events TEXT NOT NULL,
                secret TEXT NOT NULL CHECK (length(secret) BETWEEN 24 AND 128),
                state TEXT NOT NULL CHECK (state IN ('active', 'paused'))
            ) STRICT
            """
        ] + indexes("webhooks", by: ["state"], inGame: ["state"]),
        down: ["DROP TABLE webhooks"])

    /// The columns that every resource has, before its own.
    static let head = """
            id TEXT NOT NULL PRIMARY KEY,
            revision INTEGER NOT NULL CHECK (revision >= 1),
            model_version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
        """

    /// A table of rewards: each row is a number of an item or a content, an amount of a currency, or points.
    static func rewards(_ table: String, of owner: String, isInner: Bool = false) -> [String] {
        let place = isInner ? ["owner_position", "position"] : ["position"]
        return [
            """
            CREATE TABLE \(table) (
                owner_id TEXT NOT NULL REFERENCES \(owner) (id) ON DELETE CASCADE,
                \(place.map { "\($0) INTEGER NOT NULL," }.joined(separator: "\n    "))
                item_id TEXT REFERENCES items (id),
                content_id TEXT REFERENCES contents (id),
                quantity INTEGER CHECK (quantity BETWEEN 1 AND 1000000),
                currency_id TEXT REFERENCES currencies (id),
                amount INTEGER CHECK (amount BETWEEN 1 AND 9007199254740991),
                points INTEGER CHECK (points BETWEEN 1 AND 1000000000),
                PRIMARY KEY (owner_id, \(place.joined(separator: ", "))),
                CHECK ((item_id IS NOT NULL) + (content_id IS NOT NULL) + (currency_id IS NOT NULL)
                    + (points IS NOT NULL) = 1),
                CHECK ((quantity IS NOT NULL) + (currency_id IS NOT NULL) + (points IS NOT NULL) = 1),
                CHECK ((amount IS NOT NULL) + (item_id IS NOT NULL) + (content_id IS NOT NULL)
                    + (points IS NOT NULL) = 1)
            ) STRICT, WITHOUT ROWID
            """
        ] + ["item_id", "content_id", "currency_id"].map { index(table, [$0]) }
    }

    /// What holds a resource's unique names, and what its lists are read by.
    ///
    /// - Parameters:
    ///   - uniques: The columns of each unique index; of absent values there may be many.
    ///   - columns: Columns that lists are filtered by.
    ///   - inGame: Columns that the lists of one game are ordered by; nil for what belongs to the studio.
    static func indexes(
        _ table: String, uniques: [[String]] = [], by columns: [String], inGame: [String]?
    ) -> [String] {
        var indexes = uniques.map { index(table, $0, isUnique: true) }
        indexes += (columns + ["created_at"]).map { index(table, [$0], then: "id") }
        if let inGame {
            indexes.append(index(table, ["game_id"], then: "id"))
            indexes += (inGame + ["created_at"]).map { index(table, ["game_id", $0], then: "id") }
        }
        return indexes
    }

    /// One index, named after its columns.
    static func index(_ table: String, _ columns: [String], then last: String? = nil, isUnique: Bool = false) -> String
    {
        let names = columns.map { $0.hasSuffix("_id") ? String($0.dropLast(3)) : $0 }
        return "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(table)_by_\(names.joined(separator: "_and_")) "
            + "ON \(table) (\((columns + [last].compactMap(\.self)).map { "\"\($0)\"" }.joined(separator: ", ")))"
    }
}
