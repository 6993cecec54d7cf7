package import PawlModel

/// What a caller says about the revision it changes.
package enum RevisionMatch: Sendable {
    /// `If-Match: *`: any revision, as long as the row exists.
    case any
    case revisions([Int64])

    package func check(_ row: JSONObject, attempted: JSONValue?) throws(Problem) {
        guard case .revisions(let revisions) = self, let revision = row["revision"]?.int else { return }
        guard revisions.contains(revision) else {
            throw Problem(
                .preconditionFailed, "It is at revision \(revision) now: read it again, and repeat the change on that.",
                current: .object(row), attempted: attempted)
        }
    }
}
