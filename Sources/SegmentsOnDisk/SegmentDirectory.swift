package import BlockFormat
package import Blocks
package import Files
package import NIOCore

/// Segments as files of a directory.
package struct SegmentDirectory: SegmentStorage {
    private let files: any FileSystem
    private let layout: DiskLayout
    private let kind: DiskLayout.SegmentKind

    package init(files: any FileSystem, layout: DiskLayout, kind: DiskLayout.SegmentKind = .blocks) {
        self.files = files
        self.layout = layout
        self.kind = kind
    }

    package func open(_ header: SegmentHeader, at length: Int64) async throws -> any SegmentFile {
        do {
            let directory = layout.directory(ofSegment: header.number, kind)
            try await files.makeDirectory(directory)
            let path = layout.segment(header.number, kind)
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
            return DiskSource(file: try await files.open(layout.segment(number, kind), .read))
        } catch let error as FileError where error.code == .notFound {
            throw BlockStoreError(.segmentMissing, "segment \(number) is not there")
        }
    }

    package func length(of number: Int64) async throws -> Int64? {
        do {
            let file = try await files.open(layout.segment(number, kind), .read)
            let size = try await file.size()
            try await file.close()
            return size
        } catch let error as FileError where error.code == .notFound {
            return nil
        }
    }

    package func numbers() async throws -> [Int64] {
        var numbers: [Int64] = []
        let root = layout.segments(kind)
        for directory in try await files.list(root) where DiskLayout.isDirectoryOfSegments(directory) {
            numbers += try await files.list(root + "/" + directory).compactMap(DiskLayout.segmentNumber)
        }
        return numbers.sorted()
    }

    package func remove(_ number: Int64) async throws {
        do {
            try await files.remove(layout.segment(number, kind))
            try await files.synchronizeDirectory(layout.directory(ofSegment: number, kind))
        } catch let error as FileError where error.code == .notFound {
            // No segment of this thousand was ever written.
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    package func mend(_ number: Int64, with bytes: ByteBuffer, at offset: Int64) async throws {
        let path = layout.segment(number, kind)
        let (file, isReadOnly) = try await openToMend(path)
        do {
            try await file.write(bytes, at: offset)
            try await file.synchronize()
            if isReadOnly { try await file.makeReadOnly() }
        } catch {
            try? await file.close()
            throw error
        }
        try await file.close()
    }

    private func openToMend(_ path: String) async throws -> (file: any File, isReadOnly: Bool) {
        let isReadOnly = try await files.makeWritable(path)
        return (try await files.open(path, .update), isReadOnly)
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
