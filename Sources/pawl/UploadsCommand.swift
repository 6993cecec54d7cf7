import ArgumentParser
import PawlClient
import PawlModel

struct UploadsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uploads", abstract: "Lists transfers in progress, gives one up, or publishes a held one.",
        subcommands: [ListUploads.self, PublishUpload.self, CancelUpload.self], defaultSubcommand: ListUploads.self)
}

struct ListUploads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists transfers in progress, of one asset or of all.")

    @Argument(help: ArgumentHelp("The asset.", valueName: "game/asset"))
    var asset: String?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let name = try asset.map { try AssetName($0) }
        try await server.withClient { client in
            var assetID: ResourceID?
            if let name { assetID = try await client.asset(name).id }
            let uploads = try await client.uploads(of: assetID).filter {
                [.open, .verifying, .held].contains($0.state)
            }
            if server.json { return try uploads.forEach(Output.json) }
            var table = Table("UPLOAD", "ASSET", "STATE", "BLOCKS", "RECEIVED", "BEGUN (UTC)", "EXPIRES (UTC)")
            var paths: [ResourceID: String] = [:]
            for upload in uploads {
                if let id = upload.assetID, paths[id] == nil { paths[id] = try await path(of: id, client) }
                table.add(
                    upload.id.description, upload.assetID.flatMap { paths[$0] } ?? "(a part)", upload.state.rawValue,
                    Text.count(upload.blocksSent), Text.bytes(upload.offset),
                    Text.time(upload.createdAt), Text.time(upload.expiresAt))
            }
            table.print(whenEmpty: "There are no transfers in progress.")
        }
    }

    /// An asset that was deleted meanwhile is told by its id.
    private func path(of id: ResourceID, _ client: PawlClient) async throws -> String {
        do {
            let asset = try await client.get(Asset.self, id)
            let game = try await client.get(Game.self, asset.gameID)
            return Text.plain("\(game.slug)/\(asset.path)")
        } catch let problem as ServerProblem where problem.code == .notFound {
            return id.description
        }
    }
}

struct PublishUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Lets the version of a held transfer be seen (`pawl push --hold`).")

    @Argument(help: ArgumentHelp("The upload, as `pawl uploads` shows it.", valueName: "upl_…"))
    var id: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let upload = try uploadID(id)
        let version = try await server.withClient { try await $0.publish(upload) }
        if server.json {
            try Output.json(version)
        } else {
            Output.line("Version \(version.number) (\(version.id)) is seen now.")
        }
    }
}

struct CancelUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Gives a transfer up; what it sent and no version has is collected.")

    @Argument(help: ArgumentHelp("The upload, as `pawl uploads` shows it.", valueName: "upl_…"))
    var id: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let upload = try uploadID(id)
        try await server.withClient { try await $0.cancelUpload(upload) }
        if server.json {
            Output.json(["upload": .string(upload.description), "cancelled": true])
        } else {
            Output.line("The upload \(upload) is given up.")
        }
    }
}

private func uploadID(_ text: String) throws -> ResourceID {
    guard let id = ResourceID(text, kind: Upload.idPrefix) else {
        throw ValidationError("'\(text)' is no upload's id: it begins with upl_, as `pawl uploads` shows it.")
    }
    return id
}
