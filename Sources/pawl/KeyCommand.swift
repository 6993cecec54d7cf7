import ArgumentParser
import Foundation
import PawlClient
import PawlModel

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes, lists, rotates and revokes keys; takes an admin key.",
        subcommands: [CreateKey.self, ListKeys.self, RotateKey.self, RevokeKey.self])
}

struct CreateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key and prints its secret, which is shown this once.")

    @Option(help: ArgumentHelp("Who or what uses it.", valueName: "text"))
    var name: String

    @Option(
        help: ArgumentHelp("What it may do, such as assets:write; can be given more than once.", valueName: "scope"),
        transform: readScope)
    var scope: [Scope] = []

    @Option(help: ArgumentHelp("The only game that it sees; without it, all of them.", valueName: "slug"))
    var game: String?

    @Option(help: "When it stops working, such as 30d; without it, never.")
    var expiresIn: Span?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if scope.isEmpty { throw ValidationError("Say what the key may do, such as --scope assets:write.") }
    }

    func run() async throws {
        try await server.withClient { client in
            var gameID: ResourceID?
            if let game { gameID = try await client.game(game).id }
            let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
            let made = try await client.createKey(
                name: name, scopes: scope, game: gameID,
                expiresAt: expiresIn.map { now.advanced(bySeconds: $0.seconds) })
            try server.show(
                secret: made.secret, of: made, "The key \(made.key.id). Write its secret down: it is not shown again.")
        }
    }
}

struct ListKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists keys, without their secrets.")

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { client in
            let keys = try await client.all(Key.self)
            if server.json { return try keys.forEach(Output.json) }
            let games = try await client.all(Game.self)
            var table = Table("KEY", "NAME", "SCOPES", "GAME", "EXPIRES (UTC)", "LAST USED (UTC)", "REVOKED (UTC)")
            for key in keys {
                let game = key.gameID.map { id in games.first { $0.id == id }?.slug ?? id.description }
                table.add(
                    key.id.description, Text.plain(key.name), key.scopes.map(\.rawValue).joined(separator: " "),
                    game ?? "all", Text.time(key.expiresAt), Text.time(key.lastUsedAt), Text.time(key.revokedAt))
            }
            table.print(whenEmpty: "There are no keys.")
        }
    }
}

struct RotateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Gives a key a new secret and prints it; the old one works on for a while.")

    @OptionGroup var target: KeyArgument

    @Option(help: "How long the old secret works on, such as 12h or 0; a day unless given.")
    var grace: Span?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { client in
            let made = try await client.rotateKey(target.id, grace: grace?.seconds)
            try server.show(
                secret: made.secret, of: made,
                "The new secret of \(made.key.id). Write it down: it is not shown again.")
        }
    }
}

struct RevokeKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends a key: whoever uses it is refused from now on.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await server.withClient { try await $0.revokeKey(target.id) }
        if server.json {
            Output.json(["key": .string(target.id.description), "revoked": true])
        } else {
            Output.line("The key \(target.id) is revoked.")
        }
    }
}

/// Which key is meant.
struct KeyArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The key's id, as `pawl key list` shows it.", valueName: "key_…"), transform: readKeyID)
    var id: ResourceID
}

@Sendable private func readKeyID(_ text: String) throws -> ResourceID {
    if let id = ResourceID(text, kind: Key.schema.idPrefix) { return id }
    throw ValidationError("'\(text)' is no key's id: it begins with key_, as `pawl key list` shows it.")
}

@Sendable private func readScope(_ text: String) throws -> Scope {
    if let scope = Scope(rawValue: text) { return scope }
    throw ValidationError("'\(text)' is no scope: use \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
}
