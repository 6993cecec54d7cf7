import ArgumentParser
import PawlClient
import PawlModel

struct ListRows: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the rows of a resource.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Option(help: ArgumentHelp("Only rows of this game.", valueName: "slug"))
    var game: String?

    @Option(help: ArgumentHelp("Conditions such as 'sku=\"sword\" AND state=\"active\"'.", valueName: "conditions"))
    var filter: String?

    @Option(help: ArgumentHelp("The field to order by, perhaps with ' desc' behind it.", valueName: "field"))
    var orderBy: String?

    @Option(help: ArgumentHelp("At most so many; without it, all of them.", valueName: "count"))
    var limit: Int?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is a number from 1 on.") }
        if game != nil, resource.schema.gameField == nil {
            throw ValidationError("--game does not fit here: \(resource.schema.name) belong to no game.")
        }
    }

    func run() async throws {
        let schema = resource.schema
        try await server.withClient { client in
            var conditions = Filter(text: filter ?? "")
            if let game, let field = schema.gameField {
                conditions = conditions.and(field, try await client.game(game).id)
            }
            // For a table, whose columns are as wide as their widest cell.
            var rows: [JSONObject] = []
            var count = 0
            var token: String?
            repeat {
                let rest = limit.map { $0 - count } ?? Limits.pageSizeMax
                let page = try await client.list(
                    schema, filter: conditions, orderBy: orderBy, pageSize: min(rest, Limits.pageSizeMax),
                    pageToken: token)
                if server.json { page.items.forEach(Output.json) } else { rows += page.items }
                count += page.items.count
                token = page.nextPageToken
            } while token != nil && count < limit ?? .max
            if !server.json { RowTable(schema, rows).print(whenEmpty: "There are no such \(schema.name).") }
        }
    }
}
