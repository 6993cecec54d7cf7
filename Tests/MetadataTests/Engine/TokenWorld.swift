import Catalog
import Foundation
import Metadata
import PawlModel
import TestKit

/// A game with two players, and what asks for their tokens.
struct TokenWorld: Sendable {
    let world: EngineWorld
    let authentication: Authentication
    let game: JSONObject
    let robin: JSONObject
    let other: JSONObject

    static func with<Value>(_ body: (TokenWorld) async throws -> Value) async throws -> Value {
        try await EngineWorld.with { try await body(TokenWorld($0)) }
    }

    private init(_ world: EngineWorld) async throws {
        self.world = world
        authentication = Authentication(writePath: world.writePath)
        game = try await world.game()
        let gameID = game["id"] ?? .null
        robin = try await world.create(Player.schema, ["game_id": gameID, "name": "Robin"])
        other = try await world.create(Player.schema, ["game_id": gameID, "name": "Other"])
    }

    @discardableResult
    func call(
        _ verb: any Verb, on row: JSONObject?, _ input: JSONObject = [:], by caller: Caller = .daemon,
        key: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Answer {
        try await world.writePath.apply(by: caller, idempotency: key, validateOnly: validateOnly) { writer in
            try writer.call(verb, row?.resourceID, input)
        }
    }

    func token(of player: JSONObject? = nil, lifetime: Int64 = Limits.playerTokenLifetime) async throws -> String {
        let answer = try await call(IssuePlayerToken(), on: player ?? robin, ["lifetime": .int(lifetime)])
        return answer.shownOnce["token"]?.string ?? ""
    }

    /// Who calls with a token or a secret; nil when it is refused.
    func caller(_ text: String) async throws -> Caller? {
        do {
            return try await authentication.caller(bearer: text)
        } catch let problem as Problem where problem.code == .unauthenticated {
            return nil
        }
    }

    /// Everything that the database keeps as text: journal, events, idempotency records.
    func keptText() async throws -> String {
        try await world.database.read { sql in
            try [
                "SELECT answer AS t FROM idempotency_records", "SELECT after AS t FROM journal",
                "SELECT data AS t FROM events",
            ].flatMap { try sql.rows($0) }.compactMap { $0.optionalText("t") }.joined()
        }
    }

    /// Who made the last change of a row.
    func lastAuthor(of row: JSONObject) async throws -> ResourceID? {
        let id = row.resourceID
        return try await world.database.read { sql in
            try sql.row(
                """
                SELECT created_by FROM changesets JOIN events ON events.changeset_id = changesets.id
                WHERE subject = ? ORDER BY sequence DESC LIMIT 1
                """, [.id(id)])?.optionalID("created_by")
        }
    }
}

/// A token taken apart, to be put together otherwise.
struct TokenParts {
    var head: JSONObject
    var claims: JSONObject
    var signature: String

    init(_ token: String) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        head = try Self.object(parts[0])
        claims = try Self.object(parts[1])
        signature = parts[2]
    }

    var text: String {
        "\(Self.base64URL(JSONValue.object(head).data)).\(Self.base64URL(JSONValue.object(claims).data)).\(signature)"
    }

    private static func object(_ part: String) throws -> JSONObject {
        let padded =
            part.replacing("-", with: "+").replacing("_", with: "/")
            + String(repeating: "=", count: (4 - part.count % 4) % 4)
        return try JSONValue(parsing: Data(base64Encoded: padded) ?? Data()).object ?? [:]
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
