import PawlModel

/// Tables that are drawn together, so that each diagram can be read.
package struct SchemaArea: Sendable {
    /// What the diagram's markers in a text call it.
    package var name: String
    /// In the order in which they are drawn. The tables of a resource's lists follow it by themselves.
    var tables: [String]

    /// Every table is in one of them.
    package static let all = [
        SchemaArea(name: "files", tables: ["games", "assets", "versions", "channels", "version_counters"]),
        SchemaArea(name: "people", tables: ["accounts", "players", "player_links", "player_token_epochs"]),
        SchemaArea(name: "catalog", tables: ["items", "contents", "currencies", "packs"]),
        SchemaArea(
            name: "possessions",
            tables: ["entitlements", "purchases", "gifts", "ledger_entries", "wallets", "inbox_messages"]),
        SchemaArea(
            name: "goals", tables: ["accomplishments", "player_accomplishments", "accomplishment_points_moved"]),
        SchemaArea(
            name: "leaderboards",
            tables: ["leaderboards", "score_boards", "scores", "score_submissions", "rank_nodes"]),
        SchemaArea(name: "seasons", tables: ["seasons", "season_progress", "live_events"]),
        SchemaArea(
            name: "transfers",
            tables: [
                "uploads", "stream_pages", "tails", "pins", "imports", "import_rows", "manifest_pages", "entry_pages",
                "blocks", "segments", "game_numbers",
            ]),
        SchemaArea(
            name: "bookkeeping",
            tables: [
                "keys", "key_secrets", "token_keys", "webhooks", "changesets", "journal", "events", "event_horizon",
                "idempotency_records", "segment_journal", "segment_journal_mark", "journal_segments",
                "scrub_state", "api_usage",
                "storage_identity", "schema_migrations",
            ]),
    ]

    /// The tables with those of their lists.
    var allTables: [String] {
        tables.flatMap { name in
            [name] + (Model.schema(named: name)?.fields ?? []).flatMap(Self.listTables)
        }
    }

    private static func listTables(of field: Field) -> [String] {
        guard case .rows(let list) = field.type else { return [] }
        return [list.table] + list.fields.flatMap(listTables)
    }
}
