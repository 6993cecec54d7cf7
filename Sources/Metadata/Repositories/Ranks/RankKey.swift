package import PawlModel

/// Where an entry stands among the others of its board: bytes that compare as the entries rank, lower ones first.
///
/// Each column as a 64-bit number, complemented when more comes first; then the time the values were reached, in
/// microseconds; then the player's id. Every number is big-endian with its sign bit flipped, so that bytes compare as
/// numbers do. The id makes keys unique; between two players it only decides when all else is equal.
package struct RankKey: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ standing: ScoreStanding, of player: ResourceID, by columns: ScoreColumns) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * columns.columns.count + Self.tailSize)
        for (column, value) in zip(columns.columns, standing.values) {
            bytes.append(bigEndian: Self.ordered(value, column.direction))
        }
        bytes.append(bigEndian: Self.ordered(standing.reachedAt.microseconds, .ascending))
        bytes.append(bigEndian: player.value)
        self.bytes = bytes
    }

    /// The bytes of a stored key, or nil when no key has so many.
    package init?(bytes: [UInt8]) {
        guard Self.sizes.contains(bytes.count), bytes.count % 8 == 0 else { return nil }
        self.bytes = bytes
    }

    /// Bytes of a key, by the number of columns.
    private static let sizes = 8 + tailSize...8 * Limits.scoreColumnsMax + tailSize
    /// The time and the id.
    private static let tailSize = 8 + 16
    /// What the id of every player begins with.
    private static let playerPrefix = Player.schema.idPrefix

    /// Maps numbers to unsigned ones that compare as they rank.
    private static func ordered(_ value: Int64, _ direction: Leaderboard.Direction) -> UInt64 {
        let ascending = UInt64(bitPattern: value) ^ (1 << 63)
        return direction == .ascending ? ascending : ~ascending
    }
}

extension RankKey {
    package var playerID: ResourceID {
        let value = bytes.suffix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return ResourceID(prefix: Self.playerPrefix, value: value)
    }

    /// What the key was made from, or nil when it has another number of columns.
    package func standing(by columns: ScoreColumns) -> ScoreStanding? {
        guard bytes.count == 8 * columns.columns.count + Self.tailSize else { return nil }
        let values = columns.columns.indices.map { number(at: $0, columns.columns[$0].direction) }
        return ScoreStanding(
            values: values, reachedAt: Timestamp(microseconds: number(at: values.count, .ascending)))
    }

    private func number(at index: Int, _ direction: Leaderboard.Direction) -> Int64 {
        let word = bytes[8 * index..<8 * index + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let ascending = direction == .ascending ? word : ~word
        return Int64(bitPattern: ascending ^ (1 << 63))
    }
}

extension RankKey {
    /// The bytes as hexadecimal digits, for page tokens.
    package var text: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Reads `text`, which may come from anybody: every key is a position, whether or not an entry has it.
    package init?(text: String) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        self.init(
            bytes: stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}

extension RankKey: Comparable {
    package static func < (left: RankKey, right: RankKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
