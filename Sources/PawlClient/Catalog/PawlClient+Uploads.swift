internal import BlockFormat
internal import NIOCore
internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    public func createUpload(_ creation: UploadCreation) async throws -> Upload {
        guard case .object(let fields) = try JSONValue(creation) else { preconditionFailure("a struct is an object") }
        return try await send(Request(.POST, Routes.collection("uploads")).with(fields).once()).decoded()
    }

    /// All uploads that the key may see, of one asset or of all.
    public func uploads(of asset: ResourceID? = nil) async throws -> [Upload] {
        let query = asset.map { [(name: "asset", value: $0.description)] } ?? []
        return try await allPages { token in
            try await page(
                Routes.collection("uploads"), pageSize: Limits.pageSizeMax, pageToken: token, query: query)
        }
    }

    public func upload(_ id: ResourceID) async throws -> Upload {
        try await send(Request(.GET, Routes.row("uploads", id))).decoded()
    }

    /// Gives an upload up: what it sent and no version has is collected.
    public func cancelUpload(_ id: ResourceID) async throws {
        _ = try await send(Request(.DELETE, Routes.row("uploads", id)))
    }
}

/// The block door.
extension PawlClient {
    /// Lets the version of a held upload be seen.
    public func publish(_ id: ResourceID) async throws -> Version {
        guard let asset = try await upload(id).assetID else {
            throw ClientError(
                .unsupported, "The upload \(id) is a part, and makes no version by itself.",
                advice: "Join it with others.")
        }
        return try JSONValue.object(
            try await call(Asset.publish, on: asset, ["upload_id": .string(id.description)])
        ).decoded()
    }

    /// Which of `ids` the server misses; it pins the others to the upload. At most `Limits.haveCountMax` at once.
    func missing(_ ids: [Digest], in upload: ResourceID) async throws -> [Bool] {
        let body = ByteBuffer(bytes: HaveRequest(ids: ids).encode())
        let request = Request(.POST, Routes.have(upload)).with(body, as: MediaType.have)
        let answer = try await send(request)
        do {
            return try answer.body.withUnsafeReadableBytes { bytes throws(FormatError) in
                try HaveAnswer(parsing: bytes, count: ids.count).missing
            }
        } catch {
            throw ClientError(
                .badAnswer, "The server's list of missing blocks cannot be read.",
                advice: "Bring `pawl` to the server's version.", cause: error)
        }
    }

    /// Sends block records once; a failure leaves open which of them arrived.
    func putBlocks(_ records: ByteBuffer, in upload: ResourceID) async throws {
        _ = try await attempt(Request(.PUT, Routes.blocks(upload)).with(records, as: MediaType.blocks))
    }

    /// Makes the version. Refused with `blocks_missing` when a block was neither sent nor pinned.
    func commit(_ manifest: ByteBuffer, to upload: ResourceID) async throws -> CommitAnswer {
        let request = Request(.POST, Routes.commit(upload)).with(manifest, as: MediaType.manifest).once()
        let answer = try await send(request)
        if answer.status == 202 { return try await provenVersion(of: upload) }
        return CommitAnswer(version: try answer.decoded(), isNew: answer.status == 201)
    }

    /// The version of an upload whose digest is being proven, as soon as it is seen.
    private func provenVersion(of id: ResourceID) async throws -> CommitAnswer {
        while true {
            let upload = try await upload(id)
            switch (upload.state, upload.versionID) {
            case (.done, let version?):
                return CommitAnswer(
                    version: try await send(Request(.GET, Routes.row("versions", version))).decoded(), isNew: true)
            case (.held, _): return CommitAnswer(version: nil, isNew: true, heldUpload: id)
            case (.open, _), (.verifying, _): try await Task.sleep(for: .seconds(1))
            case (.done, nil), (.failed, _), (.expired, _):
                throw ServerProblem(
                    status: 422,
                    problem: Problem(.digestMismatch, "The bytes that arrived do not have the promised SHA-256."),
                    retryAfter: nil)
            }
        }
    }
}

/// The version that a commit made, or found to be the same as the newest one.
struct CommitAnswer: Sendable {
    /// Nil for one that is held.
    var version: Version?
    var isNew: Bool
    var heldUpload: ResourceID?
}
