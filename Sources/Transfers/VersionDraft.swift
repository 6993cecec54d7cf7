import BlockFormat
import Metadata
import PawlModel

/// What a finished upload wants to become.
struct VersionDraft: Sendable {
    /// What it consists of, packed before the writer is taken.
    let pages: VersionPages
    var kind: Asset.Kind
    var size: Int64
    var blockCount: Int64
    var entryCount: Int64
    var root: Digest
    var assetID: ResourceID
    /// Proven; nil when the client gave none, or its proof goes on.
    var sha256: Digest?
    /// Whether nobody sees the version until its digest is proven.
    var isVerifying = false
    /// Whether nobody sees it until it is published.
    var isHeld: Bool { upload.metadata.hold }
    var upload: Upload

    init(manifest: Manifest, root: Digest, assetID: ResourceID, upload: Upload) {
        pages = VersionPages(manifest)
        kind = Asset.Kind(manifest.kind)
        size = manifest.size
        blockCount = Int64(manifest.blockCount)
        entryCount = Int64(manifest.entries.count)
        self.root = root
        self.assetID = assetID
        self.upload = upload
    }

    /// The newest version, when it has the same content and no new label is asked for.
    func equalVersion(in sql: any SQLConnection) throws -> Version? {
        guard let newest = try VersionRows(sql).newestReady(asset: assetID), newest.root == root,
            upload.metadata.label == nil || upload.metadata.label == newest.label
        else { return nil }
        return newest
    }

    /// Writes the version and its pages.
    func insertVersion(in writer: ChangesetWriter) throws -> Version {
        let rows = VersionRows(writer.sql)
        let version = Version(
            id: writer.newID(Version.idPrefix), createdAt: writer.now, assetID: assetID,
            number: try rows.nextNumber(of: assetID), state: isVerifying || isHeld ? .verifying : .ready, size: size,
            root: root, sha256: sha256, blockCount: blockCount, entryCount: entryCount, label: upload.metadata.label,
            notes: upload.metadata.notes, createdBy: upload.createdBy)
        try rows.insert(version, pages)
        return version
    }
}

extension Asset.Kind {
    init(_ kind: Manifest.Kind) {
        self =
            switch kind {
            case .file: .file
            case .directory: .directory
            }
    }
}

extension Asset {
    /// Throws unless a version of `kind` can follow those that the asset has: its first one said what it is.
    func check(takes kind: Kind) throws(Problem) {
        guard let own = self.kind, own != kind else { return }
        throw Problem(
            .invalid, "\(path) is a \(own.rawValue): a \(kind.rawValue) cannot become a version of it.",
            violations: [.init("/kind", "must be \(own.rawValue), as the asset's first version is")])
    }
}

extension Upload {
    /// Ends it with the version that it made, or that is the same.
    func end(with version: Version, madeVersion: Bool, in writer: ChangesetWriter) throws {
        guard
            try UploadRows(writer.sql).end(
                id, as: .done, version: version.id, madeVersion: madeVersion, now: writer.now)
        else { throw Problem.uploadGone(id) }
    }

    /// Tells of the version that the upload made, now that readers see it: to the asset, whose first one says what it is,
    /// to the journal, and to the channel that was named.
    func announce(_ version: Version, _ kind: Asset.Kind, in writer: ChangesetWriter) throws {
        let before = try writer.existing(Asset.schema, version.assetID)
        try Stored<Asset>(row: before).fields.check(takes: kind)
        var after = before
        if after["kind"] == .null { after["kind"] = .string(kind.rawValue) }
        if after["media_type"] == .null, let type = metadata.mediaType { after["media_type"] = .string(type) }
        if after != before { _ = try writer.replace(before, with: after, Asset.schema) }
        try writer.record(
            "versions", before: nil, after: try JSONValue(version).object,
            gameID: before["game_id"]?.string.flatMap { ResourceID($0) })
        try moveChannel(to: version, in: writer)
    }

    /// Points the channel that the upload named at `version`; makes it when it is not there.
    func moveChannel(to version: Version, in writer: ChangesetWriter) throws {
        guard let name = metadata.channel else { return }
        let table = ResourceTable(Channel.schema)
        let fields: [(field: String, value: JSONValue)] = [
            ("asset_id", .string(version.assetID.description)), ("name", .string(name)),
        ]
        let target = JSONValue.string(version.id.description)
        if let before = try table.row(where: fields, in: writer.sql) {
            guard before["version_id"] != target else { return }
            var after = before
            after["version_id"] = target
            _ = try writer.replace(before, with: after, Channel.schema)
        } else {
            var body = JSONObject(uniqueKeysWithValues: fields.map { ($0.field, $0.value) })
            body["version_id"] = target
            _ = try writer.create(Channel.schema, body)
        }
    }
}
