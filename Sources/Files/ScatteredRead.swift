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

    /// Fills `memory`, and returns how many of its bytes are there: fewer only where the file ends.
    ///
    /// - Parameter read: preadv(2) at an offset.
    func fill(
        _ memory: UnsafeMutableRawBufferPointer, _ read: (UnsafePointer<iovec>, Int32, Int64) throws -> Int
    ) throws -> Int {
        guard let start = ranges.first?.lowerBound else { return 0 }
        let aside = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, longestGap), alignment: 1)
        defer { aside.deallocate() }
        var vectors = vectors(memory, aside)[...]
        var end = start
        while !vectors.isEmpty {
            let step = try vectors.withUnsafeBufferPointer {
                try read($0.baseAddress!, Int32(min($0.count, Self.vectorsMax)), end)
            }
            if step == 0 { break }
            end += Int64(step)
            Self.drop(step, from: &vectors)
        }
        return ranges.reduce(0) { $0 + Int(min(max(0, end - $1.lowerBound), Int64($1.count))) }
    }

    /// What one call takes (IOV_MAX of limits.h).
    private static let vectorsMax = 1024

    private var longestGap: Int {
        zip(ranges, ranges.dropFirst()).reduce(0) { max($0, Int($1.1.lowerBound - $1.0.upperBound)) }
    }

    /// Where each byte from the first range to the last goes. All that is put aside goes to the same place.
    private func vectors(_ memory: UnsafeMutableRawBufferPointer, _ aside: UnsafeMutableRawBufferPointer) -> [iovec] {
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
