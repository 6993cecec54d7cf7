package import Files
import NIOCore
import PawlModel

/// What every `FileSystem` must do. The subject comes with an empty directory of its own.
package enum FileSystemContract {
    package struct Subject: Sendable {
        package var files: any FileSystem
        /// An existing, empty directory.
        package var directory: String

        package init(files: any FileSystem, directory: String) {
            self.files = files
            self.directory = directory
        }

        func path(_ name: String) -> String { directory + "/" + name }

        func file(_ name: String, _ mode: FileMode, _ bytes: [UInt8] = []) async throws -> any File {
            let file = try await files.open(path(name), mode)
            if !bytes.isEmpty { try await file.write(ByteBuffer(bytes: bytes), at: 0) }
            return file
        }
    }

    package typealias Rule = ContractRule<Subject>

    package static let all: [Rule] = [
        Rule("what was written is read back, at its offset, and holes are zeros") { subject in
            let file = try await subject.file("a", .create)
            try await file.write(ByteBuffer(bytes: [1, 2, 3]), at: 2)
            try require(try await file.size() == 5, "size")
            try require(try await bytes(file, 10, at: 0) == [0, 0, 1, 2, 3], "bytes")
            try require(try await bytes(file, 2, at: 3) == [2, 3], "a part")
            try require(try await bytes(file, 4, at: 5) == [], "past the end")
            try require(try await bytes(file, 0, at: 0) == [], "nothing")
            try await file.close()
        },
        Rule("ranges are read back to back, up to the first that is cut off or not sound") { subject in
            let content = (0..<9000).map { UInt8(truncatingIfNeeded: $0) }
            let file = try await subject.file("a", .create, content)
            let space = ReadSpace()
            func read(
                _ ranges: [Range<Int64>], where isSound: @escaping RangeCheck = { _, _ in true }
            ) async throws -> ByteBuffer {
                try await file.read(ranges, into: space, where: isSound)
            }
            let first = try await read([0..<3, 5..<8, 8..<9])
            try require(Array(first.readableBytesView) == [0, 1, 2, 5, 6, 7, 8], "ranges")
            try require(Array(try await read([8997..<8999, 8999..<9005]).readableBytesView) == [37, 38], "the end")
            let sound = try await read([10..<12, 20..<23, 30..<31]) { index, bytes in
                index < 2 && bytes.elementsEqual([[10, 11], [20, 21, 22]][index])
            }
            try require(Array(sound.readableBytesView) == [10, 11, 20, 21, 22], "the first that is not sound")
            let large = try await read([0..<4000, 4000..<9000, 9000..<9001]) { index, bytes in
                bytes.elementsEqual(content[index == 0 ? 0..<4000 : 4000..<9000])
            }
            try require(large.readableBytes == 9000, "some steps")
            try require(try await read([9000..<9001]).readableBytes == 0, "past the end")
            try require(try await read([]).readableBytes == 0, "nothing")
            // More of them than the system takes at once.
            let many = (0..<3000).map { Int64(3 * $0)..<Int64(3 * $0 + 1) }
            let expected = many.map { content[Int($0.lowerBound)] }
            try require(Array(try await read(many).readableBytesView) == expected, "many ranges")
            try require(Array(first.readableBytesView) == [0, 1, 2, 5, 6, 7, 8], "what was read before stays")
            try await file.close()
        },
        Rule("create refuses a name that exists, read and update one that does not") { subject in
            try await subject.file("a", .create).close()
            let exists = try await thrown(FileError.self) { try await subject.file("a", .create) }
            try require(exists.code == .exists, "\(exists)")
            for mode in [FileMode.read, .update] {
                let missing = try await thrown(FileError.self) { try await subject.file("b", mode) }
                try require(missing.code == .notFound, "\(missing)")
            }
            let nowhere = try await thrown(FileError.self) { try await subject.file("no/where", .create) }
            try require(nowhere.code == .notFound, "\(nowhere)")
        },
        Rule("an uncached file keeps what is there, and is written in whole sectors from a space") { subject in
            try await subject.file("a", .create, [7]).close()
            let sector = Limits.syncAlignment
            let file = try await subject.file("a", .uncached)
            let space = WriteSpace(capacity: 2 * sector)
            try require(space.fill(ByteBuffer(repeating: 1, count: sector + 1)) == sector + 1, "taken")
            try await file.write(space, sector, at: Int64(sector))
            space.drop(sector)
            try require(space.fill(ByteBuffer(repeating: 2, count: 3 * sector)) == 2 * sector - 1, "no more than fits")
            try await file.write(space, 2 * sector, at: Int64(2 * sector))
            space.drop(2 * sector)
            try require(space.fill(ByteBuffer(repeating: 3, count: 5)) == 5, "taken")
            try await file.write(space, sector, at: Int64(4 * sector))
            try await file.close()
            let again = try await subject.file("a", .read)
            let expected =
                [7] + [UInt8](repeating: 0, count: sector - 1) + [UInt8](repeating: 1, count: sector + 1)
                + [UInt8](repeating: 2, count: 2 * sector - 1) + [3, 3, 3, 3, 3]
                + [UInt8](repeating: 0, count: sector - 5)
            try require(try await bytes(again, 9 * sector, at: 0) == expected, "bytes")
            try await again.close()
        },
        Rule("allocate leaves the size alone, truncate sets it") { subject in
            let file = try await subject.file("a", .create, [1, 2, 3, 4])
            try await file.allocate(0..<100_000)
            try require(try await file.size() == 4, "size after allocate")
            try await file.truncate(to: 2)
            try require(try await bytes(file, 9, at: 0) == [1, 2], "cut")
            try await file.truncate(to: 3)
            try require(try await bytes(file, 9, at: 0) == [1, 2, 0], "extended")
            try await file.synchronize()
            try await file.close()
        },
        Rule("list is sorted, and empty for a directory that is not there") { subject in
            for name in ["b", "a", "c"] { try await subject.file(name, .create).close() }
            try require(try await subject.files.list(subject.directory) == ["a", "b", "c"], "names")
            try require(try await subject.files.list(subject.path("none")) == [], "none")
        },
        Rule("makeDirectory makes those above, and does nothing the second time") { subject in
            for _ in 0..<2 { try await subject.files.makeDirectory(subject.path("x/y/z")) }
            try require(try await subject.files.list(subject.path("x")) == ["y"], "names")
            try await subject.file("x/y/z/f", .create).close()
            let file = try await thrown(FileError.self) {
                try await subject.files.makeDirectory(subject.path("x/y/z/f"))
            }
            try require(file.code == .exists, "\(file)")
        },
        Rule("rename replaces the target, remove takes a missing name for removed") { subject in
            try await subject.file("a", .create, [1]).close()
            try await subject.file("b", .create, [2]).close()
            try await subject.files.rename(subject.path("a"), to: subject.path("b"))
            try require(try await subject.files.list(subject.directory) == ["b"], "names")
            let file = try await subject.file("b", .read)
            try require(try await bytes(file, 1, at: 0) == [1], "bytes")
            try await subject.files.remove(subject.path("b"))
            try await subject.files.remove(subject.path("b"))
            try require(try await bytes(file, 1, at: 0) == [1], "an open file outlives its name")
            try await file.close()
            let missing = try await thrown(FileError.self) {
                try await subject.files.rename(subject.path("b"), to: subject.path("c"))
            }
            try require(missing.code == .notFound, "\(missing)")
            try await subject.files.synchronizeDirectory(subject.directory)
        },
        Rule("a closed file refuses everything but another close") { subject in
            let file = try await subject.file("a", .create, [1])
            try await file.makeReadOnly()
            try await file.close()
            try await file.close()
            _ = try await thrown(FileError.self) { try await file.read(1, at: 0) }
            _ = try await thrown(FileError.self) { try await file.synchronize() }
        },
        Rule("a file opened for reading refuses writes") { subject in
            try await subject.file("a", .create, [1]).close()
            let file = try await subject.file("a", .read)
            _ = try await thrown(FileError.self) { try await file.write(ByteBuffer(bytes: [2]), at: 0) }
            try require(try await bytes(file, 1, at: 0) == [1], "bytes")
            try await file.close()
        },
        Rule("free space is told") { subject in
            try require(try await subject.files.freeSpace(at: subject.directory) > 0, "free space")
        },
    ]
}

private func bytes(_ file: any File, _ count: Int, at offset: Int64) async throws -> [UInt8] {
    Array(try await file.read(count, at: offset).readableBytesView)
}
