package import Metadata
package import PawlModel

/// `POST /v1/assets/{id}:undelete`: brings a deleted asset back with its versions and channels, as it was.
///
/// Nothing of them was touched: what belongs to a deleted asset is out of sight because the asset is. So those of its
/// versions that were deleted before stay deleted.
package struct UndeleteAsset: RowVerb {
    package let schema = Asset.undelete
    /// Seconds for which a deletion can be taken back.
    private let window: Int64

    package init(window: Int64) {
        self.window = window
    }

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let asset = try Stored<Asset>(row: row)
        guard
            try DeletedVersions(writer.sql).canRestore(
                asset: asset.id, deletedAfter: writer.now.advanced(bySeconds: -window))
        else { throw Problem(.wrongState, "The time in which \(asset.id) could be taken back is over.") }
        let restored = try writer.restore(row, Asset.schema)
        return Answer(.done, .object(restored))
    }
}
