import Metadata
package import PawlModel

/// What an upload is begun with.
package struct UploadDraft: Hashable, Sendable {
    package var target: Target
    package var door: Upload.Door
    /// Of the whole content in bytes, when it is known.
    package var length: Int64?
    /// What the whole content has; proven before anybody sees it.
    package var sha256: Digest?
    package var metadata: Upload.Metadata
    /// The client's own words about it, given back as they are.
    package var clientMetadata: String?
    /// The uploads whose contents it is made of.
    package var parts: [ResourceID] = []

    package enum Target: Hashable, Sendable {
        case asset(ResourceID)
        /// A part that is only there to be joined with others of its game.
        case part(ofGame: ResourceID)
    }

    package init(
        _ target: Target, door: Upload.Door, length: Int64? = nil, sha256: Digest? = nil,
        metadata: Upload.Metadata = .init(), clientMetadata: String? = nil
    ) {
        self.target = target
        self.door = door
        self.length = length
        self.sha256 = sha256
        self.metadata = metadata
        self.clientMetadata = clientMetadata
    }

    /// What a client of the block door sends.
    package init(_ creation: UploadCreation) {
        self.init(
            .asset(creation.assetID), door: .blocks, length: creation.length, sha256: creation.sha256,
            metadata: .init(
                channel: creation.channel, label: creation.label, notes: creation.notes, hold: creation.hold ?? false))
    }

    /// Throws `invalid` for metadata that breaks a rule, `forbidden` for what a player may not name.
    func check(by caller: Caller) throws {
        var violations: [Problem.Violation] = []
        let values = try JSONValue(metadata).object ?? [:]
        for field in Upload.metadataFields {
            guard let value = values[field.name], value != .null else { continue }
            field.type.check(value, at: JSONPointer.escape(field.name), into: &violations)
        }
        guard violations.isEmpty else { throw Problem.invalid("uploads", violations) }
        guard metadata.channel == nil || caller.player == nil else {
            throw Problem(.forbidden, "Channels are the studio's: a player names none.")
        }
        guard !metadata.hold || caller.player == nil else {
            throw Problem(.forbidden, "What a player uploads is hers at once: hold is the studio's.")
        }
    }
}

extension UploadDraft.Target {
    /// Where an upload goes, and whose it is.
    struct Resolved {
        var asset: ResourceID?
        var game: ResourceID
        var owner: ResourceID?
    }

    func resolved(for caller: Caller, _ context: TransferContext, in sql: any SQLConnection) throws -> Resolved {
        switch self {
        case .asset(let id):
            let asset = try context.asset(id, for: caller, in: sql)
            return Resolved(asset: asset.id, game: asset.gameID, owner: asset.ownerID)
        case .part(let game):
            guard caller.sees(game: game), try ResourceTable(Game.schema).row(game, in: sql) != nil else {
                throw Problem.notFound("games", game)
            }
            return Resolved(asset: nil, game: game, owner: caller.player)
        }
    }
}
