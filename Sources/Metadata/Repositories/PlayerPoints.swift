package import PawlModel

/// How players stand by the points that they collected.
package struct PlayerPoints {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The rank of each of these points among the players of a game: one more than there are players with more.
    ///
    /// - Parameter points: Descending.
    package func ranks(of points: [Int64], in game: ResourceID) throws -> [Int64] {
        var (ranks, last): ([Int64], Int64?) = ([], nil)
        for point in points {
            if point == last, let rank = ranks.last {
                ranks.append(rank)
                continue
            }
            // Between two that follow each other there is nobody.
            let rank =
                if let last, let rank = ranks.last {
                    rank + (try count("points = ?", last, game))
                } else {
                    1 + (try count("points > ?", point, game))
                }
            ranks.append(rank)
            last = point
        }
        return ranks
    }

    private func count(_ condition: String, _ points: Int64, _ game: ResourceID) throws -> Int64 {
        try sql.row(
            "SELECT COUNT(*) AS count FROM players WHERE game_id = ? AND \(condition)", [.id(game), .integer(points)]
        )?.integer("count") ?? 0
    }
}
