import Hummingbird
import Metadata
import PawlModel
import Transfers
import UploadDialects

extension UploadExchange {
    /// Begins an upload, and takes what of the content came with the request.
    func create(_ new: NewUpload) async throws -> Response {
        let isTrial = try request.isValidateOnly()
        let draft = try await draft(new, isTrial: isTrial)
        let upload = try await uploads.begin(
            draft, by: caller, idempotency: try claim(draft), validateOnly: isTrial)
        if isTrial {
            var response = Response(status: .ok, json: try JSONValue(upload))
            response.headers[.eTag] = Conditions.etag(revision: .int(upload.revision))
            return response
        }
        // A repeat stops who still sends: the offset is to be the one that it goes on from.
        let row = try await uploads.inspect(upload.id, by: caller, through: path.dialect.door)
        await send(path.dialect.announcement(of: status(of: row)))
        guard let part = new.body else { return tell(.created(status(of: row), target: nil)) }
        return try await begin(row, with: part)
    }

    /// Only a repeat finds an upload that has bytes already: those it sends once more are passed over.
    private func begin(_ row: UploadRow, with part: NewPart) async throws -> Response {
        let offset = row.upload.offset
        guard row.upload.state == .open else {
            return try tell(try await uploads.outcome(of: row)) { .created($0, target: $1) }
        }
        var rest = part
        // A checksum is over all that is sent, so nothing of that can be passed over.
        if part.checksums.isEmpty { rest.offset = offset }
        return try await append(rest, to: row.upload.id, passing: rest.offset) { .created($0, target: $1) }
    }

    /// Makes one upload of several. With `validate_only` it is only seen whether one could begin.
    func join(_ parts: [ResourceID], _ new: NewUpload) async throws -> Response {
        let isTrial = try request.isValidateOnly()
        var draft = try await draft(new, isTrial: isTrial)
        draft.parts = parts
        let claim = try claim(draft)
        if isTrial {
            let upload = try await uploads.begin(draft, by: caller, idempotency: claim, validateOnly: true)
            return Response(status: .ok, json: try JSONValue(upload))
        }
        return try tell(try await uploads.join(parts, as: draft, by: caller, idempotency: claim)) {
            .created($0, target: $1)
        }
    }

    // MARK: What is begun

    private func draft(_ new: NewUpload, isTrial: Bool) async throws -> UploadDraft {
        try checkGame()
        return UploadDraft(
            try await target(of: new, isTrial: isTrial), door: path.dialect.door, length: new.length,
            sha256: new.sha256,
            metadata: .init(
                channel: new.channel ?? request.query("channel"), label: new.label ?? request.query("label"),
                filename: new.filename, mediaType: new.mediaType, hold: try new.hold || request.flag("hold")),
            clientMetadata: new.note)
    }

    /// The asset of the URL, or the one that is named; for a part, which has none, its game.
    private func target(of new: NewUpload, isTrial: Bool) async throws -> UploadDraft.Target {
        if path.dialect.door != .tus { return .asset(try request.id(Asset.schema.idPrefix)) }
        if new.isPartial { return .part(ofGame: try await game(of: new)) }
        guard let name = new.target else {
            throw Problem(
                .malformedRequest,
                "Say with Upload-Metadata which asset this is for: the key 'asset', and in base64 its id or game/path.")
        }
        return .asset(try await uploads.asset(named: name, for: caller, isTrial: isTrial))
    }

    private func checkGame() throws(Problem) {
        guard let game = request.query("game"), ResourceID(game, kind: Game.schema.idPrefix) == nil,
            TextRule.slug.violation(in: game) != nil
        else { return }
        throw .malformedQuery("game", "must be an id that begins with gam_, or a slug")
    }

    private func game(of new: NewUpload) async throws -> ResourceID {
        if let name = new.game ?? request.query("game") { return try await uploads.game(named: name, for: caller) }
        guard let target = new.target else { return try await uploads.game(named: nil, for: caller) }
        guard let asset = ResourceID(target, kind: Asset.schema.idPrefix) else {
            return try await uploads.game(named: target.split(separator: "/").first.map(String.init), for: caller)
        }
        let row = try await api.reader.row(Asset.schema, asset, for: caller)
        return try await uploads.game(named: row["game_id"]?.string, for: caller)
    }

    /// A repeat is the same when its head is: the body may have stopped anywhere.
    private func claim(_ draft: UploadDraft) throws -> IdempotencyClaim? {
        let parts: [String?] = [
            "\(draft.target)", draft.length.map(String.init), draft.sha256?.hex, draft.metadata.channel,
            draft.metadata.label, draft.metadata.filename, draft.metadata.mediaType,
            draft.metadata.hold ? "hold" : nil, draft.clientMetadata,
            draft.parts.map(\.description).joined(separator: " "),
        ]
        return try request.idempotency(payload: JSONValue.array(parts.map { $0.map { .string($0) } ?? .null }).data)
    }
}
