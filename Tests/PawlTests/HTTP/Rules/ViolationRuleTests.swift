import PawlModel
import TestKit
import Testing

/// A body that is wrong in every field is told of every field, each with its pointer.
@Suite struct ViolationRuleTests {
    @Test func everyWrongField_isTold_atOnce() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.takesJSON {
                guard let fields = Self.fields(of: operation) else {
                    Issue.record("the fields of \(operation) are not known here")
                    continue
                }
                var body: JSONObject = ["no such/field~": 1]
                for field in fields { body[field.name] = field.wrongValue }
                let answer = try await rules.send(rules.request(operation).with(body), to: operation)
                let expected = fields.map { "/\($0.name)" } + ["/no such~1field~0"]
                #expect(answer.status == 422 && answer.code == "invalid", "\(operation): \(answer.text)")
                #expect(answer.pointers.sorted() == expected.sorted(), "\(operation)")
            }
        }
    }

    @Test func everyMissingField_isTold_atOnce() async throws {
        try await RuleWorld.with { rules in
            for operation in rules.operations where operation.takesJSON && operation.method == "POST" {
                let needed = (Self.fields(of: operation) ?? []).filter { $0.isRequired && $0.change != .byServer }
                let answer = try await rules.send(
                    rules.request(operation).with([:]).asking("validate_only=true"), to: operation)
                let pointers = Set(needed.map { "/\($0.name)" })
                #expect(pointers.isSubset(of: answer.pointers), "\(operation): \(answer.pointers)")
                #expect(pointers.isEmpty || answer.status == 422, "\(operation)")
            }
        }
    }

    private static func fields(of operation: DescribedOperation) -> [Field]? {
        if operation.resource == "uploads" { return Upload.begin.fields }
        if operation.resource == "imports" { return GameImport.begin }
        if operation.path.hasSuffix("/plan") { return Plan.verb.fields }
        if operation.description == "POST /v1/versions/{id}:undelete" { return Version.undelete.fields }
        if operation.verb == "sign" {
            return (operation.resource == "assets" ? SignedURL.ofAsset : SignedURL.ofVersion).fields
        }
        if operation.resource == "changesets" {
            return operation.verb == "revert" ? ChangesetRevert.fields : ChangesetRequest.fields
        }
        let verb = Model.verbs.first { $0.resource == operation.resource && $0.name == operation.verb ?? "" }
        if operation.method == "POST", let verb { return verb.fields }
        return Model.schema(named: operation.resource)?.fields
    }
}

extension Field {
    /// What a field of no type takes.
    fileprivate var wrongValue: JSONValue {
        switch type {
        case .list, .rows: 7
        default: [1]
        }
    }
}
