/// In which order operations are done: each behind all that it depends on, and otherwise as they were given.
///
/// Kahn's algorithm with ties broken by place: the same operations always have the same order.
public struct ChangesetOrder: Hashable, Sendable {
    /// Places in the list, in the order in which they are done.
    public var places: [Int]

    public enum Failure: Error, Hashable {
        /// Places that depend on each other in a ring; the first one stands again at the end.
        case cycle([Int])
    }

    /// - Parameters:
    ///   - count: How many operations there are.
    ///   - edges: `second` comes behind `first`. Said twice is said once.
    public init(count: Int, edges: Set<Edge>) throws(Failure) {
        var (followers, waiting) = ([[Int]](repeating: [], count: count), [Int](repeating: 0, count: count))
        for edge in edges {
            followers[edge.first].append(edge.second)
            waiting[edge.second] += 1
        }
        var ready = MinHeap((0..<count).filter { waiting[$0] == 0 })
        places = []
        while let place = ready.popMin() {
            places.append(place)
            for follower in followers[place] {
                waiting[follower] -= 1
                if waiting[follower] == 0 { ready.insert(follower) }
            }
        }
        guard places.count < count else { return }
        throw .cycle(Self.ring(among: (0..<count).filter { waiting[$0] > 0 }, followers))
    }

    public struct Edge: Hashable, Sendable {
        public var first: Int
        public var second: Int

        public init(_ first: Int, before second: Int) {
            self.first = first
            self.second = second
        }
    }

    /// One ring among places of which each has another one before it.
    private static func ring(among places: [Int], _ followers: [[Int]]) -> [Int] {
        let left = Set(places)
        var before: [Int: Int] = [:]
        for place in places {
            for follower in followers[place] where left.contains(follower) && before[follower] == nil {
                before[follower] = place
            }
        }
        // Backwards from any of them the way ends in a ring.
        var (path, place) = ([Int](), places[0])
        while !path.contains(place) {
            path.append(place)
            guard let next = before[place] else { break }
            place = next
        }
        let ring = Array(path[(path.firstIndex(of: place) ?? 0)...].reversed())
        // Begin with the one that was given first.
        let start = ring.indices.min { ring[$0] < ring[$1] } ?? 0
        return Array(ring[start...] + ring[..<start]) + [ring[start]]
    }
}

/// The places that are ready, the least one first.
private struct MinHeap {
    private var values: [Int] = []

    init(_ values: [Int]) {
        for value in values { insert(value) }
    }

    mutating func insert(_ value: Int) {
        values.append(value)
        var child = values.count - 1
        while child > 0, values[child] < values[(child - 1) / 2] {
            values.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popMin() -> Int? {
        guard let first = values.first else { return nil }
        let last = values.removeLast()
        guard !values.isEmpty else { return first }
        values[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < values.count }
            guard let least = children.min(by: { values[$0] < values[$1] }), values[least] < values[parent] else {
                return first
            }
            values.swapAt(parent, least)
            parent = least
        }
    }
}
