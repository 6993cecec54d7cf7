import PawlModel

/// The answer to a `HaveRequest`: one bit for each of its ids, in its order, set when the block is missing.
package struct HaveAnswer: Hashable, Sendable {
    package var missing: [Bool]

    package init(missing: [Bool]) {
        self.missing = missing
    }

    package func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(preamble: .haveAnswer)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: UInt32(missing.count))
        var bitmap = [UInt8](repeating: 0, count: (missing.count + 7) / 8)
        for (index, isMissing) in missing.enumerated() where isMissing {
            bitmap[index / 8] |= 0x80 >> (index % 8)
        }
        return bytes + bitmap
    }

    package init(parsing bytes: [UInt8], count: Int) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try HaveAnswer(parsing: UnsafeRawBufferPointer(buffer), count: count)
        }
    }

    /// Reads the answer to a request of `count` ids.
    package init(parsing bytes: UnsafeRawBufferPointer, count: Int) throws(FormatError) {
        var reader = ByteReader(bytes)
        try reader.preamble(.haveAnswer)
        try reader.zeros(2)
        guard Int(try reader.integer(UInt32.self)) == count else {
            throw FormatError(.badLength, "the answer is not for \(count) ids", at: 8)
        }
        let bitmap = try reader.run((count + 7) / 8)
        try reader.end()
        missing = (0..<count).map { bitmap[$0 / 8] & (0x80 >> ($0 % 8)) != 0 }
        if let last = bitmap.last, count % 8 != 0, last & (0xff >> (count % 8)) != 0 {
            throw FormatError(.notZero, "bits after the last id are set", at: bytes.count - 1)
        }
    }
}
