import BlockFormat
import Foundation
import PawlClient
import PawlModel
import TestKit

/// A daemon with two games and an asset in each, for requests one by one.
struct HTTPWorld: Sendable {
    let daemon: DaemonProcess
    let admin: String
    let wire: Wire
    private(set) var game: ResourceID
    private(set) var asset: ResourceID
    private(set) var otherGame: ResourceID
    private(set) var otherAsset: ResourceID

    /// How many worlds there are at a time: daemons beyond that would only wait for a processor, and have others wait.
    private static let places = Slots(6)
    @TaskLocal private static var hasPlace = false

    /// - Parameter storage: Where to keep things; a new directory unless given.
    static func with<Result: Sendable>(
        storage: String? = nil, environment: [String: String] = [:], _ body: (HTTPWorld) async throws -> Result
    ) async throws -> Result {
        // A world inside of another one has its place.
        guard !hasPlace else { return try await open(storage, environment, body) }
        return try await places.withSlot {
            try await $hasPlace.withValue(true) { try await open(storage, environment, body) }
        }
    }

    private static func open<Result: Sendable>(
        _ storage: String?, _ environment: [String: String], _ body: (HTTPWorld) async throws -> Result
    ) async throws -> Result {
        let environment = ["PAWL_STORAGE_RESERVE": "0"].merging(environment) { $1 }
        return try await withDaemon(storage: storage, environment: environment) { daemon in
            try await body(try await HTTPWorld(daemon))
        }
    }

    init(_ daemon: DaemonProcess) async throws {
        self.daemon = daemon
        admin = try daemon.adminKey
        wire = Wire(port: daemon.port)
        (game, asset) = (ResourceID(prefix: "gam", value: 0), ResourceID(prefix: "ast", value: 0))
        (otherGame, otherAsset) = (game, asset)
        game = try await create("games", ["slug": "mygame", "name": "Mine"])
        asset = try await create("assets", ["game_id": .string("\(game)"), "path": "builds/win64"])
        otherGame = try await create("games", ["slug": "other", "name": "Other"])
        otherAsset = try await create("assets", ["game_id": .string("\(otherGame)"), "path": "builds/win64"])
    }

    /// The same games and assets behind another daemon, which was started on the same storage.
    init(_ daemon: DaemonProcess, of world: HTTPWorld) {
        self.daemon = daemon
        admin = world.admin
        wire = Wire(port: daemon.port)
        (game, asset) = (world.game, world.asset)
        (otherGame, otherAsset) = (world.otherGame, world.otherAsset)
    }

    // MARK: Requests

    /// One request on a connection of its own.
    ///
    /// - Parameter key: The admin's unless given; an empty one sends no header.
    func send(
        _ method: String, _ path: String, key: String? = nil, headers: [String: String] = [:],
        _ body: [UInt8]? = nil, type: String = MediaType.json
    ) async throws -> WireAnswer {
        var headers = headers
        if let body {
            headers["Content-Type"] = headers["Content-Type"] ?? type
            headers["Content-Length"] = headers["Content-Length"] ?? "\(body.count)"
        }
        return try await wire.exchange([.send(head(method, path, key: key, headers) + (body ?? []))])
    }

    func send(
        _ method: String, _ path: String, key: String? = nil, headers: [String: String] = [:], json: JSONObject
    ) async throws -> WireAnswer {
        try await send(method, path, key: key, headers: headers, Array(JSONValue.object(json).data))
    }

    /// The head of a request, empty line included.
    func head(_ method: String, _ path: String, key: String? = nil, _ headers: [String: String] = [:]) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        let key = key ?? admin
        if !key.isEmpty, headers["Authorization"] == nil { text += "Authorization: Bearer \(key)\r\n" }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            text += "\(name): \(value)\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    @discardableResult
    func create(_ resource: String, _ body: JSONObject) async throws -> ResourceID {
        let answer = try await send("POST", "/v1/\(resource)", json: body)
        guard answer.status == 201, let id = answer.id else { throw ProcessError("\(resource): \(answer.text)") }
        return id
    }

    /// Makes a key and returns its secret and its id.
    func key(_ scopes: [Scope], game: ResourceID? = nil, expiresAt: String? = nil) async throws -> (
        secret: String, id: ResourceID
    ) {
        var body: JSONObject = ["name": "test", "scopes": .array(scopes.map { .string($0.rawValue) })]
        body["game_id"] = game.map { .string("\($0)") }
        body["expires_at"] = expiresAt.map { .string($0) }
        let answer = try await send("POST", "/v1/keys", json: body)
        guard let secret = answer.json["secret"]?.string, let id = answer.id else { throw ProcessError(answer.text) }
        return (secret, id)
    }

    // MARK: Transfers

    func begin(_ asset: ResourceID? = nil, sha256: Digest? = nil) async throws -> ResourceID {
        var body: JSONObject = ["asset_id": .string("\(asset ?? self.asset)")]
        body["sha256"] = sha256.map { .string($0.hex) }
        return try await create("uploads", body)
    }

    func put(_ bytes: [UInt8], to upload: ResourceID) async throws -> WireAnswer {
        try await send("PUT", Routes.blocks(upload), bytes, type: MediaType.blocks)
    }

    func commit(_ manifest: [UInt8], of upload: ResourceID) async throws -> WireAnswer {
        try await send("POST", Routes.commit(upload), manifest, type: MediaType.manifest)
    }

    /// Pushes blocks as a new version and returns it.
    @discardableResult
    ///
    /// - Parameter sha256: The digest of the whole, to be proven.
    func push(_ blocks: [WireBlock], to asset: ResourceID? = nil, sha256: Digest? = nil) async throws -> Version {
        let manifest = Manifest(file: blocks.map(\.reference), profile: "")
        return try await push(manifest, blocks, to: asset, sha256: sha256)
    }

    @discardableResult
    func push(
        _ manifest: Manifest, _ blocks: [WireBlock], to asset: ResourceID? = nil, sha256: Digest? = nil
    ) async throws -> Version {
        let upload = try await begin(asset, sha256: sha256)
        var rest = blocks[...]
        while !rest.isEmpty {
            let part = rest.prefix(12)
            rest = rest.dropFirst(12)
            let answer = try await put(part.flatMap(\.record), to: upload)
            guard answer.status == 200 else { throw ProcessError(answer.text) }
        }
        let answer = try await commit(manifest.encode(), of: upload)
        guard answer.status == 201 else { throw ProcessError(answer.text) }
        return try JSONValue.object(answer.json).decoded()
    }

    /// Ids of all versions of both assets.
    func versions() async throws -> [String] {
        var ids: [String] = []
        for asset in [asset, otherAsset] {
            let answer = try await send("GET", "/v1/versions?filter=asset_id=%22\(asset)%22")
            guard answer.status == 200, case .array(let items)? = answer.json["items"] else {
                throw ProcessError(answer.text)
            }
            ids += items.compactMap { $0.object?["id"]?.string }
        }
        return ids
    }

    /// Files under the storage that no daemon that runs well has.
    func strangeFiles() throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: daemon.storage)
        let known: Set = [
            "admin.key", "lock", "hold", "pawl.sqlite", "pawl.sqlite-wal", "pawl.sqlite-shm", "segments",
            "segments/journal",
        ]
        return names.filter { name in
            !known.contains(name)
                && name.wholeMatch(of: /segments\/(journal\/)?[0-9]{3,}(\/[0-9]{10,}\.segment)?/) == nil
        }
    }

    /// Whether some bytes lie in a segment.
    func isStored(_ bytes: [UInt8]) throws -> Bool {
        try FileManager.default.subpathsOfDirectory(atPath: daemon.storage + "/segments").contains { name in
            guard name.hasSuffix(".segment") else { return false }
            let url = URL(fileURLWithPath: daemon.storage + "/segments/" + name)
            return try Data(contentsOf: url).range(of: Data(bytes)) != nil
        }
    }
}

/// A block as it goes over the wire.
struct WireBlock: Sendable {
    var bytes: [UInt8]
    var id: Digest

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        id = Digest(sha256Of: bytes)
    }

    var reference: BlockReference { BlockReference(id: id, length: bytes.count) }

    var header: RecordHeader { bytes.withUnsafeBytes { RecordHeader.block(id: id, payload: $0) } }
    var record: [UInt8] { header.bytes + bytes }

    static func manifest(_ blocks: [WireBlock]) -> [UInt8] {
        Manifest(file: blocks.map(\.reference), profile: "").encode()
    }
}

extension HTTPWorld {
    /// Turns one bit of some stored bytes over.
    func flip(_ bytes: [UInt8]) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: daemon.storage + "/segments") {
            let path = daemon.storage + "/segments/" + name
            guard let data = FileManager.default.contents(atPath: path), let range = data.range(of: Data(bytes)) else {
                continue
            }
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try file.seek(toOffset: UInt64(range.lowerBound))
            try file.write(contentsOf: Data([bytes[0] ^ 1]))
            return try file.close()
        }
        throw ProcessError("those bytes are in no segment")
    }
}
