package import PawlModel

/// Who asks which version of the API, and how often.
package struct UsageRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Adds what was counted since the last time.
    package func add(_ usage: APIUsage) throws {
        try sql.execute(
            """
            INSERT INTO api_usage (caller, version, requests, first_at, last_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (caller, version)
            DO UPDATE SET requests = api_usage.requests + excluded.requests, last_at = excluded.last_at
            """,
            [
                .text(usage.caller), .text(usage.version), .integer(usage.requests), .time(usage.firstAt),
                .time(usage.lastAt),
            ])
    }

    /// All of them, oldest version first, and who used it last first.
    package func all() throws -> [APIUsage] {
        try sql.rows(
            """
            SELECT caller, keys.name AS name, version, requests, first_at, last_at FROM api_usage
            LEFT JOIN keys ON keys.id = api_usage.caller ORDER BY version, last_at DESC
            """
        ).map { row in
            APIUsage(
                caller: try row.text("caller"), name: row.optionalText("name"), version: try row.text("version"),
                requests: try row.integer("requests"), firstAt: try row.time("first_at"),
                lastAt: try row.time("last_at"))
        }
    }
}
