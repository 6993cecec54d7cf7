internal import PawlModel

/// A set of block ids that remembers 8 of the 32 bytes of each.
///
/// Two ids with the same first 8 bytes are mistaken for one, about once in 10^13 for a file of a million blocks. So it
/// only ever saves work, and whoever trusts it proves the whole id before it counts.
struct BlockSet: Sendable {
    private var prefixes: Set<UInt64>

    init(minimumCapacity: Int = 0) {
        prefixes = Set(minimumCapacity: minimumCapacity)
    }

    func contains(_ id: Digest) -> Bool {
        prefixes.contains(id.prefix64)
    }

    /// Whether it was not there before.
    mutating func insert(_ id: Digest) -> Bool {
        prefixes.insert(id.prefix64).inserted
    }
}

extension Digest {
    /// The first 8 bytes as one number.
    var prefix64: UInt64 {
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
            write(to: buffer)
            return buffer.load(as: UInt64.self)
        }
    }
}
