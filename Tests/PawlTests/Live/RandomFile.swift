import Foundation
import TestKit

/// Files of random bytes, made again from their seeds.
enum RandomFile {
    /// Writes `size` random bytes to `path`.
    static func write(_ path: String, size: Int64, seed: UInt64) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var random = SeededGenerator(seed: seed)
        var rest = Int(size)
        while rest > 0 {
            let count = min(rest, 8 * 1024 * 1024)
            try file.write(contentsOf: data(count, &random))
            rest -= count
        }
    }

    /// Writes a copy of `source` with about a hundredth of its bytes edited in ten places: nine are overwritten, and
    /// 1,000 bytes are inserted near the start.
    static func writeEdited(_ path: String, from source: String, seed: UInt64) throws {
        let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: source))
        defer { try? input.close() }
        let size = try input.seekToEnd()
        try Data().write(to: URL(fileURLWithPath: path))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? output.close() }
        var random = SeededGenerator(seed: seed)
        let inserted = 1000
        let editLength = (size / 100 - UInt64(inserted)) / 9
        let stride = size / 10
        for part in 0..<10 {
            let start = UInt64(part) * stride
            let end = part == 9 ? size : start + stride
            // Somewhere in the first half of this tenth.
            let place = start + random.next() % (stride / 2)
            try copy(start..<place, from: input, to: output)
            if part == 0 {
                try output.write(contentsOf: data(inserted, &random))
                try copy(place..<end, from: input, to: output)
            } else {
                try output.write(contentsOf: data(Int(editLength), &random))
                try copy((place + editLength)..<end, from: input, to: output)
            }
        }
    }

    private static func copy(_ range: Range<UInt64>, from input: FileHandle, to output: FileHandle) throws {
        try input.seek(toOffset: range.lowerBound)
        var rest = range.count
        while rest > 0, let bytes = try input.read(upToCount: min(rest, 8 * 1024 * 1024)) {
            try output.write(contentsOf: bytes)
            rest -= bytes.count
        }
    }

    private static func data(_ count: Int, _ random: inout SeededGenerator) -> Data {
        var data = Data(count: (count + 7) / 8 * 8)
        data.withUnsafeMutableBytes { bytes in
            for index in bytes.bindMemory(to: UInt64.self).indices {
                bytes.storeBytes(of: random.next(), toByteOffset: index * 8, as: UInt64.self)
            }
        }
        return data.prefix(count)
    }

    /// Bytes that a transfer has put so far into a file, or into the files of a folder. (Random bytes have no page of
    /// zeros, and holes have nothing else.)
    static func writtenBytes(in path: String) -> Int64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard names.isEmpty else { return names.reduce(0) { $0 + writtenBytes(in: path + "/" + $1) } }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else { return 0 }
        return stride(from: 0, to: bytes.count, by: 4096).reduce(0) { sum, start in
            let page = bytes[start..<min(start + 4096, bytes.count)]
            return page.contains { $0 != 0 } ? sum + Int64(page.count) : sum
        }
    }

    static func areEqual(_ one: String, _ other: String) -> Bool {
        FileManager.default.contentsEqual(atPath: one, andPath: other)
    }
}
