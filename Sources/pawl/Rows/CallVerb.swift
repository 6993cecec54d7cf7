import ArgumentParser
import PawlClient
import PawlModel

struct CallVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls a verb of a row: `pawl call entitlements ent_… transfer --to-id ply_…`.",
        discussion: "The verbs:\n" + verbs.map { "  \($0.resource) \($0.name): \($0.help)" }.joined(separator: "\n"))

    private static let verbs = Model.verbs.filter { !$0.isOfCollection } + [Version.undelete]

    @OptionGroup var row: RowArgument

    @Argument(help: ArgumentHelp("What to do, such as transfer.", valueName: "verb"))
    var verb: String

    @OptionGroup var options: RepeatOptions
    @OptionGroup var fields: FieldArguments
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let id = try row.id
        let name = verb.replacing("-", with: "_")
        let verbs = Self.verbs.filter { $0.resource == row.schema.name }
        guard let verb = verbs.first(where: { $0.name == name }) else {
            let names = verbs.map(\.name).joined(separator: ", ")
            throw ValidationError(
                "\(row.schema.name) have no verb '\(verb)'" + (names.isEmpty ? "." : ": those are \(names)."))
        }
        try await server.withClient { client in
            let inputs = try await fields.objects(verb.fields, client)
            guard inputs.count == 1 else { throw ValidationError("One call takes one object, not \(inputs.count).") }
            server.show(
                try await client.call(
                    verb, on: id, inputs[0], idempotencyKey: options.idempotencyKey, validateOnly: options.dryRun),
                verb.answerFields, isDryRun: options.dryRun)
        }
    }
}

extension VerbSchema {
    /// What the answer has, in the order of its declaration.
    fileprivate var answerFields: [Field] {
        switch answer {
        case .row where resource == Version.schema.name: Version.schema.fields
        case .row: Model.schema(named: resource)?.fields ?? []
        case .rowOf(let name): Model.schema(named: name)?.fields ?? []
        case .rowWith(let fields): (Model.schema(named: resource)?.fields ?? []) + fields
        case .object(let fields): fields
        }
    }
}
