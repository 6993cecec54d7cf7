import Foundation
import Glibc
import PawlModel
import TestKit
import Testing

/// A volume of its own that is soon full: a tmpfs, where the test may mount one.
final class SmallDisk: Sendable {
    let path: String
    private let directory: TemporaryDirectory

    static let isPermitted: Bool = getuid() == 0 && (try? SmallDisk(mebibytes: 1)) != nil

    init(mebibytes: Int) throws {
        directory = try TemporaryDirectory(in: "/tmp")
        path = directory.path("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("pawl-tests", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            throw ProcessError("mount: errno \(errno)")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all the room that is left.
    func fill() throws {
        let file = open(path + "/ballast", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(file) }
        for size in [1 << 20, 4096] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(file, bytes, size) == size {}
        }
    }

    func makeRoom() { unlink(path + "/ballast") }
}

struct FullDiskTests {
    @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
    func fullDisk_refusesNewBytes_readsGoOn_andRoomIsEnoughToGoOn() async throws {
        let disk = try SmallDisk(mebibytes: 40)
        try await HTTPWorld.with(storage: disk.path + "/storage") { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = (0..<24).map { _ in WireBlock(generator.bytes(100_000)) }
            let bytes = blocks.flatMap(\.bytes)
            let version = try await world.push(blocks)
            let upload = try await world.begin()
            let group = (0..<14).map { _ in WireBlock(generator.bytes(Limits.blockSizeMax)) }
            try disk.fill()

            let refused = try await world.put(group.flatMap(\.record), to: upload)
            #expect(refused.status == 507 && refused.code == "insufficient_storage", "\(refused.text)")
            #expect(refused.headers["retry-after"] != nil)
            let plain = try await world.send("PUT", Routes.content(ofAsset: world.asset), group[0].bytes)
            #expect(plain.status == 507 && plain.code == "insufficient_storage", "\(plain.text)")
            #expect(try await world.send("GET", Routes.content(ofVersion: version.id)).body == bytes)
            #expect(try await world.send("GET", "/v1/uploads/\(upload)").json["state"] == "open")
            let degraded = try await world.send("GET", "/readyz", key: "")
            #expect(degraded.status == 200 && degraded.json["status"] == "degraded", "\(degraded.text)")

            disk.makeRoom()
            #expect(try await world.send("GET", "/readyz", key: "").json == ["status": "ready", "detail": .null])
            let taken = try await world.put(group.flatMap(\.record), to: upload)
            #expect(taken.status == 200, "\(taken.text)")
            #expect(try await world.commit(WireBlock.manifest(group), of: upload).status == 201)
            #expect(try await world.send("GET", Routes.content(ofAsset: world.asset)).body == group.flatMap(\.bytes))
            #expect(try await world.send("POST", "/v1/maintenance:doctor", []).json["findings"] == [])
            #expect(try world.strangeFiles() == [])
            #expect(try await world.versions().count == 2)
        }
    }

    /// Below the high-water mark new bytes are refused before the disk is full, and everything else goes on.
    @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
    func reserve_isKeptFree() async throws {
        let disk = try SmallDisk(mebibytes: 40)
        let reserve = 12 << 20
        try await HTTPWorld.with(storage: disk.path + "/storage", environment: ["PAWL_STORAGE_RESERVE": "\(reserve)"]) {
            world in
            var generator = SeededGenerator(seed: testSeed)
            let upload = try await world.begin()
            var kept: [WireBlock] = []
            var answer: WireAnswer
            repeat {
                let group = (0..<15).map { _ in WireBlock(generator.bytes(Limits.blockSizeMax)) }
                answer = try await world.put(group.flatMap(\.record), to: upload)
                if answer.status == 200 { kept += group }
            } while answer.status == 200 && kept.count < 200
            #expect(answer.status == 507 && answer.code == "insufficient_storage", "\(answer.text)")
            #expect(answer.json["detail"]?.string?.contains("storage.reserve") == true, "\(answer.text)")
            var status = statvfs()
            #expect(statvfs(disk.path, &status) == 0)
            // A segment's reservation may dip into it by one step.
            #expect(Int(status.f_bavail) * Int(status.f_frsize) > reserve - 8 << 20)
            #expect(try await world.commit(WireBlock.manifest(kept), of: upload).status == 201)
            #expect(try await world.send("GET", Routes.content(ofAsset: world.asset)).body == kept.flatMap(\.bytes))
            try await world.create("games", ["slug": "more", "name": "More"])
        }
    }

    /// A daemon that is killed on a full disk starts on it, and reads.
    @Test(.enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
    func startOnAFullDisk_reads() async throws {
        let disk = try SmallDisk(mebibytes: 40)
        var generator = SeededGenerator(seed: testSeed)
        let block = WireBlock(generator.bytes(200_000))
        let storage = disk.path + "/storage"
        let (path, key) = try await HTTPWorld.with(storage: storage) { world in
            let version = try await world.push([block])
            let upload = try await world.begin()
            try disk.fill()
            #expect(try await world.put(WireBlock(generator.bytes(9000)).record, to: upload).status == 507)
            return (Routes.content(ofVersion: version.id), world.admin)
        }
        try await withDaemon(storage: storage) { daemon in
            let text = "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(key)\r\n\r\n"
            let answer = try await Wire(port: daemon.port).exchange([.send(Array(text.utf8))])
            #expect(answer.status == 200 && answer.body == block.bytes, "\(answer.status)")
        }
    }
}
