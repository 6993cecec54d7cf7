internal import BlockFormat
internal import NIOCore
internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// One page of an asset's versions, newest first.
    public func versions(
        of asset: ResourceID, pageSize: Int? = nil, pageToken: String? = nil
    ) async throws -> Page<Version> {
        try await page(
            Routes.collection("versions"), filter: Filter("asset_id", asset), pageSize: pageSize, pageToken: pageToken)
    }

    /// All versions of an asset, newest first.
    public func allVersions(of asset: ResourceID) async throws -> [Version] {
        try await allPages { token in
            try await versions(of: asset, pageSize: Limits.pageSizeMax, pageToken: token)
        }
    }

    /// The versions of an asset that were deleted and can be taken back, newest first.
    public func deletedVersions(of asset: ResourceID) async throws -> [Version] {
        try await allPages { token in
            try await page(
                Routes.collection("versions"),
                filter: Filter("asset_id", asset).and("state", Version.State.deleted.rawValue),
                pageSize: Limits.pageSizeMax, pageToken: token)
        }
    }

    public func version(_ id: ResourceID) async throws -> Version {
        try await send(Request(.GET, Routes.row("versions", id))).decoded()
    }

    /// The version with a number, or nil when the asset has none that is ready.
    public func version(_ number: Int64, of asset: ResourceID) async throws -> Version? {
        let filter = Filter("asset_id", asset).and("number", number)
        let page: Page<Version> = try await page(
            Routes.collection("versions"), filter: filter, pageSize: 1, pageToken: nil)
        return page.items.first
    }

    /// The newest version that is ready, or nil.
    public func newestVersion(of asset: ResourceID) async throws -> Version? {
        var token: String?
        repeat {
            // More than one, for the newest may still be in proof.
            let page = try await versions(of: asset, pageSize: 5, pageToken: token)
            if let version = page.items.first(where: { $0.state == .ready }) { return version }
            token = page.nextPageToken
        } while token != nil
        return nil
    }

    /// Deletes a version: out of sight at once, and taken back with `undelete` for a while.
    ///
    /// - Parameter revision: What it must still be at; nil for any.
    public func delete(version id: ResourceID, revision: Int64? = nil, validateOnly: Bool = false) async throws {
        try await delete(Version.schema, id, revision: revision, validateOnly: validateOnly)
    }

    /// Takes the deletion of a version back.
    public func undelete(version id: ResourceID) async throws -> Version {
        try JSONValue.object(try await call(Version.undelete, on: id)).decoded()
    }

    /// What a version consists of, proven to be what its root says.
    func manifest(of version: Version) async throws -> Manifest {
        try await manifestAndHealth(of: version).manifest
    }

    /// The manifest, and whether the server knows of no damage: else its blocks may not be taken for granted.
    func manifestAndHealth(of version: Version) async throws -> (manifest: Manifest, isIntact: Bool) {
        let request = Request(.GET, Routes.manifest(version.id)).with(header: "Accept", MediaType.manifest)
        let answer = try await send(request, bodySizeMax: Limits.manifestSizeMax)
        do {
            let manifest = try answer.body.withUnsafeReadableBytes { bytes throws(FormatError) in
                try Manifest(parsing: bytes)
            }
            guard manifest.root == version.root else { throw FormatError(.digestMismatch, "another root") }
            return (manifest, answer.headers.first(name: HeaderName.intact) == "?1")
        } catch {
            throw badManifest(of: version, cause: error)
        }
    }

    private func badManifest(of version: Version, cause: any Error) -> ClientError {
        ClientError(
            .wrongBytes, "The server's manifest of version \(version.number) is not what its root says.",
            advice: "Nothing was written; run `pawl doctor` on the server.", cause: cause)
    }
}
