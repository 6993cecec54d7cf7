package import Metadata
package import PawlModel

/// Takes versions away, and back.
///
/// A deleted version is out of sight at once, and keeps its bytes for a while: until a collection it can be taken back.
/// Its number is not used again.
package struct Versions: Sendable {
    private let context: TransferContext
    /// Seconds for which a deletion can be taken back.
    private let window: Int64

    package init(context: TransferContext, window: Int64) {
        self.context = context
        self.window = window
    }

    /// Deletes a version of an asset that the caller may change. Throws `in_use` with the names of the channels that point
    /// at it, or of the contents that give it.
    package func delete(
        _ id: ResourceID, ifMatch: RevisionMatch, by caller: Caller, validateOnly: Bool = false
    ) async throws {
        let context = context
        _ = try await context.writePath.apply(by: caller, validateOnly: validateOnly) { writer in
            guard let version = try VersionRows(writer.sql).ready(id) else { throw Problem.notFound("versions", id) }
            _ = try visible(version, for: caller, in: writer.sql)
            try ifMatch.check(try JSONValue(version).object ?? [:], attempted: nil)
            try writer.delete(version)
            return Answer(.deleted)
        }
    }

    /// Makes a deleted version ready again. Throws `wrong_state` when it is not deleted, or its time is over.
    package func undelete(
        _ id: ResourceID, _ body: JSONObject = [:], by caller: Caller, idempotency: IdempotencyClaim? = nil,
        validateOnly: Bool = false
    ) async throws -> Answer {
        let (context, window) = (context, window)
        return try await context.writePath.apply(
            by: caller, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            _ = try Version.undelete.input(from: body)
            let rows = DeletedVersions(writer.sql)
            guard let version = try rows.version(id), version.state != .verifying else {
                throw Problem.notFound("versions", id)
            }
            let asset = try visible(version, for: caller, in: writer.sql)
            guard version.state == .deleted else { throw Problem(.wrongState, "\(id) is not deleted.") }
            try context.saves.check(adding: version.size, to: asset, in: writer.sql)
            return Answer(.done, try JSONValue(try writer.undelete(id, window: window)))
        }
    }

    /// One page of an asset's versions that can be taken back, newest first.
    package func deleted(
        of asset: ResourceID, number: Int64? = nil, below: Int64? = nil, limit: Int, for caller: Caller
    ) async throws -> [Version] {
        let (context, time) = (context, context.ambient.now().advanced(bySeconds: -window))
        return try await context.database.read { sql in
            let asset = try context.asset(asset, for: caller, in: sql)
            let below = number.map { min(below ?? Int64.max, $0 + 1) } ?? below
            return try DeletedVersions(sql).list(
                asset: asset.id, deletedAfter: time, below: below, limit: number == nil ? limit : 1
            ).filter { number == nil || $0.number == number }
        }
    }

    /// The version's asset, or a problem that tells no more than that there is no such version.
    private func visible(
        _ version: Version, for caller: Caller, in sql: any SQLConnection
    ) throws -> Stored<Asset> {
        do {
            return try context.asset(version.assetID, for: caller, in: sql)
        } catch let problem as Problem where problem.code == .notFound {
            throw Problem.notFound("versions", version.id)
        }
    }
}
