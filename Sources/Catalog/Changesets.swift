package import Metadata
package import PawlModel

/// Updates that depend on each other, applied as one and taken back as one.
package struct Changesets: Sendable {
    private let writePath: WritePath
    /// Seconds for which deleted versions come back.
    private let undeleteWindow: Int64

    package init(writePath: WritePath, undeleteWindow: Int64) {
        self.writePath = writePath
        self.undeleteWindow = undeleteWindow
    }

    /// Does all that a body asks for, or nothing: see `ChangesetRequest` and `ChangesetWriter.apply`.
    package func apply(
        _ body: JSONObject, by caller: Caller, idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Answer {
        // What is wrong with it is told where its key is not used for something else.
        let reading = Result { () throws(Problem) in try ChangesetRequest(json: body) }
        let validateOnly = validateOnly || body["validate_only"] == true
        return try await writePath.apply(
            by: caller, message: body["message"]?.string, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            var request = try reading.get()
            request.validateOnly = validateOnly
            return try writer.apply(request)
        }
    }

    /// Takes back all of a changeset or nothing: see `ChangesetRevert` and `ChangesetWriter.revert`.
    package func revert(
        _ id: ResourceID, _ body: JSONObject = [:], by caller: Caller, idempotency: IdempotencyClaim? = nil,
        validateOnly: Bool = false
    ) async throws -> Answer {
        let window = undeleteWindow
        let validateOnly = validateOnly || body["validate_only"] == true
        return try await writePath.apply(
            by: caller, message: body["message"]?.string, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            var request = try ChangesetRevert(json: body)
            request.validateOnly = validateOnly
            return try writer.revert(id, request, undeleteWindow: window)
        }
    }

    /// Those that the caller sees, at most `limit`.
    package func page(_ query: ListQuery, limit: Int, for caller: Caller) async throws -> [Changeset] {
        try await writePath.database.read { try ChangesetRows($0).page(query, seenBy: caller, limit: limit) }
    }

    /// One of them, with the changes behind a step that the caller may read.
    package func changeset(_ id: ResourceID, after step: Int64, for caller: Caller) async throws -> Detail {
        let registry = writePath.registry
        return try await writePath.database.read { sql in
            let rows = ChangesetRows(sql)
            guard let changeset = try rows.changeset(id, seenBy: caller) else {
                throw Problem.notFound(Changeset.schema.name, id)
            }
            let changes = try rows.changes(of: id, after: step, limit: Limits.changesListedMax)
            let end = step + Int64(changes.count)
            return Detail(
                changeset: changeset,
                changes: changes.filter { change in
                    let scope =
                        registry[schema: change.resource].map(\.readScope)
                        ?? (change.resource == Version.schema.name ? .assetsRead : .admin)
                    return scope.map { scope in caller.scopes.contains { $0.includes(scope) } } ?? true
                }, nextStep: end < changeset.changeCount ? end : nil)
        }
    }

    package struct Detail: Sendable {
        package var changeset: Changeset
        package var changes: [RowChange]
        /// Behind which step the next ones are; nil when these are the last.
        package var nextStep: Int64?
    }
}
