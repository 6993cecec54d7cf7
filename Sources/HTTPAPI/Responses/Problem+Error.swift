import Blocks
import Hummingbird
import Metadata
import PawlModel

extension Problem {
    /// The problem that tells an error to a client. What an error says of our inside stays inside.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as BlockStoreError: self.init(store: error)
        case let error as SQLError: self.init(database: error)
        case let error as HTTPError:
            switch error.status {
            case .notFound: self.init(.notFound, "There is nothing at this path.")
            case .contentTooLarge: self.init(.bodyTooLarge, "The body is larger than is taken here.")
            default: self.init(.malformedRequest, "The request cannot be read.")
            }
        case is CancellationError: self.init(.unavailable, "The daemon is stopping: try again in a moment.")
        default: self.init(.internalError, "This was not your mistake. The request id finds it in the log.")
        }
    }

    private init(store error: BlockStoreError) {
        switch error.code {
        case .full:
            self.init(.insufficientStorage, "The disk of the daemon is full: make room there, and go on.")
        case .reserved:
            self.init(
                .insufficientStorage,
                "The disk of the daemon is full but for what storage.reserve keeps free: make room there, and go on.")
        case .readOnly:
            self.init(.readOnly, "The disk of the daemon failed, so it takes no bytes: see its log, and restart it.")
        case .unavailable:
            self.init(.unavailable, "The daemon could not use a file just now: try again in a moment.")
        case .closed: self.init(.unavailable, "The daemon is stopping: try again in a moment.")
        case .damaged, .segmentMissing:
            self.init(.damagedBlock, "A stored block is damaged, so this content cannot be served: push it again.")
        }
    }

    private init(database error: SQLError) {
        switch error.code {
        case .full: self.init(.insufficientStorage, "The disk of the daemon is full: make room there, and go on.")
        case .notUnique: self.init(.notUnique, "Another one with these values was made in the meantime.")
        case .foreignKey: self.init(.inUse, "Other rows refer to it, or it refers to one that is gone.")
        case .unavailable: self.init(.unavailable, "The daemon is stopping: try again in a moment.")
        case .io: self.init(.readOnly, "The disk of the daemon failed: see its log.")
        case .check, .corrupt, .other:
            self.init(.internalError, "This was not your mistake. The request id finds it in the log.")
        }
    }
}
