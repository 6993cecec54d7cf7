package import BlockFormat
package import Blocks
package import Files
import NIOCore

/// Segments as files of a directory.
package struct SegmentDirectory: SegmentStorage {
    private let files: any FileSystem
    private let layout: DiskLayout

    package init(files: any FileSystem, layout: DiskLayout) {
        self.files = files
        self.layout = layout
    }

    package func open(_ header: SegmentHeader, at length: Int64) async throws -> any SegmentFile {
        do {
            let directory = layout.directory(ofSegment: header.number)
            try await files.makeDirectory(directory)
            let path = layout.segment(header.number)
            let file = try await files.open(path, .uncached)
            let segment = DiskSegment(file: file, path: path, directory: directory, files: files)
            do {
                try await segment.begin(header, at: length)
            } catch {
                try? await segment.close()
                throw error
            }
            return segment
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    package func read(_ number: Int64) async throws -> any SegmentSource {
        do {
            return DiskSource(file: try await files.open(layout.segment(number), .read))
        } catch let error as FileError where error.code == .notFound {
            throw BlockStoreError(.segmentMissing, "segment \(number) is not there")
        }
    }

    package func length(of number: Int64) async throws -> Int64? {
        do {
            let file = try await files.open(layout.segment(number), .read)
            let size = try await file.size()
            try await file.close()
            return size
        } catch let error as FileError where error.code == .notFound {
            return nil
        }
    }

    package func numbers() async throws -> [Int64] {
        var numbers: [Int64] = []
        for directory in try await files.list(layout.segments) {
            numbers += try await files.list(layout.segments + "/" + directory).compactMap(DiskLayout.segmentNumber)
        }
        return numbers.sorted()
    }

    package func remove(_ number: Int64) async throws {
        do {
            try await files.remove(layout.segment(number))
            try await files.synchronizeDirectory(layout.directory(ofSegment: number))
        } catch let error as FileError where error.code == .notFound {
            // No segment of this thousand was ever written.
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    package func freeSpace() async throws -> Int64 {
        try await files.freeSpace(at: layout.root)
    }
}

extension BlockStoreError {
    /// A full disk in the store's own words; any other error as it is.
    static func telling(_ error: any Error) -> any Error {
        guard let error = error as? FileError, error.code == .noSpace else { return error }
        return BlockStoreError(.full, "\(error.call) found no space")
    }
}

/// A sealed or unsealed segment that is read.
private struct DiskSource: SegmentSource {
    let file: any File

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer { try await file.read(count, at: offset) }
    func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer {
        try await file.read(ranges, into: space, where: isSound)
    }

    func close() async throws { try await file.close() }
}
