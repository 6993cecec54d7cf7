import Catalog
import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

extension API {
    /// Many updates as one, what was changed when, and the way back.
    var changesetEndpoints: [Endpoint] {
        [
            Endpoint(.post, Routes.changesets, access: .keys(nil), .applyChangeset) { request in
                let body = try await request.json(MediaType.json, mayBeEmpty: false, atMost: Limits.changesetSizeMax)
                let answer = try await changesets.apply(
                    body, by: request.caller,
                    idempotency: try request.idempotency(payload: JSONValue.object(body).data),
                    validateOnly: try request.isValidateOnly())
                return try response(to: answer, of: Changeset.schema.name, request)
            },
            Endpoint(.get, Routes.changesets, access: .keys(nil), .listChangesets) { request in
                let query = try ListQuery(
                    filter: request.query("filter"), orderBy: request.query("order_by"),
                    pageSize: request.query("page_size"), pageToken: request.query("page_token"), of: Changeset.schema)
                guard query.order.field == "id" else {
                    throw Problem.malformedQuery(
                        "order_by", "must be id, which is the order of creation, or id desc: changesets have no other")
                }
                let found = try await changesets.page(query, limit: query.pageSize + 1, for: request.caller)
                let page = found.prefix(query.pageSize)
                let next = found.count > page.count ? page.last : nil
                return request.page(
                    try page.map { try JSONValue($0) },
                    nextToken: next.map { query.token(after: .init(value: .null, id: $0.id), of: Changeset.schema) })
            },
            Endpoint(.get, Routes.changesets + "/{id}", access: .keys(nil), .getChangeset) { request in
                let detail = try await changesets.changeset(
                    try request.id(Changeset.idPrefix), after: try request.afterStep(), for: request.caller)
                var body = try JSONValue(detail.changeset).object ?? [:]
                body["changes"] = try JSONValue(detail.changes)
                body["next_step"] = detail.nextStep.map { .int($0) } ?? .null
                return Response(status: .ok, json: .object(body))
            },
            Endpoint(.post, Routes.changesets + "/{id}:revert", access: .keys(nil), .revertChangeset) { request in
                let body = try await request.json(MediaType.json)
                let answer = try await changesets.revert(
                    try request.id(Changeset.idPrefix), body, by: request.caller,
                    idempotency: try request.idempotency(payload: JSONValue.object(body).data),
                    validateOnly: try request.isValidateOnly())
                return try response(to: answer, of: Changeset.schema.name, request)
            },
        ]
    }
}

extension APIRequest {
    /// `?after_step=`: 0 unless given.
    fileprivate func afterStep() throws(Problem) -> Int64 {
        guard let text = query("after_step") else { return 0 }
        guard let step = Int64(text), step >= 0 else {
            throw Problem.malformedQuery("after_step", "must be a whole number that is not negative")
        }
        return step
    }
}

extension Operation {
    fileprivate static let applied: Content = .object(ChangesetOutcome.answer + [ChangesetOutcome.shownOnce])

    fileprivate static let applyChangeset = Operation(
        "applyChangeset", tag: Changeset.schema.name,
        "Applies a list of updates that depend on each other, all or none of them, in an order that they allow.",
        parameters: [.idempotencyKey, .validateOnly],
        body: Body(.object(ChangesetRequest.fields), as: MediaType.json),
        answers: [
            .init(.created, applied, headers: [.location], "All was applied."),
            .init(.ok, applied, "With validate_only: what it would be. Or nothing was to be changed."),
        ],
        problems: [
            .malformedQuery, .invalid, .notUnique, .inUse, .preconditionFailed, .idempotencyKeyReused,
            .changesetFailed, .dependencyCycle, .ambiguousOrder, .planChanged, .testFailed, .notAvailable,
            .notGiftable, .wrongState, .requirementsMissing, .quotaExceeded, .noVersion,
        ])

    fileprivate static let listChangesets = Operation(
        "listChangesets", tag: Changeset.schema.name, "Lists what was changed, by whom and when.",
        parameters: [
            .init(
                "filter", in: .query, .text(max: 2000), example: "created_by=\"key_01jd0000000000000000000000\"",
                help: "conditions on created_at, created_by, game_id and reverts, joined by AND"),
            .init(
                "order_by", in: .query, .choice(["id", "id desc"]), help: "id, the order of creation, unless given"),
        ] + Parameter.list(Changeset.schema).filter { ["page_size", "page_token"].contains($0.name) },
        answers: [.init(.ok, .page(.object(Changeset.answer)), headers: [.link], "One page.")],
        problems: [.malformedQuery])

    fileprivate static let getChangeset = Operation(
        "getChangeset", tag: Changeset.schema.name, "Reads a changeset with what it changed, row by row.",
        parameters: [
            .init(
                "after_step", in: .query, .int(0...Int64.max),
                help: "the next_step of an answer before: the changes go on there")
        ],
        answers: [
            .init(
                .ok,
                .object(
                    Changeset.answer + [
                        Field(
                            "changes", .list(.object(RowChange.answer), max: Limits.changesListedMax), isRequired: true,
                            help: "rows before and after, in order; those that the key may read"),
                        Field("next_step", .int(1...Int64.max), help: "where they go on; null behind the last one"),
                    ]), "The changeset.")
        ],
        problems: [.malformedQuery])

    fileprivate static let revertChangeset = Operation(
        "revertChangeset", tag: Changeset.schema.name,
        "Takes a changeset back, as a changeset of its own; what was changed again since is in the way.",
        parameters: [.idempotencyKey, .validateOnly],
        body: Body(.object(ChangesetRevert.fields), as: MediaType.json, isRequired: false),
        answers: [
            .init(.created, applied, headers: [.location], "All was taken back."),
            .init(.ok, applied, "With validate_only: what it would be."),
        ],
        problems: [
            .malformedQuery, .invalid, .idempotencyKeyReused, .wrongState, .revertConflict, .irreversible,
        ])
}
