internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// Making the version, when all has been read.
extension ContentPush {
    /// Commits that may find blocks missing before it is given up.
    private static let commitsMax = 5

    /// The content is the newest version's already: there is at most a channel to move.
    func keep(_ version: Version) async throws -> CommitAnswer {
        if let channel = options.channel {
            try await client.move(channel: channel, of: asset.id, to: version.id)
        }
        return CommitAnswer(version: version, isNew: false)
    }

    func commit(_ manifest: ByteBuffer) async throws -> CommitAnswer {
        try await confirmBlocks(all: session.renewalCount > 0)
        for _ in 0..<Self.commitsMax {
            try await checkUnchanged()
            let upload = try await session.id()
            do {
                let answer = try await client.commit(manifest, to: upload)
                // A version that was there already was committed by somebody else: its channel may be elsewhere.
                guard let version = answer.version, !answer.isNew else { return answer }
                return try await keep(version)
            } catch let problem as ServerProblem where problem.code == .uploadDone {
                // Our own commit, whose answer was lost.
                guard let version = try await client.upload(upload).versionID else { throw problem }
                return CommitAnswer(version: try await client.version(version), isNew: true)
            } catch let problem as ServerProblem where problem.saysUploadIsGone {
                try await session.renew(after: upload, because: problem)
            } catch let problem as ServerProblem where problem.code == .blocksMissing {
                // Asking `have` about everything finds more than the problem lists, and pins it.
            }
            try await confirmBlocks(all: true)
        }
        throw ClientError(
            .transferFailed, "The server kept missing blocks that were sent to it.",
            advice: "Ask whoever runs it to run `pawl doctor`.")
    }

    /// Has the server pin the blocks that were not asked about yet, or all of them, and sends what it misses.
    private func confirmBlocks(all: Bool) async throws {
        let repeated = RepeatedRead(source: source, delivery: delivery)
        var batch: [RepeatedRead.Piece] = []
        for index in blocks.indices {
            var offset: Int64 = 0
            for block in blocks[index] {
                if all || isKnown[index] || baseBlocks.contains(block.id) {
                    batch.append(.init(file: index, block: block, offset: offset))
                }
                offset += Int64(block.length)
                if batch.count == Limits.haveCountMax {
                    try await repeated.confirm(batch)
                    batch.removeAll(keepingCapacity: true)
                }
            }
        }
        try await repeated.confirm(batch)
    }
}
