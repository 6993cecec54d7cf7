import HTTPTypes
import Hummingbird
import LiveOps
import Metadata
import PawlModel

extension API {
    /// Who stands where on a leaderboard. Scores are no resource: they have no id, and are made by `:submit`.
    var scoreEndpoints: [Endpoint] {
        let scores = Routes.collection(Leaderboard.schema.name) + "/{id}/scores"
        return [
            Endpoint(
                .get, scores, access: .keys(.playersRead),
                Operation(
                    "listScores", tag: Leaderboard.schema.name, "Lists the scores of a leaderboard in rank order.",
                    parameters: [
                        .init(
                            "from_rank", in: .query, .int(1...Limits.wholeNumberMax),
                            help: "the rank of the first one; 1 unless given"),
                        .init("around", in: .query, .reference("players"), help: "the player to have in the middle"),
                        .init(
                            "page_size", in: .query, .int(1...Int64(Limits.pageSizeMax)),
                            help: "scores on a page; \(Limits.pageSizeDefault) unless given"),
                        .init(
                            "page_token", in: .query, .text(max: 200), help: "the next_page_token of the page before"),
                    ],
                    answers: [.init(.ok, .page(.object(Leaderboard.scoreFields)), headers: [.link], "One page.")],
                    problems: [.malformedQuery]),
                { try await listScores($0) }),
            Endpoint(
                .get, scores + "/{player_id}", access: .keysAndPlayers(.playersRead),
                Operation(
                    "getScore", tag: Leaderboard.schema.name, "Reads a player's score with its rank.",
                    answers: [.init(.ok, .object(Leaderboard.scoreFields), "The score.")])
            ) { request in
                let text = request.context.parameters.get("player_id") ?? ""
                guard let player = ResourceID(text, kind: Player.schema.idPrefix) else {
                    throw Problem(.notFound, "'\(text)' is not an id that begins with \(Player.schema.idPrefix)_.")
                }
                let score = try await standings.score(
                    of: player, on: try request.id(Leaderboard.schema.idPrefix), for: request.caller)
                return Response(status: .ok, json: try JSONValue(score))
            },
        ]
    }

    private func listScores(_ request: APIRequest) async throws -> Response {
        let board = try request.id(Leaderboard.schema.idPrefix)
        let limit = try request.number("page_size", in: 1...Int64(Limits.pageSizeMax)) ?? Int64(Limits.pageSizeDefault)
        let page = try await standings.page(
            of: board, from: try request.start(), limit: Int(limit), for: request.caller)
        return request.page(try page.scores.map { try JSONValue($0) }, nextToken: page.next?.text)
    }
}

extension APIRequest {
    /// Where a list of scores is to begin.
    fileprivate func start() throws(Problem) -> Standings.Start {
        let rank = try number("from_rank", in: 1...Limits.wholeNumberMax)
        switch (query("page_token"), query("around")) {
        case (let token?, _):
            guard let key = RankKey(text: token) else {
                throw .malformedQuery("page_token", "is not one of this list: begin at the first page")
            }
            return .after(key)
        case (nil, let text?):
            guard let player = ResourceID(text, kind: Player.schema.idPrefix) else {
                throw .malformedQuery("around", "must be an id that begins with \(Player.schema.idPrefix)_")
            }
            guard rank == nil else { throw .malformedQuery("around", "must not stand beside from_rank") }
            return .around(player)
        case (nil, nil):
            return .rank(rank ?? 1)
        }
    }

    /// A whole number of the query; nil when it is not there.
    fileprivate func number(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = query(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw .malformedQuery(name, "must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
