public import PawlModel

/// The verbs, typed.
extension PawlClient {
    /// Points a channel at what was released on it before; throws `no_version` when there is nothing before.
    public func rollBack(_ channel: ResourceID) async throws -> Stored<Channel> {
        try await row(Channel.rollback, on: channel)
    }

    /// Calls a verb that answers a row.
    func row<Fields: Resource>(
        _ verb: VerbSchema, on id: ResourceID? = nil, _ input: JSONObject = [:], idempotencyKey: String? = nil
    ) async throws -> Stored<Fields> {
        try Stored(row: try await call(verb, on: id, input, idempotencyKey: idempotencyKey))
    }
}
