package import PawlModel

/// Which events a reader gets: those that she may see and asks for.
package struct EventSelection: Hashable, Sendable {
    /// The only game; nil for all, and what belongs to none.
    package var gameID: ResourceID?
    package var subject: ResourceID?
    package var type: String?
    /// Resources of which she is told nothing.
    package var hiddenResources: [String]

    package init(gameID: ResourceID?, subject: ResourceID?, type: String?, hiddenResources: [String]) {
        self.gameID = gameID
        self.subject = subject
        self.type = type
        self.hiddenResources = hiddenResources
    }

    /// What an index finds.
    var scope: (sql: String, arguments: [SQLValue]) {
        var condition: (sql: String, arguments: [SQLValue]) = ("", [])
        if let gameID {
            condition.sql += " AND events.game_id = ?"
            condition.arguments.append(.id(gameID))
        }
        if let subject {
            condition.sql += " AND subject = ?"
            condition.arguments.append(.id(subject))
        }
        return condition
    }

    /// The scope without what is hidden.
    var conditions: (sql: String, arguments: [SQLValue]) {
        var condition = scope
        for resource in hiddenResources {
            condition.sql += " AND NOT type BETWEEN ? AND ?"
            condition.arguments += Self.types(of: resource)
        }
        return condition
    }

    /// The first and the last type in question, in byte order: letters, digits, `_` and `.` all come before `~`.
    var types: [SQLValue] {
        guard let type else { return ["", "~"] }
        return type.hasSuffix(".*") ? Self.types(of: type.dropLast(2)) : [.text(type), .text(type)]
    }

    private static func types(of resource: some StringProtocol) -> [SQLValue] {
        [.text("\(resource)."), .text("\(resource).~")]
    }
}
