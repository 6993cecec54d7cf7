import HTTPTypes
import PawlModel

/// What the documentation says of the routes of V0.
extension Operation {
    static func v0List(_ resource: V0Resource) -> Operation {
        Operation(
            "listV0\(resource.typeName)s", tag: resource.name, "Lists \(resource.words), page by page.",
            parameters: Parameter.list(resource.schema),
            answers: [.init(.ok, .page(.object(resource.declaration)), headers: [.link], "One page.")],
            problems: [.malformedQuery])
    }

    static func v0Get(_ resource: V0Resource) -> Operation {
        Operation(
            "getV0\(resource.typeName)", tag: resource.name, "Reads one of \(resource.words).",
            parameters: [.ifNoneMatch],
            answers: [.init(.ok, .object(resource.declaration), headers: [.eTag], "The row.")])
    }

    static func v0Create(_ resource: V0Resource) -> Operation {
        Operation(
            "createV0\(resource.typeName)", tag: resource.name, "Makes one of \(resource.words).",
            parameters: [.idempotencyKey, .validateOnly],
            body: Body(.object(resource.declaration), as: MediaType.json),
            answers: [
                .init(.created, .object(resource.declaration), headers: [.location], "The new row."),
                .init(.ok, .object(resource.declaration), "With validate_only: what it would be."),
            ],
            problems: [.malformedQuery, .invalid, .notUnique, .idempotencyKeyReused] + resource.problems)
    }

    static func v0Update(_ resource: V0Resource) -> Operation {
        Operation(
            "updateV0\(resource.typeName)", tag: resource.name, "Changes what is sent of one of \(resource.words).",
            parameters: [.v0Match, .validateOnly],
            body: Body(.object(resource.patchDeclaration), as: MediaType.mergePatch, MediaType.json),
            answers: [.init(.ok, .object(resource.declaration), "The changed row.")],
            problems: [.malformedQuery, .invalid, .notUnique, .preconditionFailed] + resource.problems)
    }

    static func v0Delete(_ resource: V0Resource) -> Operation {
        Operation(
            "deleteV0\(resource.typeName)", tag: resource.name, "Deletes one of \(resource.words).",
            parameters: [.v0Match, .validateOnly], answers: [.init(.noContent, nil, "It is deleted.")],
            problems: [.malformedQuery, .inUse, .preconditionFailed] + resource.problems)
    }
}

extension Operation.Parameter {
    fileprivate static let v0Match = Self(
        "If-Match", in: .header, .text(max: Limits.conditionMax),
        help: "the ETag that was last read; any revision, unless given")
}

extension V0Resource {
    fileprivate var words: String { name.replacing("-", with: " ") }

    /// `UserItem` of `user-items`.
    fileprivate var typeName: String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined().dropLast().description
    }

    /// Problems of the verbs that changes are today.
    fileprivate var problems: [ProblemCode] {
        switch changes {
        case .entitlements: [.notAvailable, .notGiftable, .wrongState]
        case .accomplishments: [.notAvailable, .requirementsMissing]
        case .rows, .none: []
        }
    }
}
