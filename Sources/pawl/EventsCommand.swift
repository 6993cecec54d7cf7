import ArgumentParser
import Foundation
import PawlClient
import PawlModel

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Shows what happened, or with --follow what happens, the oldest first.")

    @Flag(help: "Go on with what happens from now on, until interrupted.")
    var follow = false

    @Option(
        help: ArgumentHelp("Begin behind this event; 'oldest' for all that are kept.", valueName: "evn_…"),
        transform: readCursor)
    var after: EventCursor?

    @Option(help: ArgumentHelp("Only events of this game.", valueName: "slug"))
    var game: String?

    @Option(help: ArgumentHelp("Only such as assets.created, or assets.* for all of them.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Only what happened to this row.", valueName: "id"))
    var subject: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        // To be interrupted is how following ends, so it ends well.
        let interruption = follow ? Interruption { _exit(0) } : nil
        defer { withExtendedLifetime(interruption) {} }
        // A daemon that is away for a night is waited for.
        try await server.withClient(retryFor: follow ? .seconds(7 * 86400) : .seconds(5)) { client in
            let filter = try await filter(client)
            if follow {
                for try await notice in client.followEvents(after: after ?? .latest, filter: filter) {
                    try show(notice)
                    // It would go on for ever, and nobody would see anything.
                    if let failure = Output.failure { throw failure }
                }
            } else {
                try await showAll(filter, client)
            }
        }
    }

    private func showAll(_ filter: Filter, _ client: PawlClient) async throws {
        var cursor = after ?? .oldest
        var page: EventPage
        repeat {
            page = try await client.events(after: cursor, filter: filter, pageSize: Limits.pageSizeMax)
            cursor = page.nextAfter
            for event in page.items { try show(.event(event)) }
        } while page.hasMore
    }

    private func filter(_ client: PawlClient) async throws -> Filter {
        var filter = Filter()
        if let game { filter = filter.and("game_id", try await client.game(game).id) }
        if let type { filter = filter.and("type", type) }
        if let subject { filter = filter.and("subject", subject) }
        return filter
    }

    private func show(_ notice: EventNotice) throws {
        switch notice {
        case .event(let event):
            if server.json { return try Output.json(event) }
            let who = event.createdBy?.description ?? "daemon"
            let time = String(event.createdAt.description.prefix(19)).replacingOccurrences(of: "T", with: " ")
            Output.line("\(time)  \(Self.padded(event.type, 24))  \(event.subject)  by \(who)")
        case .reset:
            if server.json { return Output.json(["reset": .bool(true)]) }
            Output.error("Some events are no longer kept: what is built on them has to be read anew.")
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        let plain = Text.plain(text)
        return plain + String(repeating: " ", count: max(0, width - plain.count))
    }
}

@Sendable private func readCursor(_ text: String) throws -> EventCursor {
    if let cursor = EventCursor(text) { return cursor }
    throw ValidationError("'\(text)' is no event's id: it begins with evn_, as `pawl events --json` shows it.")
}
