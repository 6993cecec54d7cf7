internal import NIOHTTP1
public import PawlModel

/// Many updates as one, what was changed when, and the way back.
extension PawlClient {
    /// Applies all operations or none. With `validateOnly` in the request nothing is written, and the answer tells what
    /// would be.
    ///
    /// Throws `changeset_failed` and others with every independent mistake in `operations`.
    public func apply(
        _ request: ChangesetRequest, idempotencyKey: String? = nil
    ) async throws -> ChangesetOutcome {
        try await change(Routes.changesets, request.json, idempotencyKey)
    }

    /// Takes a changeset back, as a changeset of its own. Throws `revert_conflict`, `irreversible` and `wrong_state`.
    public func revert(
        _ changeset: ResourceID, _ request: ChangesetRevert = ChangesetRevert(), idempotencyKey: String? = nil
    ) async throws -> ChangesetOutcome {
        try await change(Routes.revert(changeset), request.json, idempotencyKey)
    }

    /// One page of what was changed, newest first.
    public func changesets(
        filter: Filter = Filter(), pageSize: Int? = nil, pageToken: String? = nil
    ) async throws -> Page<Changeset> {
        try await page(
            Routes.changesets, filter: filter, orderBy: "id desc", pageSize: pageSize, pageToken: pageToken)
    }

    /// A changeset with all that it changed and the key may read.
    public func changeset(_ id: ResourceID) async throws -> (changeset: Changeset, changes: [RowChange]) {
        var (changes, step): ([RowChange], Int64?) = ([], 0)
        while let after = step {
            let request = Request(
                .GET, Routes.changeset(id), query: [(name: "after_step", value: String(after))])
            let page: ChangesetPage = try await send(request, bodySizeMax: Limits.manifestSizeMax).decoded()
            changes += page.changes
            step = page.nextStep
            if step == nil { return (page.changeset, changes) }
        }
        throw ClientError(
            .badAnswer, "The server's answer has no end.", advice: "Bring `pawl` to the server's version.")
    }

    private func change(
        _ path: String, _ body: JSONObject, _ idempotencyKey: String?
    ) async throws -> ChangesetOutcome {
        let request = Request(.POST, path).with(body)
        return try await send(
            idempotencyKey.map { request.with(header: "Idempotency-Key", $0) } ?? request.once(),
            bodySizeMax: Limits.manifestSizeMax
        ).decoded()
    }
}

/// A changeset with a part of its changes.
private struct ChangesetPage: Decodable, Sendable {
    var changeset: Changeset
    var changes: [RowChange]
    var nextStep: Int64?

    enum CodingKeys: String, CodingKey {
        case changes
        case nextStep = "next_step"
    }

    init(from decoder: any Decoder) throws {
        changeset = try Changeset(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        changes = try container.decode([RowChange].self, forKey: .changes)
        nextStep = try container.decodeIfPresent(Int64.self, forKey: .nextStep)
    }
}
