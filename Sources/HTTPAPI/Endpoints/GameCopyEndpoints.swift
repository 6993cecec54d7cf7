import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Transfers

extension API {
    /// Games on their way from one daemon to another: docs/export-format.md.
    var gameCopyEndpoints: [Endpoint] {
        [
            Endpoint(.get, Routes.collection("games") + "/{id}/export", access: .keys(.admin), .exportGame) { request in
                let rows = try await exports.rows(of: try request.id(Game.schema.idPrefix), for: request.caller)
                let loop = request.context.channel.eventLoop
                return Response(
                    status: .ok, headers: [.contentType: MediaType.export, .cacheControl: "no-store"],
                    body: ResponseBody(contentLength: Int(rows.byteCount)) { writer in
                        var offset: Int64 = 0
                        while true {
                            let bytes = try await rows.bytes(at: offset)
                            guard bytes.readableBytes > 0 else { break }
                            offset += Int64(bytes.readableBytes)
                            try await writer.write(bytes)
                            // As for every download: the line has its turn, and says whether it takes more.
                            try await loop.submit {}.get()
                        }
                        try await writer.finish(nil)
                    })
            },
            Endpoint(.post, Routes.imports, access: .studioKeys(.admin), .beginImport) { request in
                let body = try await request.json(MediaType.json)
                let isValidateOnly = try request.isValidateOnly()
                let answer = try await uploads.beginImport(
                    body, by: request.caller,
                    idempotency: try request.idempotency(payload: JSONValue.object(body).data),
                    validateOnly: isValidateOnly)
                let isNew = answer.outcome == .created && !isValidateOnly
                var response = Response(status: isNew ? .created : .ok, json: answer.body)
                if !isValidateOnly, let id = answer.body.object?["id"]?.string {
                    response.headers[.location] = "\(Routes.imports)/\(id)"
                }
                return response
            },
            Endpoint(.get, Routes.imports + "/{id}", access: .studioKeys(.admin), .getImport) { request in
                try Self.response(
                    to: try await uploads.gameImport(try request.id(Upload.idPrefix), for: request.caller))
            },
            Endpoint(.post, Routes.imports + "/{id}/rows", access: .studioKeys(.admin), .addImportRows) { request in
                try request.requireMediaType(MediaType.export, MediaType.octets)
                let body = try await request.collect(atMost: Limits.importRequestSizeMax)
                guard let count = Int64(request.query("after") ?? ""), count >= 0 else {
                    throw Problem.malformedQuery("after", "must be the number of rows that are here")
                }
                return try Self.response(
                    to: try await uploads.addRows(
                        body, behind: count, to: try request.id(Upload.idPrefix), by: request.caller))
            },
            Endpoint(.post, Routes.imports + "/{id}/commit", access: .studioKeys(.admin), .commitImport) { request in
                try Self.response(
                    to: try await uploads.commitImport(try request.id(Upload.idPrefix), by: request.caller))
            },
        ]
    }

    private static func response(to found: GameImport) throws -> Response {
        Response(status: .ok, json: try JSONValue(found))
    }
}

extension Operation {
    fileprivate static let exportGame = Operation(
        "exportGame", tag: Game.schema.name,
        "Answers all rows of a game, as one moment has them, with the manifests of its versions.",
        answers: [.init(.ok, .bytes, as: MediaType.export, "Records: the head, the rows, and their end.")],
        problems: [.notFound, .insufficientStorage, .invalid])

    fileprivate static let beginImport = Operation(
        "beginImport", tag: "imports",
        "Begins the import of a game that is not here, or finds the one that goes on or is done.",
        parameters: [.idempotencyKey, .validateOnly],
        body: .init(.object(GameImport.begin), as: MediaType.json),
        answers: [
            .init(.created, .object(GameImport.answer), headers: [.location], "A new import."),
            .init(
                .ok, .object(GameImport.answer), headers: [.location],
                "The one of the same export; with validate_only, what it would be."),
        ],
        problems: [.invalid, .notUnique, .idempotencyKeyReused])

    fileprivate static let getImport = Operation(
        "getImport", tag: "imports", "Answers how far an import is.",
        answers: [.init(.ok, .object(GameImport.answer), "The import.")], problems: [.notFound])

    fileprivate static let addImportRows = Operation(
        "addImportRows", tag: "imports", "Sends rows of an export, in its order.",
        parameters: [
            .init(
                "after", in: .query, .int(0...Int64.max), isRequired: true, example: 0,
                help: "how many rows are here already")
        ],
        body: .init(.bytes, as: MediaType.export, MediaType.octets, isRequired: false),
        answers: [.init(.ok, .object(GameImport.answer), "How far it is now.")],
        problems: [
            .malformedQuery, .malformedRequest, .malformedManifest, .notFound, .invalid, .preconditionFailed,
            .bodyTooLarge,
            .uploadGone, .uploadDone,
        ])

    fileprivate static let commitImport = Operation(
        "commitImport", tag: "imports", "Makes everything of an imported game be seen at once.",
        answers: [.init(.ok, .object(GameImport.answer), "It is done.")],
        problems: [.notFound, .invalid, .notUnique, .blocksMissing, .uploadGone, .uploadDone, .malformedManifest])
}
