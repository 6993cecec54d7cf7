import Catalog
import HTTPTypes
import Hummingbird
import Metadata
import NIOHTTPTypes
import PawlModel
import Transfers
import UploadDialects

/// One request of an upload protocol: its dialect reads it, the core does what it asks for, and its dialect tells what
/// became of it. So each protocol has no other code here than this.
struct UploadExchange: Sendable {
    let api: API
    let request: APIRequest
    let path: UploadPath

    var uploads: Uploads { api.uploads }
    var caller: Caller { request.caller }

    func response() async throws -> Response {
        var response = try await answer()
        for field in path.dialect.everyAnswer { response.headers[field.name] = field.value }
        return response
    }

    private func answer() async throws -> Response {
        switch try path.dialect.parse(request.request.head, at: path.place) {
        case .discover: tell(.capabilities(uploads.limits))
        case .create(let upload): try await create(upload)
        case .join(let parts, let upload): try await join(parts, upload)
        case .inspect: try await inspect()
        case .append(let part): try await append(part, to: try id) { .appended($0, target: $1) }
        case .cancel: try await cancel()
        }
    }

    private var id: ResourceID { get throws { try request.id(Upload.idPrefix) } }

    // MARK: Bytes

    /// Adds bytes to an upload, and tells what became of it.
    ///
    /// - Parameters:
    ///   - passed: Bytes at the start of the body that the upload has already.
    ///   - outcome: Made of the upload's status, and of what the asset answers once the content is complete.
    func append(
        _ part: NewPart, to id: ResourceID, passing passed: Int64 = 0,
        _ outcome: (UploadStatus, HTTPResponse?) -> UploadOutcome
    ) async throws -> Response {
        let channel = request.context.channel
        let length = request.request.headers[.contentLength].flatMap { Int64($0) }
        let taken = try await uploads.append(
            ExpectedBody(request, passing: passed), bodyLength: length.map { max(0, $0 - passed) }, to: id, as: part,
            by: caller, readmit: readmission, fence: { channel.close(promise: nil) }, progress: progress)
        return try tell(taken, outcome)
    }

    /// Throws once the key that the request came with is no longer what it was: a body may come for days (draft, Security
    /// Considerations). A player's token lives for an hour, and what she began with one she may end.
    private var readmission: @Sendable () async throws -> Void {
        let (authentication, caller, secret) = (api.authentication, caller, request.request.headers.bearerToken)
        return {
            guard caller.player == nil, let secret else { return }
            guard try await authentication.caller(bearer: secret) == caller else { throw Problem.keyNeeded }
        }
    }

    /// Tells how far the upload is durable, where its client expects that.
    private var progress: (@Sendable (Int64) async -> Void)? {
        guard api.sendsInterimResponses, path.dialect.progress(0) != nil else { return nil }
        return { offset in await send(path.dialect.progress(offset)) }
    }

    /// Sends an interim head. When its client has gone, so has the body, and whoever reads that notices.
    func send(_ head: HTTPResponse?) async {
        guard api.sendsInterimResponses, let head else { return }
        try? await request.context.channel.writeAndFlush(HTTPResponsePart.head(head))
    }

    // MARK: The upload itself

    /// HEAD stops whoever sends to the upload, so that its offset stays as told; GET only looks at it.
    private func inspect() async throws -> Response {
        let row =
            try await stopsSender
            ? uploads.inspect(id, by: caller, through: path.dialect.door) : uploads.upload(id, for: caller)
        if row.upload.door == .blocks, path.dialect.door == .tus {
            throw Problem(.wrongDoor, "\(row.upload.id) was begun through the door 'blocks': go on there.")
        }
        let isGone = row.upload.state == .failed || row.upload.state == .expired
        if isGone, request.request.method != .get { throw Problem.uploadGone(row.upload.id) }
        let json = try JSONValue(row.upload)
        // Other doors have no offset to go on from.
        let head = row.upload.door == .blocks || isGone ? nil : path.dialect.render(.state(status(of: row)))
        guard request.request.method == .get || request.request.method == .head, head?.status ?? .ok == .ok else {
            return tell(.state(status(of: row)))
        }
        var response = Response(status: .ok, json: json)
        response.headers[.eTag] = Conditions.etag(revision: .int(row.upload.revision))
        response.headers[.cacheControl] = "no-store"
        for field in head?.headerFields ?? [:] { response.headers[field.name] = field.value }
        return response
    }

    /// Whoever may only read stops nobody.
    private var stopsSender: Bool {
        request.request.method != .get && (caller.player != nil || (try? caller.require(.assetsWrite)) != nil)
    }

    private func cancel() async throws -> Response {
        do {
            try await uploads.cancel(try id, by: caller, validateOnly: try request.isValidateOnly())
        } catch let problem as Problem where problem.code == .uploadDone && path.dialect.door == .tus {
            // Where tus terminates, nothing may be found afterwards; and 409 has its clients try again.
            throw Problem(
                .forbidden, "This upload is complete, and what it made is not undone with it: delete the version.")
        }
        return tell(.cancelled)
    }

    // MARK: Answers

    func tell(
        _ taken: StreamOutcome, _ outcome: (UploadStatus, HTTPResponse?) -> UploadOutcome
    ) throws -> Response {
        switch taken {
        case .open(let row): return tell(outcome(status(of: row), nil))
        case .verifying(let row):
            let target = try api.response(to: Answer(.accepted, try JSONValue(row.upload)), of: "uploads", request)
            return tell(outcome(status(of: row), target.uploadHead), target.body)
        case .finished(let row, let answer):
            // A repeat gets what the first one got.
            let made = Answer(row.madeVersion ? .created : .done, answer.body)
            var target = try api.response(to: made, of: "versions", request)
            let digest = answer.body.object?["sha256"]?.string.flatMap { Digest(hex: $0) }
            target.headers[.reprDigest] = digest.map { DigestField($0).text }
            var status = status(of: row)
            status.sha256 = digest
            return tell(outcome(status, target.uploadHead), target.body)
        }
    }

    /// A head without a media type has no body.
    func tell(_ outcome: UploadOutcome, _ body: ResponseBody = .init()) -> Response {
        var head = path.dialect.render(outcome)
        // Not every client of tus takes a relative one.
        if path.dialect.door == .tus, let location = head.headerFields[.location] {
            head.headerFields[.location] = request.origin + location
        }
        let hasBody = head.headerFields.contains(.contentType)
        return Response(status: head.status, headers: head.headerFields, body: hasBody ? body : .init())
    }

    func status(of row: UploadRow) -> UploadStatus {
        let upload = row.upload
        let now = api.writePath.ambient.now()
        let isAll = row.isPartial && upload.offset == upload.length
        var status = UploadStatus(
            upload.id, offset: upload.offset, length: upload.length,
            isComplete: isAll || [.done, .verifying, .held].contains(upload.state), isPartial: row.isPartial,
            note: row.clientMetadata, sha256: upload.state == .done ? upload.sha256 : nil, limits: uploads.limits)
        if upload.state == .open {
            let left = (upload.expiresAt.microseconds - now.microseconds) / 1_000_000
            status.expiry = .init(date: HTTPDate(upload.expiresAt).text, secondsLeft: max(0, left))
        }
        return status
    }
}

extension Response {
    /// The head, for a dialect to tell.
    fileprivate var uploadHead: HTTPResponse { HTTPResponse(status: status, headerFields: headers) }
}

extension API {
    /// Does what a request of an upload protocol asks for.
    func exchange(_ request: APIRequest) async throws -> Response {
        guard let path = UploadPath(request.request.head) else {
            throw Problem(.notFound, "There is nothing at this path.")
        }
        return try await UploadExchange(api: self, request: request, path: path).response()
    }
}
