import PawlModel

/// Cuts the bytes of a file into blocks where their content says so: the profile `gear64-1`.
///
/// A cut depends only on the 64 bytes before it and on where the block began, so an insertion moves the cuts
/// near it and no others. `docs/block-format.md` has the definition and vectors. Lengths are in bytes:
/// at least `Limits.blockSizeMin` but for the last block of a file, at most `Limits.blockSizeMax`, 64 KiB on average.
package enum Chunker {
    /// The name that a manifest carries.
    package static let profile = "gear64-1"

    /// Bytes that the rolling hash can see: after 64 shifts nothing is left of an older one.
    private static let windowLength = 64
    /// A cut comes when the hash is below this: once in 2^15 bytes, so 32 KiB after the shortest length.
    private static let threshold: UInt64 = 1 << 49
    /// What each value of a byte adds to the hash: the first 8 bytes of SHA-256("pawl gear64-1" ‖ value).
    package static let table: [UInt64] = (0...255).map { value in
        let digest = Digest(sha256Of: Array("pawl gear64-1".utf8) + [UInt8(value)])
        return digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The length of the first block in `bytes`, which begin where a block begins.
    ///
    /// Returns nil when the cut lies beyond `bytes` and more of the file may come. With `isEnd` they are the rest
    /// of the file, and what no cut ends is the last block; nil then means that nothing is left. A scan begins at
    /// the block's start each time: whoever streams does well to collect `Limits.blockSizeMax` bytes first.
    package static func firstBlockLength(in bytes: UnsafeRawBufferPointer, isEnd: Bool) -> Int? {
        if let cut = firstCut(in: bytes) { return cut }
        if bytes.count >= Limits.blockSizeMax { return Limits.blockSizeMax }
        return isEnd && !bytes.isEmpty ? bytes.count : nil
    }

    /// The length up to the first place where the hash cuts, if there is one within the longest block.
    private static func firstCut(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, bytes.count >= Limits.blockSizeMin else { return nil }
        let start = base.assumingMemoryBound(to: UInt8.self)
        let end = start + min(bytes.count, Limits.blockSizeMax)
        return table.withUnsafeBufferPointer { table in
            let gear = table.baseAddress!
            // The window before the first possible cut; nothing before it can matter.
            var next = start + (Limits.blockSizeMin - windowLength)
            let firstCheck = start + (Limits.blockSizeMin - 1)
            var hash: UInt64 = 0
            while next < firstCheck {
                hash = (hash &<< 1) &+ gear[Int(next.pointee)]
                next += 1
            }
            // Four bytes a step: what they add does not depend on the hash, so the processor works ahead, and looks at
            // the least of the four hashes alone.
            while end - next >= 4 {
                let first = gear[Int(next[0])]
                let second = (first &<< 1) &+ gear[Int(next[1])]
                let third = (second &<< 1) &+ gear[Int(next[2])]
                let fourth = (third &<< 1) &+ gear[Int(next[3])]
                let hashes = ((hash &<< 1) &+ first, (hash &<< 2) &+ second, (hash &<< 3) &+ third)
                hash = (hash &<< 4) &+ fourth
                if min(min(hashes.0, hashes.1), min(hashes.2, hash)) < threshold {
                    if hashes.0 < threshold { return next - start + 1 }
                    if hashes.1 < threshold { return next - start + 2 }
                    return next - start + (hashes.2 < threshold ? 3 : 4)
                }
                next += 4
            }
            while next < end {
                hash = (hash &<< 1) &+ gear[Int(next.pointee)]
                next += 1
                if hash < threshold { return next - start }
            }
            return nil
        }
    }
}
