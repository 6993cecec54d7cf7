import HTTPTypes
import Metadata
import PawlModel

/// What the documentation says of the routes that every resource has.
extension Operation {
    static func list(_ schema: ResourceSchema) -> Operation {
        Operation(
            "list" + schema.name.camelCase, tag: schema.name, "Lists \(schema.words), page by page.",
            parameters: Parameter.list(schema),
            answers: [.init(.ok, .page(.row(schema)), headers: [.link], "One page.")], problems: [.malformedQuery])
    }

    static func get(_ schema: ResourceSchema) -> Operation {
        Operation(
            "get" + schema.typeName, tag: schema.name, "Reads one of \(schema.words).",
            parameters: [.ifNoneMatch], answers: [.init(.ok, .row(schema), headers: [.eTag], "The row.")])
    }

    static func create(_ schema: ResourceSchema) -> Operation {
        Operation(
            "create" + schema.typeName, tag: schema.name, "Makes one of \(schema.words).",
            parameters: [.idempotencyKey, .validateOnly], body: Body(.creation(schema), as: MediaType.json),
            answers: [
                .init(.created, .row(schema), headers: [.eTag, .location], "The new row."),
                .init(.ok, .row(schema), headers: [.eTag], "With validate_only: what it would be."),
            ],
            problems: [.malformedQuery, .invalid, .notUnique, .idempotencyKeyReused])
    }

    static func update(_ schema: ResourceSchema) -> Operation {
        Operation(
            "update" + schema.typeName, tag: schema.name,
            "Changes one of \(schema.words) by a merge patch (RFC 7396).", parameters: [.ifMatch, .validateOnly],
            body: Body(.patch(schema), as: MediaType.mergePatch, MediaType.json),
            answers: [.init(.ok, .row(schema), headers: [.eTag], "The changed row.")],
            problems: [.malformedQuery, .invalid, .notUnique, .preconditionRequired, .preconditionFailed])
    }

    static func delete(_ schema: ResourceSchema) -> Operation {
        Operation(
            "delete" + schema.typeName, tag: schema.name, "Deletes one of \(schema.words).",
            parameters: [.ifMatch, .validateOnly], answers: [.init(.noContent, nil, "It is deleted.")],
            problems: [.malformedQuery, .inUse, .preconditionRequired, .preconditionFailed])
    }

    static func call(_ verb: VerbSchema, of schema: ResourceSchema, _ registry: ResourceRegistry) -> Operation {
        var key = Parameter.idempotencyKey
        key.isRequired = verb.needsIdempotencyKey
        let name = verb.isOfCollection ? "create" : verb.name
        let content = Content(verb.answer, of: schema, registry)
        var answers = [Answer(.ok, content, headers: verb.headers, "What came of it.")]
        if verb.isOfCollection {
            answers.insert(Answer(.created, content, headers: [.eTag, .location], "The new row."), at: 0)
        }
        return Operation(
            name.camelCase.uncapitalized + schema.typeName, tag: schema.name, verb.help,
            parameters: [key, .validateOnly],
            body: Body(
                .object(verb.fields, rules: verb.rules), as: MediaType.json,
                isRequired: verb.fields.contains(where: \.isRequired)),
            answers: answers,
            problems: [.malformedQuery, .invalid, .notUnique, .idempotencyKeyReused] + verb.problems
                + (verb.needsIdempotencyKey ? [.idempotencyKeyRequired] : []))
    }
}

extension VerbSchema {
    /// A row comes with its revision.
    fileprivate var headers: [Operation.Header] {
        if case .object = answer { [] } else { [.eTag] }
    }
}

extension Operation.Content {
    fileprivate init(_ answer: VerbSchema.Answer, of schema: ResourceSchema, _ registry: ResourceRegistry) {
        switch answer {
        case .row: self = .row(schema)
        case .rowOf(let name): self = .row(registry[schema: name] ?? schema)
        case .rowWith(let fields): self = .rowWith(schema, fields)
        case .object(let fields): self = .object(fields)
        }
    }
}

extension ResourceSchema {
    /// The name for people.
    fileprivate var words: String { name.replacing("_", with: " ") }
}

extension String {
    /// `player_links` and `revoke_tokens` as `PlayerLinks` and `RevokeTokens`.
    fileprivate var camelCase: String {
        split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    fileprivate var uncapitalized: String { prefix(1).lowercased() + dropFirst() }
}
