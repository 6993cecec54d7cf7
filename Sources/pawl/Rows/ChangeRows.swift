import ArgumentParser
import PawlClient
import PawlModel

struct GetRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Shows one row of a resource.")

    @OptionGroup var row: RowArgument
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let id = try row.id
        try await server.withClient { client in
            server.show(try await client.get(row.schema, id), row.schema.fields)
        }
    }
}

struct CreateRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes rows of a resource: `pawl create items --game mygame --sku sword …`.")

    @Argument(help: ResourceArgument.help)
    var resource: ResourceArgument

    @OptionGroup var options: RepeatOptions
    @OptionGroup var fields: FieldArguments
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let schema = resource.schema
        let verb = Model.verbs.first { $0.resource == schema.name && $0.isOfCollection }
        guard verb != nil || schema.history == .reversible else {
            throw ValidationError("\(schema.name) are not made like this: they come of what else happens.")
        }
        try await server.withClient { client in
            let bodies = try await fields.objects(
                verb?.fields ?? schema.settableFields, passingOver: schema.serverFields, client)
            guard options.idempotencyKey == nil || bodies.count == 1 else {
                throw ValidationError("One --idempotency-key fits one object, not \(bodies.count).")
            }
            for (index, body) in bodies.enumerated() {
                do {
                    server.show(try await create(body, verb, client), schema.fields, isDryRun: options.dryRun)
                } catch {
                    guard bodies.count > 1 else { throw error }
                    throw RowRefused(number: index + 1, count: bodies.count, isDryRun: options.dryRun, cause: error)
                }
            }
        }
    }

    private func create(_ body: JSONObject, _ verb: VerbSchema?, _ client: PawlClient) async throws -> JSONObject {
        let (key, dryRun) = (options.idempotencyKey, options.dryRun)
        guard let verb else {
            return try await client.create(resource.schema, body, idempotencyKey: key, validateOnly: dryRun)
        }
        return try await client.call(verb, body, idempotencyKey: key, validateOnly: dryRun)
    }
}

struct UpdateRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes fields of a row: `pawl update items itm_… --name 'Long sword'`.")

    @OptionGroup var change: RowTarget
    @OptionGroup var fields: FieldArguments
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let (schema, id) = try change.target
        try await server.withClient { client in
            let patches = try await fields.objects(schema.settableFields, client)
            guard patches.count == 1 else { throw ValidationError("One row takes one object, not \(patches.count).") }
            server.show(
                try await client.update(
                    schema, id, patches[0], revision: change.revision, validateOnly: change.dryRun),
                schema.fields, isDryRun: change.dryRun)
        }
    }
}

struct DeleteRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes a row.")

    @OptionGroup var change: RowTarget
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let (schema, id) = try change.deletionTarget
        try await server.withClient { client in
            try await client.delete(schema, id, revision: change.revision, validateOnly: change.dryRun)
        }
        if server.json {
            Output.json(["id": .string(id.description), "deleted": .bool(!change.dryRun)])
        } else {
            Output.line(change.dryRun ? "\(id) can be deleted." : "\(id) is deleted.")
        }
    }
}

extension ResourceSchema {
    /// The fields that a client may set.
    fileprivate var settableFields: [Field] { fields.filter { $0.change != .byServer } }
    /// The fields that the server sets, which stand in what it prints.
    fileprivate var serverFields: [Field] { Self.headFields + fields.filter { $0.change == .byServer } }
}

extension ServerOptions {
    /// One row, for a person in the order of `fields`, or for a program.
    ///
    /// - Parameter isDryRun: Whether it is only what it would be.
    func show(_ row: JSONObject, _ fields: [Field], isDryRun: Bool = false) {
        if json { return Output.json(row) }
        row.printed(fields)
        if isDryRun { Output.error("Nothing was changed: this is what it would be.") }
    }
}
