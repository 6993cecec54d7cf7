import ArgumentParser
import PawlClient
import PawlModel

struct GetRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Shows one row of a resource.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Argument(help: ArgumentHelp("The row's id.", valueName: "id"))
    var id: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let id = try resource.id(id)
        try await server.withClient { client in
            server.show(try await client.get(resource.schema, id), resource.schema.fields)
        }
    }
}

struct CreateRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes rows of a resource: `pawl create items --game mygame --sku sword …`.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Option(help: .idempotencyKey)
    var idempotencyKey: String?

    @Flag(help: "Check everything, and change nothing.")
    var dryRun = false

    @OptionGroup var fields: FieldArguments
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let schema = resource.schema
        let verb = Model.verbs.first { $0.resource == schema.name && $0.isOfCollection }
        guard verb != nil || schema.history == .reversible else {
            throw ValidationError("\(schema.name) are not made like this: they come of what else happens.")
        }
        try await server.withClient { client in
            let bodies = try await fields.objects(verb?.fields ?? schema.settableFields, client)
            guard idempotencyKey == nil || bodies.count == 1 else {
                throw ValidationError("One --idempotency-key fits one object, not \(bodies.count).")
            }
            for body in bodies {
                let row =
                    if let verb {
                        try await client.call(verb, body, idempotencyKey: idempotencyKey, validateOnly: dryRun)
                    } else {
                        try await client.create(schema, body, idempotencyKey: idempotencyKey, validateOnly: dryRun)
                    }
                server.show(row, schema.fields)
            }
        }
    }
}

struct UpdateRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes fields of a row: `pawl update items itm_… --name 'Long sword'`.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Argument(help: ArgumentHelp("The row's id.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("Only if the row is still at this revision.", valueName: "number"))
    var revision: Int64?

    @Flag(help: "Check everything, and change nothing.")
    var dryRun = false

    @OptionGroup var fields: FieldArguments
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let id = try resource.id(id)
        let schema = resource.schema
        guard schema.history == .reversible else {
            throw ValidationError("\(schema.name) are changed by verbs only: see `pawl call --help`.")
        }
        try await server.withClient { client in
            let patches = try await fields.objects(schema.settableFields, client)
            guard patches.count == 1 else { throw ValidationError("One row takes one object, not \(patches.count).") }
            server.show(
                try await client.update(schema, id, patches[0], revision: revision, validateOnly: dryRun), schema.fields
            )
        }
    }
}

struct DeleteRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes a row.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @Argument(help: ArgumentHelp("The row's id.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("Only if the row is still at this revision.", valueName: "number"))
    var revision: Int64?

    @Flag(help: "Check everything, and change nothing.")
    var dryRun = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let id = try resource.id(id)
        let schema = resource.schema
        guard schema.history == .reversible else {
            throw ValidationError("\(schema.name) are changed by verbs only: see `pawl call --help`.")
        }
        try await server.withClient { client in
            try await client.delete(schema, id, revision: revision, validateOnly: dryRun)
        }
        if server.json {
            Output.json(["id": .string(id.description), "deleted": .bool(!dryRun)])
        } else {
            Output.line(dryRun ? "\(id) can be deleted." : "\(id) is deleted.")
        }
    }
}

extension ResourceSchema {
    /// The fields that a client may set.
    fileprivate var settableFields: [Field] { fields.filter { $0.change != .byServer } }
}

extension ServerOptions {
    /// One row, for a person in the order of `fields`, or for a program.
    func show(_ row: JSONObject, _ fields: [Field]) {
        if json { Output.json(row) } else { row.printed(fields) }
    }
}
