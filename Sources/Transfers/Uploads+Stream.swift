import BlockFormat
import Blocks
package import Metadata
package import NIOCore
package import PawlModel
package import UploadDialects

/// What became of a streaming upload with the bytes of a request.
package enum StreamOutcome: Sendable {
    /// It goes on.
    case open(UploadRow)
    /// It is complete, and made this version.
    case finished(UploadRow, Answer)
    /// It is complete, and its version is seen when its digest is proven.
    case verifying(UploadRow)
}

extension Uploads {
    /// Adds the body of a request to the content of a streaming upload, whichever door began it.
    ///
    /// Whatever arrives is durable when this returns, or throws because the body broke off: the upload's offset then is
    /// where the client goes on. Bytes under a checksum count all together or not at all.
    ///
    /// - Parameters:
    ///   - bodyLength: What `Content-Length` says, in bytes.
    ///   - readmit: Asked before a version is made; throws when the caller may no longer do so. What came is kept then.
    ///   - fence: Stops the body, because another request wants the upload. Called at most once.
    ///   - progress: Told of the offset now and then, while bytes arrive.
    /// - Throws: `offset_mismatch`, `inconsistent_length`, `checksum_mismatch`, `truncated_body`, `upload_gone`,
    ///   `upload_done`, `wrong_door`, `quota_exceeded`, and what the commit of a complete one throws.
    package func append<Body: AsyncSequence & Sendable>(
        _ body: Body, bodyLength: Int64?, to id: ResourceID, as part: NewPart, by caller: Caller,
        readmit: @Sendable () async throws -> Void = {}, fence: @escaping @Sendable () -> Void,
        progress: (@Sendable (Int64) async -> Void)? = nil
    ) async throws -> StreamOutcome where Body.Element == ByteBuffer {
        try await turns.run(for: id, fence: fence) {
            let row = try await streamRow(id, for: caller, at: part)
            guard row.upload.state == .open else {
                guard bodyLength ?? 0 == 0 else { throw Problem.inconsistentLength(row.upload.offset) }
                return try await outcome(of: row)
            }
            let isComplete: Bool
            do {
                isComplete = try await take(body, bodyLength, as: part, of: row, progress)
            } catch let problem as Problem where problem.code == .inconsistentLength && part.end != .atLength {
                // Its client does not know what it sends: the draft has such an upload end.
                try await fail(id)
                throw problem
            }
            guard isComplete, !row.isPartial else { return .open(try await anyRow(id, for: caller)) }
            try await readmit()
            return try await complete(id, by: caller, wantsDigest: part.wantsDigest)
        }
    }

    /// Adds a body to an open upload, and says whether its content is complete then.
    private func take<Body: AsyncSequence & Sendable>(
        _ body: Body, _ bodyLength: Int64?, as part: NewPart, of row: UploadRow,
        _ progress: (@Sendable (Int64) async -> Void)?
    ) async throws -> Bool where Body.Element == ByteBuffer {
        try await admit(part, bodyLength, to: row)
        var receiver = try await receiver(for: row, taking: part)
        let offset: Int64
        do {
            offset = try await receive(body, bodyLength, as: part, of: row, into: &receiver, progress)
        } catch let problem as Problem where problem.keepsWhatCame {
            throw problem
        } catch {
            // It may have been told of bytes that are not durable.
            await proofs.forget(row.upload.id)
            throw error
        }
        guard let length = part.length ?? row.upload.length else {
            if part.end == .here { try await setLength(offset, of: row.upload) }
            return part.end == .here
        }
        if part.end == .here, offset != length { throw Problem.inconsistentLength(length) }
        return part.end != .later && offset == length
    }

    /// How far an upload is. Who sends to it is stopped first, so that its offset stays as told.
    ///
    /// - Parameter door: Where its client asks, which may be another than where the upload was begun.
    package func inspect(_ id: ResourceID, by caller: Caller, through door: Upload.Door) async throws -> UploadRow {
        try await turns.run(for: id) {
            let row = try await anyRow(id, for: caller)
            let upload = row.upload
            guard upload.state == .open, upload.offset == upload.length, !row.isPartial,
                upload.door == .tus || door == .tus && upload.door != .blocks
            else { return row }
            // All bytes are there, and a client that speaks tus says no more. The daemon may have stopped between the last
            // byte and the version, or the bytes came by the IETF's protocol, whose client had yet to say that it ends.
            _ = try await complete(id, by: caller)
            return try await anyRow(id, for: caller)
        }
    }

    // MARK: What may come

    /// The upload, when the part begins where it is.
    private func streamRow(_ id: ResourceID, for caller: Caller, at part: NewPart) async throws -> UploadRow {
        let row = try await anyRow(id, for: caller)
        switch row.upload.state {
        case .failed, .expired: throw Problem.uploadGone(id)
        case .open, .verifying, .held, .done: break
        }
        guard row.upload.door != .blocks else {
            throw Problem(.wrongDoor, "\(id) was begun through the door 'blocks': go on there.")
        }
        guard row.parts.isEmpty else {
            throw Problem(.forbidden, "\(id) is made of other uploads: it takes no bytes of its own.")
        }
        guard part.offset == row.upload.offset else {
            throw Problem(
                .offsetMismatch, "The upload is at \(row.upload.offset), and the bytes begin at \(part.offset).",
                members: ["expected-offset": .int(row.upload.offset), "provided-offset": .int(part.offset)])
        }
        return row
    }

    /// Takes the length that the part tells, and refuses one that is too long.
    private func admit(_ part: NewPart, _ bodyLength: Int64?, to row: UploadRow) async throws {
        let known = row.upload.length
        if let known, let length = part.length, known != length { throw Problem.inconsistentLength(known) }
        let (end, overflow) = part.offset.addingReportingOverflow(bodyLength ?? 0)
        if let length = part.length ?? known {
            let isWhole = part.end != .here || bodyLength == nil || end == length
            guard length >= 0, !overflow, end <= length, isWhole else { throw Problem.inconsistentLength(length) }
        }
        try context.checkSize(part.length ?? known ?? (overflow ? .max : end))
        try await context.blocks.requireSpace(for: bodyLength ?? 0)
        if let length = part.length, known == nil { try await setLength(length, of: row.upload) }
    }

    private func setLength(_ length: Int64, of upload: Upload) async throws {
        let now = context.ambient.now()
        let expiresAt = now.advanced(bySeconds: context.uploadLifetime)
        try await context.database.transaction {
            try UploadRows($0).touch(upload.id, length: length, now: now, expiresAt: expiresAt)
        }
    }

    // MARK: Receiving

    private func receiver(for row: UploadRow, taking part: NewPart) async throws -> StreamReceiver {
        let (context, upload) = (context, row.upload)
        let locations = try await context.database.read { try StreamRows($0).tail(of: upload.id) }
        let tail: ByteBuffer
        do {
            tail = try await context.blocks.read(locations)
        } catch let error as BlockStoreError where error.code == .damaged || error.code == .segmentMissing {
            // What was acknowledged is lost, so there is nothing that could go on.
            try await fail(upload.id)
            throw Problem.uploadGone(upload.id)
        }
        var proof: Proof?
        if upload.sha256 != nil || part.wantsDigest {
            proof = try await proofs.proof(of: upload.id, game: row.gameNumber, store: context.blocks) {
                try await context.database.read { try StreamRows($0).blocks(of: upload.id) }
            }
        }
        return StreamReceiver(
            row, tail: tail, context: context,
            writer: try context.blocks.writer(for: upload.id, game: row.gameNumber), room: try await room(for: row),
            proof: proof, isHeld: !part.checksums.isEmpty)
    }

    /// What the owner of an upload's asset has left; nil when it is nobody's own.
    private func room(for row: UploadRow) async throws -> SaveRoom? {
        guard let owner = row.ownerID else { return nil }
        let saves = context.saves
        return try await context.database.read { try saves.room(for: row.upload.assetID, of: owner, in: $0) }
    }

    /// Takes the whole body in, makes it durable and answers the upload's offset.
    private func receive<Body: AsyncSequence & Sendable>(
        _ body: Body, _ bodyLength: Int64?, as part: NewPart, of row: UploadRow, into receiver: inout StreamReceiver,
        _ progress: (@Sendable (Int64) async -> Void)?
    ) async throws -> Int64 where Body.Element == ByteBuffer {
        let length = part.length ?? row.upload.length
        var checks = part.checksums.map(BodyCheck.init)
        var parts = body.makeAsyncIterator()
        var told = part.offset
        do {
            while let bytes = try await parts.nextPart() {
                let end = receiver.position + Int64(bytes.readableBytes)
                if let length, end > length { throw Problem.inconsistentLength(length) }
                try context.checkSize(end)
                for index in checks.indices { checks[index].update(bytes) }
                try await receiver.receive(bytes)
                if let progress, receiver.durableOffset - told >= Limits.progressStep {
                    told = receiver.durableOffset
                    await progress(told)
                }
            }
            if let bodyLength, receiver.position - part.offset != bodyLength { throw Problem.brokenBody }
        } catch let problem as Problem where problem.keepsWhatCame {
            if part.checksums.isEmpty { _ = try await receiver.keep(isEnd: false) }
            throw problem
        } catch let problem as Problem where problem.code == .bodyTooLarge {
            // Nobody can finish it, and what it holds is as much as a version may have.
            try await fail(row.upload.id)
            throw problem
        }
        for check in checks { try check.prove() }
        let isEnd = part.end == .here || (part.end == .atLength && receiver.position == length)
        if part.checksums.isEmpty { return try await receiver.keep(isEnd: isEnd) }
        return try await receiver.release(isEnd: isEnd)
    }

    // MARK: The end

    /// Makes the version of an upload that has all its bytes.
    ///
    /// - Parameter wantsDigest: Whether to find its SHA-256 first, where that does not take long.
    func complete(
        _ id: ResourceID, by caller: Caller, wantsDigest: Bool = false
    ) async throws -> StreamOutcome {
        let open = try await anyRow(id, for: caller)
        let blocks = try await wholeContent(of: open)
        // Joined parts were cut each from its own start: other cuts than the profile's are legal, and have no name.
        let manifest = Manifest(file: blocks, profile: open.parts.isEmpty ? Chunker.profile : "")
        let answer = try await commitInTurn(id, manifest, by: caller, nil, false, wantsDigest: wantsDigest)
        let row = try await anyRow(id, for: caller)
        return answer.outcome == .accepted ? .verifying(row) : .finished(row, answer)
    }

    /// The blocks of an upload that has all its bytes. Belongs into the upload's turn.
    ///
    /// What lies behind the last cut becomes the last block now, if it has not yet: the bytes may have come before it was
    /// said that they are the last ones, and the request that said so may have met a full disk.
    func wholeContent(of row: UploadRow) async throws -> [BlockReference] {
        let id = row.upload.id
        var blocks = try await context.database.read { try StreamRows($0).blocks(of: id) }
        if blocks.byteCount < row.upload.offset {
            let end = NewPart(offset: row.upload.offset, end: .here)
            var receiver = try await receiver(for: row, taking: end)
            _ = try await receiver.keep(isEnd: true)
            blocks = try await context.database.read { try StreamRows($0).blocks(of: id) }
        }
        guard blocks.byteCount == row.upload.offset else {
            throw SQLError.corrupt("\(id) has \(row.upload.offset) bytes, and blocks for \(blocks.byteCount)")
        }
        return blocks
    }

    /// What a complete upload answers to who sends its end again.
    package func outcome(of row: UploadRow) async throws -> StreamOutcome {
        switch row.upload.state {
        case .open: return .open(row)
        case .verifying, .held: return .verifying(row)
        case .done:
            guard let version = try await version(of: row) else { throw Problem.uploadGone(row.upload.id) }
            return .finished(row, Answer(.done, try JSONValue(version)))
        case .failed, .expired: throw Problem.uploadGone(row.upload.id)
        }
    }
}

extension AsyncIteratorProtocol where Element == ByteBuffer {
    /// The next bytes; `truncated_body` when the connection broke instead.
    fileprivate mutating func nextPart() async throws(Problem) -> ByteBuffer? {
        do {
            return try await next()
        } catch {
            throw .brokenBody
        }
    }
}

extension [BlockReference] {
    /// The bytes of them all.
    var byteCount: Int64 { reduce(0) { $0 + Int64($1.length) } }
}

extension Problem {
    /// Whether the bytes before it count.
    fileprivate var keepsWhatCame: Bool { code == .truncatedBody || code == .inconsistentLength }

    fileprivate static var brokenBody: Problem {
        Problem(.truncatedBody, "The connection broke before the body had ended: what came is kept, go on behind it.")
    }

    fileprivate static func inconsistentLength(_ length: Int64) -> Problem {
        Problem(.inconsistentLength, "The content has \(length) bytes, as was told before: this does not fit.")
    }
}
