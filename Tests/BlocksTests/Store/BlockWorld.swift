import BlockFormat
import Blocks
import Catalog
import Files
import Foundation
import Metadata
import MetadataOnSQLite
import NIOCore
import PawlModel
import SegmentsOnDisk
import Synchronization
import TestKit
import Transfers
import Upkeep

/// A daemon's rooms below its edges, over real rows and over files that fail or lose power when told to.
///
/// `open` stands for a start of the daemon: it makes everything anew but rows and files, and recovers.
final class BlockWorld {
    static let uploadLifetime: Int64 = 3600
    /// Seconds for which deleted versions can be taken back.
    static let undeleteWindow: Int64 = 1000
    let memory: MemoryFileSystem?
    let files: FaultyFileSystem
    let power = PowerSwitch()
    /// Reads of files wait here while it is shut.
    let reads = Gate()
    private let proofPatience: Duration
    private let hasJournal: Bool
    let clock: TestAmbient
    let layout: DiskLayout
    private let directory: TemporaryDirectory
    private var sqlite: SQLiteDatabase
    private(set) var rooms: Rooms
    private(set) var asset: ResourceID

    struct Rooms: Sendable {
        let database: any SQLDatabase
        let writePath: WritePath
        let store: BlockStore
        let journal: SegmentJournal
        let scrub: Scrub
        let uploads: Uploads
        let downloads: Downloads
        let versions: Versions
        let expiry: UploadExpiry
        let doctor: Doctor
        let observations: Observations
    }

    /// - Parameters:
    ///   - isOnDisk: Whether segments are files of the system, not of memory.
    ///   - hasJournal: Whether rows are told in segments, too.
    static func with<Value>(
        seed: UInt64 = testSeed, isOnDisk: Bool = false, capacity: Int64 = .max, proofPatience: Duration = .seconds(10),
        hasJournal: Bool = false, _ body: (BlockWorld) async throws -> Value
    ) async throws -> Value {
        let world = try await BlockWorld(
            seed: seed, isOnDisk: isOnDisk, capacity: capacity, proofPatience: proofPatience, hasJournal: hasJournal)
        do {
            let value = try await body(world)
            await world.sqlite.close()
            return value
        } catch {
            await world.sqlite.close()
            throw error
        }
    }

    private init(
        seed: UInt64, isOnDisk: Bool, capacity: Int64, proofPatience: Duration, hasJournal: Bool
    ) async throws {
        self.proofPatience = proofPatience
        self.hasJournal = hasJournal
        // Rows are as durable in memory as they need be here: no test of this kind cuts the power of SQLite's file.
        directory = try TemporaryDirectory(in: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : nil)
        sqlite = try await SQLiteDatabase.open(path: directory.path("pawl.sqlite"), readers: testThreads)
        _ = try await sqlite.migrate()
        clock = TestAmbient(seed: seed)
        memory = isOnDisk ? nil : MemoryFileSystem(capacity: capacity)
        let (power, reads) = (power, reads)
        files = FaultyFileSystem(memory ?? POSIXFileSystem(threads: testThreads)) { call, _ in
            if call == .read { await reads.pass() }
            try power.step()
        }
        layout = DiskLayout(root: directory.path("storage"))
        for kind in DiskLayout.SegmentKind.allCases { try await files.makeDirectory(layout.segments(kind)) }
        rooms = Self.rooms(files, layout, sqlite, power, clock, proofPatience, hasJournal)
        if hasJournal { try await rooms.journal.start() }
        let game = try await rooms.create(Game.schema, ["slug": "game", "name": "Game"])
        asset = try await rooms.create(Asset.schema, ["game_id": .string(game.description), "path": "builds/win64"])
    }

    private static func rooms(
        _ files: any FileSystem, _ layout: DiskLayout, _ sqlite: SQLiteDatabase, _ power: PowerSwitch,
        _ clock: TestAmbient, _ proofPatience: Duration, _ hasJournal: Bool
    ) -> Rooms {
        let database = PoweredDatabase(base: sqlite, power: power)
        let registry = ResourceRegistry(
            schemas: Model.schemas, rules: [ChannelRule(), AssetRule()],
            verbs: [IssueKey(), RevokeKey(), UndeleteAsset(window: undeleteWindow)])
        let observations = Observations()
        let store = BlockStore(
            storage: SegmentDirectory(files: files, layout: layout), database: database, ambient: clock.ambient,
            uploadLifetime: uploadLifetime, reserve: 0, observe: { observations.append($0) })
        let journal = SegmentJournal(
            storage: SegmentDirectory(files: files, layout: layout, kind: .journal), store: store)
        let writePath = WritePath(
            database: database, registry: registry, ambient: clock.ambient, journal: hasJournal ? journal : nil)
        let context = TransferContext(
            blocks: store, writePath: writePath, uploadLifetime: uploadLifetime, proofPatience: proofPatience)
        let uploads = Uploads(context: context)
        return Rooms(
            database: database, writePath: writePath, store: store, journal: journal,
            scrub: Scrub(store: store, journal: journal), uploads: uploads,
            downloads: Downloads(context: context),
            versions: Versions(context: context, window: undeleteWindow), expiry: UploadExpiry(of: uploads),
            doctor: Doctor(store: store), observations: observations)
    }

    /// Starts again on what there is, as after a crash: whatever ran before must have ended.
    func open() async throws {
        power.restore()
        rooms = Self.rooms(files, layout, sqlite, power, clock, proofPatience, hasJournal)
        try await rooms.store.recover()
        if hasJournal { try await rooms.journal.start() }
    }

    /// Loses the database and makes it anew from the segments, then starts on that.
    @discardableResult
    func rebuild() async throws -> RebuildReport {
        await rooms.journal.close()
        await sqlite.close()
        let (database, report) = try await rebuilt()
        sqlite = database
        try await open()
        return report
    }

    /// Loses the database, and starts on an empty one beside the segments.
    func beginAnew() async throws {
        await rooms.journal.close()
        await sqlite.close()
        sqlite = try await newDatabase()
        try await open()
    }

    /// The versions that a rebuild would bring back now.
    func rebuiltVersions() async throws -> [ResourceID] {
        let (database, _) = try await rebuilt()
        let versions = try await database.read { sql in
            try sql.rows("SELECT id FROM versions ORDER BY number", []).map { try $0.id("id") }
        }
        await database.close()
        return versions
    }

    private func rebuilt() async throws -> (SQLiteDatabase, RebuildReport) {
        let database = try await newDatabase()
        let report = try await Rebuild(
            storage: SegmentDirectory(files: files, layout: layout),
            journal: SegmentDirectory(files: files, layout: layout, kind: .journal), database: database,
            ambient: clock.ambient
        ).run()
        return (database, report)
    }

    private func newDatabase() async throws -> SQLiteDatabase {
        let name = "\(clock.ambient.newID("tst")).sqlite"
        let database = try await SQLiteDatabase.open(path: directory.path(name), readers: testThreads)
        _ = try await database.migrate()
        return database
    }
}

/// What a store told.
final class Observations: Sendable {
    private let all = Mutex<[BlockObservation]>([])

    func append(_ observation: BlockObservation) { all.withLock { $0.append(observation) } }

    /// Segments that were not there, or not whole.
    var lostCount: Int {
        all.withLock { all in all.count { if case .segmentLost = $0 { true } else { false } } }
    }

    /// The blocks that recovery kept.
    var recoveredCount: Int {
        all.withLock { all in
            all.reduce(0) { if case .recovered(_, let blocks, _) = $1 { $0 + blocks } else { $0 } }
        }
    }
}

// MARK: What a client does

extension BlockWorld.Rooms {
    func create(_ schema: ResourceSchema, _ body: JSONObject) async throws -> ResourceID {
        let answer = try await writePath.apply(by: .daemon) { Answer(.created, .object(try $0.create(schema, body))) }
        return ResourceID(answer.body.object?["id"]?.string ?? "")!
    }

    func begin(_ asset: ResourceID, sha256: Digest? = nil) async throws -> ResourceID {
        try await uploads.begin(UploadDraft(.asset(asset), door: .blocks, sha256: sha256), by: .daemon).id
    }

    func missing(_ blocks: [TestBlock], of upload: ResourceID) async throws -> [TestBlock] {
        let missing = try await uploads.missing(blocks.map(\.id), of: upload, by: .daemon)
        return zip(blocks, missing).filter(\.1).map(\.0)
    }

    /// One `PUT …/blocks`; returns when all is acknowledged.
    func put(_ blocks: [TestBlock], to upload: ResourceID) async throws {
        var receiver = try await uploads.receiver(of: upload, by: .daemon)
        for block in blocks { try await receiver.receive(block.record) }
        try await receiver.finish()
    }

    @discardableResult
    func commit(_ blocks: [TestBlock], of upload: ResourceID) async throws -> Version {
        try await uploads.commit(upload, Manifest(blocks), by: .daemon).body.decoded()
    }

    /// Have, put and commit as one.
    @discardableResult
    func push(_ blocks: [TestBlock], to asset: ResourceID) async throws -> Version {
        let upload = try await begin(asset)
        try await put(try await missing(blocks, of: upload), to: upload)
        return try await commit(blocks, of: upload)
    }

    /// Reads blocks of the one game.
    func read(_ blocks: [TestBlock]) async throws -> [UInt8] {
        var reader = BlockReader(store: store, game: 1)
        do {
            let references = blocks.map(\.reference)[...]
            let locations = try await reader.located(Array(references))
            var bytes: [UInt8] = []
            var done = 0
            while done < references.count {
                let run = try await reader.read(references[done...], at: locations[done...])
                bytes += run.bytes.readableBytesView
                done += run.count
            }
            await reader.close()
            return bytes
        } catch {
            await reader.close()
            throw error
        }
    }

    func content(of version: ResourceID) async throws -> [UInt8] {
        let selected = try await downloads.version(version, for: .daemon)
        let stream = downloads.stream(0..<selected.version.size, of: selected)
        var bytes: [UInt8] = []
        try await stream.forEach { bytes += $0.readableBytesView }
        return bytes
    }

    func segments() async throws -> [SegmentRow] {
        try await database.read { try SegmentRows($0).all() }
    }

    /// How many holders a block counts; nil when the game does not have it.
    func references(_ block: TestBlock) async throws -> Int64? {
        try await database.read { sql in
            try BlockAudit(sql).referenceCounts()[BlockKey(game: 1, id: block.id)]
        }
    }

    func sweep() async throws { _ = try await expiry.sweep() }

    func findings() async throws -> [String] { try await doctor.examine().findings }
}
