internal import NIOHTTP1
internal import PawlModel

/// The upload of one push: made when the first block needs it, and made anew when the server lost it.
actor UploadSession {
    /// More than this means that something takes the uploads away.
    private static let renewalsMax = 5

    private let client: PawlClient
    private let creation: UploadCreation
    /// The running or finished creation that everybody shares.
    private var making: Task<ResourceID, any Error>?
    /// How often the upload had to be made anew. What an earlier one pinned is not this one's.
    private(set) var renewalCount = 0

    init(client: PawlClient, creation: UploadCreation) {
        self.client = client
        self.creation = creation
    }

    /// The upload, made when there is none yet.
    func id() async throws -> ResourceID {
        let task =
            making
            ?? Task { [client, creation] in
                try await client.createUpload(creation).id
            }
        making = task
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Asks which of `ids` are missing, in as many requests as it takes; the others are pinned to the upload.
    func missing(_ ids: [Digest]) async throws -> [Bool] {
        var missing: [Bool] = []
        while missing.count < ids.count {
            let batch = Array(ids[missing.count..<min(missing.count + Limits.haveCountMax, ids.count)])
            let upload = try await id()
            do {
                missing += try await client.missing(batch, in: upload)
            } catch let problem as ServerProblem where problem.saysUploadIsGone {
                try await renew(after: upload, because: problem)
                // What was answered before was pinned to the upload that is gone: ask for all of them again.
                missing = []
            }
        }
        return missing
    }

    /// Forgets an upload that the server says is gone; whoever comes next makes a new one.
    func renew(after gone: ResourceID, because problem: ServerProblem) async throws {
        // Others may have met the same answer, and made a new upload already.
        guard let making, try await making.value == gone, making == self.making else { return }
        guard renewalCount < Self.renewalsMax else {
            throw ClientError(
                .transferFailed, "The server lost the upload again and again: \(problem.problem.detail)",
                advice: "Ask whoever runs it to look at its log.", cause: problem)
        }
        renewalCount += 1
        self.making = nil
    }

    /// Gives the upload up, if there is one; best effort, for it expires by itself.
    func abandon() async {
        guard let making, let upload = try? await making.value else { return }
        self.making = nil
        _ = try? await client.attempt(Request(.DELETE, Routes.row("uploads", upload)))
    }
}
