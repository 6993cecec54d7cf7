package import PawlModel

/// Ranges of a content in ascending order, neighbours joined; where they are too many, those nearest to each other.
package struct PlanRanges: Sendable {
    private var ranges: [ContentRange] = []
    private let max: Int

    package init(max: Int = Limits.planRangesMax) {
        self.max = max
    }

    package mutating func append(_ range: ContentRange) {
        if let last = ranges.last, last.offset + last.length == range.offset {
            ranges[ranges.count - 1].length += range.length
        } else {
            if ranges.count == 2 * max { join() }
            ranges.append(range)
        }
    }

    package func joined() -> [ContentRange] {
        var copy = self
        if copy.ranges.count > max { copy.join() }
        return copy.ranges
    }

    /// Joins across the narrowest gaps until no more than the bound are left.
    private mutating func join() {
        let surplus = ranges.count - max
        guard surplus > 0 else { return }
        let gaps = zip(ranges, ranges.dropFirst()).map { $1.offset - ($0.offset + $0.length) }
        let widest = gaps.sorted()[surplus - 1]
        var joined: [ContentRange] = []
        for range in ranges {
            if let last = joined.last, range.offset - (last.offset + last.length) <= widest {
                joined[joined.count - 1].length = range.offset + range.length - last.offset
            } else {
                joined.append(range)
            }
        }
        ranges = joined
    }
}
