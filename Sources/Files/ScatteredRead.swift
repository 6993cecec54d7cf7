import Glibc

/// Some ranges of a file put back to back in memory by one call (preadv(2)), with what lies between them put aside.
struct ScatteredRead {
    private let ranges: [Range<Int64>]
    /// Of all ranges together, in bytes.
    let count: Int

    /// - Parameter ranges: In order, and not overlapping.
    init(_ ranges: [Range<Int64>]) {
        self.ranges = ranges
        count = ranges.reduce(0) { $0 + $1.count }
    }

    /// Fills `memory` with the ranges before the first one that the file ends in or that is not sound, and returns their
    /// bytes. It goes by steps of which each is checked before the next one drives it out of the processor's cache.
    ///
    /// - Parameter read: preadv(2) at an offset.
    func fill(
        _ memory: UnsafeMutableRawBufferPointer, where isSound: RangeCheck,
        _ read: (UnsafePointer<iovec>, Int32, Int64) throws -> Int
    ) throws -> Int {
        let aside = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, longestGap), alignment: 1)
        defer { aside.deallocate() }
        var (filled, next) = (0, 0)
        while next < ranges.count {
            let step = next..<stepEnd(from: next)
            let end = try fill(ranges[step], UnsafeMutableRawBufferPointer(rebasing: memory[filled...]), aside, read)
            for index in step {
                let range = ranges[index]
                let bytes = memory[filled..<filled + range.count]
                guard range.upperBound <= end, isSound(index, UnsafeRawBufferPointer(rebasing: bytes)) else {
                    return filled
                }
                filled += range.count
            }
            next = step.upperBound
        }
        return filled
    }

    /// Bytes of one step, about: a part of what a core keeps for itself.
    private static let stepSize = 256 * 1024

    private func stepEnd(from start: Int) -> Int {
        var (end, count) = (start, 0)
        while end < ranges.count, end - start < Self.vectorsMax / 2, count < Self.stepSize {
            count += ranges[end].count
            end += 1
        }
        return end
    }

    /// Reads some of the ranges to the start of `memory`, and returns how far in the file it came.
    private func fill(
        _ ranges: ArraySlice<Range<Int64>>, _ memory: UnsafeMutableRawBufferPointer,
        _ aside: UnsafeMutableRawBufferPointer, _ read: (UnsafePointer<iovec>, Int32, Int64) throws -> Int
    ) throws -> Int64 {
        guard let start = ranges.first?.lowerBound else { return 0 }
        var vectors = Self.vectors(ranges, memory, aside)[...]
        var end = start
        while !vectors.isEmpty {
            let count = try vectors.withUnsafeBufferPointer {
                try read($0.baseAddress!, Int32(min($0.count, Self.vectorsMax)), end)
            }
            if count == 0 { break }
            end += Int64(count)
            Self.drop(count, from: &vectors)
        }
        return end
    }

    /// What one call takes (IOV_MAX of limits.h).
    private static let vectorsMax = 1024

    private var longestGap: Int {
        zip(ranges, ranges.dropFirst()).reduce(0) { max($0, Int($1.1.lowerBound - $1.0.upperBound)) }
    }

    /// Where each byte from the first range to the last goes. All that is put aside goes to the same place.
    private static func vectors(
        _ ranges: ArraySlice<Range<Int64>>, _ memory: UnsafeMutableRawBufferPointer,
        _ aside: UnsafeMutableRawBufferPointer
    ) -> [iovec] {
        var vectors: [iovec] = []
        vectors.reserveCapacity(2 * ranges.count)
        var filled = 0
        var end = ranges.first?.lowerBound ?? 0
        for range in ranges where !range.isEmpty {
            let gap = Int(range.lowerBound - end)
            if gap > 0 { vectors.append(iovec(iov_base: aside.baseAddress, iov_len: gap)) }
            vectors.append(iovec(iov_base: memory.baseAddress.map { $0 + filled }, iov_len: range.count))
            filled += range.count
            end = range.upperBound
        }
        return vectors
    }

    private static func drop(_ count: Int, from vectors: inout ArraySlice<iovec>) {
        var rest = count
        while let first = vectors.first, rest >= first.iov_len {
            rest -= first.iov_len
            vectors.removeFirst()
        }
        guard rest > 0, !vectors.isEmpty else { return }
        vectors[vectors.startIndex].iov_base += rest
        vectors[vectors.startIndex].iov_len -= rest
    }
}
