import PawlModel

/// Takes single changes of rows back, and says beforehand which ones cannot be.
struct RowReversal {
    private let writer: ChangesetWriter
    private let registry: ResourceRegistry
    /// Seconds for which deleted versions come back.
    private let undeleteWindow: Int64

    init(in writer: ChangesetWriter, undeleteWindow: Int64 = 0) {
        self.writer = writer
        registry = writer.registry
        self.undeleteWindow = undeleteWindow
    }

    // MARK: What it takes

    /// Why a change cannot be taken back, a sentence; nil when it can.
    func obstacle(to change: RowChange) -> String? {
        guard change.resource != Version.schema.name else { return nil }
        guard let schema = registry[schema: change.resource] else {
            return "\(change.rowID) of \(change.resource) stays as it is: it has no history of its own."
        }
        switch schema.history {
        case .byVerb:
            guard compensation(of: change) == nil else { return nil }
            return "\(change.rowID) of \(change.resource) stays as it is: no verb takes back what was done to it."
        case .reversible:
            guard change.kind == .deleted, let field = schema.fields.first(where: \.isWriteOnly) else { return nil }
            return "\(change.rowID) of \(change.resource) does not come back: its \(field.name) is kept nowhere else."
        }
    }

    /// Why a change cannot be taken back any more, a sentence: the time is over in which a deleted row comes back.
    func lapse(of change: RowChange) throws -> String? {
        guard change.kind == .deleted, let id = ResourceID(change.rowID) else { return nil }
        let time = writer.now.advanced(bySeconds: -undeleteWindow)
        let rows = DeletedVersions(writer.sql)
        var isOver = false
        if change.resource == Version.schema.name {
            isOver = try rows.version(id)?.state == .deleted && !rows.canRestore(version: id, deletedAfter: time)
        } else if let schema = registry[schema: change.resource], schema.deletion == .marksRow {
            isOver =
                try ResourceTable(schema).deletedRow(id, in: writer.sql) != nil
                && !rows.canRestore(asset: id, deletedAfter: time)
        }
        return isOver
            ? "\(id) of \(change.resource) does not come back: the time in which it could be taken back is over." : nil
    }

    /// Whether a row that was made is still there when that is taken back: a verb only changes what it says.
    func leavesRow(of change: RowChange) -> Bool { registry[schema: change.resource]?.history == .byVerb }

    /// Whether it must be gone when that is taken back: others are only marked when they are needed.
    func removesRow(of change: RowChange) -> Bool {
        guard let schema = registry[schema: change.resource] else { return false }
        return schema.history == .reversible && schema.deletion == .removesRow
    }

    /// The ids that a row refers to.
    func references(in row: JSONObject?, of change: RowChange) -> [String] {
        guard let row, let schema = registry[schema: change.resource] else { return [] }
        return schema.fields.flatMap { field in
            field.type.references(in: row[field.name] ?? .null, at: "").map(\.text)
        }
    }

    /// The scope that somebody needs who takes it back.
    func scope(of change: RowChange) -> Scope {
        if let compensation = compensation(of: change) { return compensation.verb.schema.scope }
        return registry[schema: change.resource]?.writeScope ?? .assetsWrite
    }

    private func compensation(of change: RowChange) -> Compensation? {
        guard registry[schema: change.resource]?.history == .byVerb else { return nil }
        let verbs = registry.verbs.filter { $0.schema.resource == change.resource }
        return verbs.lazy.compactMap { $0.compensation(of: change) }.first
    }

    // MARK: Conflicts

    /// Where a row is no longer as a changeset left it, in what that changed.
    ///
    /// - Parameter change: All that the changeset did to the row: before its first change, and after its last.
    func conflicts(with change: RowChange) throws -> [RevertConflict] {
        guard let schema = registry[schema: change.resource], schema.history == .reversible,
            let id = ResourceID(change.rowID)
        else { return [] }
        let now = try ResourceTable(schema).row(id, in: writer.sql)
        func conflict(_ field: String?, _ base: JSONValue, _ theirs: JSONValue, _ ours: JSONValue) -> RevertConflict {
            .init(
                resource: change.resource, rowID: change.rowID, field: field, base: base, theirs: theirs, ours: ours,
                detail: nil)
        }
        guard let now else {
            // What is gone need not be removed, and what is to come back has its place.
            guard change.kind == .updated else { return [] }
            return [conflict(nil, .object(change.after ?? [:]), .null, .object(change.before ?? [:]))]
        }
        guard change.kind != .deleted else {
            return [conflict(nil, .null, .object(now), .object(change.before ?? [:]))]
        }
        let fields = change.kind == .created ? schema.fields.map(\.name) : change.fields
        return fields.compactMap { field in
            let (base, theirs) = (change.after?[field] ?? .null, now[field] ?? .null)
            let ours = change.before?[field] ?? .null
            guard theirs != base, change.kind == .created || theirs != ours else { return nil }
            return conflict(field, base, theirs, ours)
        }
    }

    // MARK: Taking back

    /// Does the opposite of one change. What is so already stays.
    func takeBack(_ change: RowChange) throws {
        guard let id = ResourceID(change.rowID) else { return }
        guard let schema = registry[schema: change.resource] else {
            return try takeBack(version: id, change)
        }
        if let compensation = compensation(of: change) {
            _ = try writer.call(compensation.verb, id, compensation.input)
            return
        }
        let now = try ResourceTable(schema).row(id, in: writer.sql)
        switch (change.kind, now) {
        case (.created, .some): try remove(id, schema)
        case (.updated, .some(let now)):
            var after = now
            for field in change.fields where now[field] == change.after?[field] { after[field] = change.before?[field] }
            guard JSONValue.object(after).data != JSONValue.object(now).data else { return }
            _ = try writer.replace(now, with: after, schema)
        case (.deleted, nil):
            if try ResourceTable(schema).deletedRow(id, in: writer.sql) != nil {
                guard let verb = registry.verbs.first(where: { $0.isUndelete(of: schema) }) else { return }
                _ = try writer.call(verb, id, [:])
                return
            }
            guard let before = change.before else { return }
            let revision = try RowHistory(writer.sql).lastRevision(of: id) + 1
            try writer.insertAgain(before, revision: revision, schema)
        default: return
        }
    }

    /// Deletes what was made. Where a deletion only marks the row it goes for good, unless it has been used: what it refers
    /// to may have to go, too.
    private func remove(_ id: ResourceID, _ schema: ResourceSchema) throws {
        do {
            try writer.attempt { try writer.delete(schema, id, ifMatch: .any, keepsRow: false) }
        } catch let problem as Problem where problem.code == .inUse && schema.deletion == .marksRow {
            try writer.delete(schema, id, ifMatch: .any)
        }
    }

    private func takeBack(version id: ResourceID, _ change: RowChange) throws {
        guard let version = try DeletedVersions(writer.sql).version(id) else { return }
        switch (change.kind, version.state) {
        case (.created, .ready): try writer.delete(version)
        case (.deleted, .deleted): try writer.undelete(id, window: undeleteWindow)
        default: return
        }
    }
}

/// What stands in the way of a revert: a row, or a field of it, that has changed again.
struct RevertConflict {
    var resource: String
    var rowID: String
    /// Nil for the row as a whole.
    var field: String?
    /// What the changeset left.
    var base: JSONValue
    /// What is there now.
    var theirs: JSONValue
    /// What the revert wants.
    var ours: JSONValue
    /// What else is wrong.
    var detail: String?

    var json: JSONValue {
        [
            "resource": .string(resource), "row_id": .string(rowID), "field": field.map { .string($0) } ?? .null,
            "base": base, "theirs": theirs, "ours": ours, "detail": detail.map { .string($0) } ?? .null,
        ]
    }
}

extension Verb {
    /// Whether it takes back deletions of a resource's rows.
    fileprivate func isUndelete(of resource: ResourceSchema) -> Bool {
        schema.isOfDeleted && schema.resource == resource.name
    }
}
