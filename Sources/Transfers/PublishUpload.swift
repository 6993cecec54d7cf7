import BlockFormat
package import Metadata
package import PawlModel

/// `POST /v1/assets/{id}:publish`: lets the version of a held upload be seen. In a changeset, content and rows go live
/// together.
package struct PublishUpload: RowVerb {
    package let schema = Asset.publish

    package init() {}

    package func run(on row: JSONObject, input: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let asset = try Stored<Asset>(row: row)
        guard let id = ResourceID(input["upload_id"]?.string ?? "", kind: Upload.idPrefix),
            let upload = try UploadRows(writer.sql).upload(id)?.upload, upload.assetID == asset.id
        else {
            throw Problem.invalid(
                Asset.schema.name, [.init("/upload_id", "must be the id of an upload to this asset (upl_…)")])
        }
        guard upload.state == .held, let version = upload.versionID else {
            throw Problem(.wrongState, "\(id) is not held: it is \(upload.state.rawValue).")
        }
        let rows = VersionRows(writer.sql)
        let kind: Asset.Kind = try rows.isDirectory(version) ? .directory : .file
        guard let published = try rows.publishHeld(version, now: writer.now) else { throw Problem.uploadGone(id) }
        try upload.end(with: published, madeVersion: true, in: writer)
        try upload.announce(published, kind, in: writer)
        return Answer(.done, try JSONValue(published))
    }
}
