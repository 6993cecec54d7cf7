import PawlModel

/// An operation with what it is about: found before anything is written, and the same for a dry run.
struct ResolvedOperation {
    /// In the request's list.
    var place: Int
    var operation: ChangesetOperation
    var schema: ResourceSchema
    /// For `call`.
    var verb: (any Verb)?
    /// The target as it is before anything is written; nil when it is not there, or made by another operation.
    var row: JSONObject?
    /// The row that `if_none_exist` finds, where that can be told beforehand.
    var found: ResourceID?
}

/// Finds what the operations of a request are about, and whether the caller may do such things.
struct OperationResolution {
    let writer: ChangesetWriter
    let operations: [ChangesetOperation]
    private let placeByID: [String: Int]

    init(_ operations: [ChangesetOperation], in writer: ChangesetWriter) {
        self.writer = writer
        self.operations = operations
        placeByID = Dictionary(operations.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func place(of operation: String) -> Int? { placeByID[operation] }

    /// The operation at a place; throws a problem whose pointers begin at the operation.
    func resolved(_ place: Int) throws -> ResolvedOperation {
        let operation = operations[place]
        let schema = try schema(of: operation)
        var resolved = ResolvedOperation(place: place, operation: operation, schema: schema)
        switch operation.kind {
        case .create, .update, .delete:
            guard schema.history == .reversible else {
                throw Self.refused("resource", "\(schema.name) are changed by verbs only")
            }
            try writer.caller.require(schema.writeScope)
        case .test:
            try writer.caller.require(schema.readScope)
        case .call:
            resolved.verb = try verb(of: operation, schema)
            try writer.caller.require(resolved.verb?.schema.scope)
        }
        if case .row(let id) = operation.target {
            resolved.row =
                resolved.verb?.schema.isOfDeleted == true
                ? try ResourceTable(schema).deletedRow(id, in: writer.sql)
                : try ResourceTable(schema).row(id, in: writer.sql)
        }
        resolved.found = try found(by: operation, schema)
        return resolved
    }

    private func found(by operation: ChangesetOperation, _ schema: ResourceSchema) throws -> ResourceID? {
        guard let wanted = operation.ifNoneExist, JSONValue.object(wanted).changesetReferences().isEmpty,
            Set(wanted.keys).isSubset(of: schema.uniques.joined())
        else { return nil }
        return try row(named: wanted, schema)?.idText.flatMap { ResourceID($0) }
    }

    /// The row with these unique names, when the caller sees it.
    func row(named names: JSONObject, _ schema: ResourceSchema) throws -> JSONObject? {
        let values = names.sorted { $0.key < $1.key }.map { (field: $0.key, value: $0.value) }
        guard let row = try writer.row(schema, where: values), writer.caller.sees(row, of: schema) else { return nil }
        return row
    }

    private func schema(of operation: ChangesetOperation) throws -> ResourceSchema {
        let registry = writer.registry
        var named: ResourceSchema?
        if let name = operation.resource {
            guard let schema = registry[schema: name] else {
                throw Self.refused("resource", "is no resource that changesets know")
            }
            named = schema
        }
        guard case .row(let id) = operation.target else {
            guard let schema = try named ?? schemaOfResult(of: operation) else {
                throw Self.refused("resource", "is required: the reference does not tell it")
            }
            return schema
        }
        guard let schema = registry.schema(idPrefix: id.prefix) else {
            throw Self.refused("target", "is no row that changesets know")
        }
        if let named, named.name != schema.name { throw Self.refused("target", "is not one of \(named.name)") }
        return schema
    }

    /// The resource of the row that another operation makes or finds.
    private func schemaOfResult(of operation: ChangesetOperation) throws -> ResourceSchema? {
        var (operation, seen) = (operation, Set<String>())
        while case .result(let reference) = operation.target, reference.pointer.isEmpty,
            seen.insert(operation.id).inserted, let place = placeByID[reference.operation]
        {
            operation = operations[place]
            if operation.kind == .call {
                let schema = try schema(of: operation)
                guard case .rowOf(let name)? = try verb(of: operation, schema)?.schema.answer else { return schema }
                return writer.registry[schema: name]
            }
            if operation.resource != nil { return try schema(of: operation) }
            if case .row = operation.target { return try schema(of: operation) }
        }
        return nil
    }

    private func verb(of operation: ChangesetOperation, _ schema: ResourceSchema) throws -> (any Verb)? {
        guard let verb = writer.registry.verb(operation.verb ?? "", of: schema.name) else {
            throw Self.refused("verb", "is no verb of \(schema.name)")
        }
        guard verb.schema.isOfCollection == (operation.target == nil) else {
            throw Self.refused("target", verb.schema.isOfCollection ? "is not for this verb" : "is required")
        }
        return verb
    }

    static func refused(_ field: String, _ detail: String) -> Problem {
        Problem.invalid("changesets", [.init("/" + field, detail)])
    }
}
