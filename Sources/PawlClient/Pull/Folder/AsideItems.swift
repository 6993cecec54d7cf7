internal import Synchronization

/// What stands where the version has something of another kind. Each stays in its place until what comes there is whole,
/// and is then in the staging area, where blocks can still be copied from it, until the pull has done all else.
final class AsideItems: Sendable {
    private let local: LocalFolder
    private let area: StagingArea
    /// Directories to be made where such items stand, or beneath, each behind the one that it is in.
    private let directories: [String]
    /// The paths of those that are still to be made.
    private let unmade: Mutex<Set<[UInt8]>>
    /// The paths of the items that are in their places.
    private let waiting: Mutex<Set<[UInt8]>>
    private let places = Mutex<[(path: String, name: String)]>([])

    /// - Parameter directories: All that are to be made, each behind the one that it is in.
    init(_ items: [Int], of local: LocalFolder, in area: StagingArea, directories: [String]) {
        self.local = local
        self.area = area
        let paths = Set(items.map { Array(local.items[$0].path.utf8) })
        waiting = Mutex(paths)
        self.directories =
            paths.isEmpty ? [] : directories.filter { path in Self.parts(of: path).contains { paths.contains($0) } }
        unmade = Mutex(Set(self.directories.map { Array($0.utf8) }))
    }

    /// A path and those of all directories that it is in, the shortest first.
    private static func parts(of path: String) -> [[UInt8]] {
        let bytes = Array(path.utf8)
        return bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { Array(bytes[..<$0]) } + [bytes]
    }

    /// Whether a directory can be made only after something was put aside.
    func stand(onTheWayTo path: String) -> Bool { unmade.withLock { $0.contains(Array(path.utf8)) } }

    /// Puts aside what stands at a path or on the way to it, and makes the directories there. Blocks the thread.
    func makeWay(to path: String) throws {
        guard unmade.withLock({ !$0.isEmpty }) || waiting.withLock({ !$0.isEmpty }) else { return }
        for part in Self.parts(of: path) {
            let path = String(decoding: part, as: UTF8.self)
            if waiting.withLock({ $0.remove(part) }) != nil { try putAside(path) }
            if unmade.withLock({ $0.remove(part) }) != nil { try area.folder.makeDirectory(path) }
        }
    }

    /// The same for all that are left: for directories without files.
    func makeWayToRest() throws {
        for path in directories { try makeWay(to: path) }
    }

    private func putAside(_ path: String) throws {
        // What a pull that was killed had put aside is still there.
        let name = try area.putAside(path, number: 1 + (area.asideNumbers.max() ?? 0))
        places.withLock { $0.append((path, name)) }
    }

    /// Moves those back whose places are free, after a failure.
    func putBack() {
        for place in places.withLock({ $0 }).reversed() { area.putBack(place.name, to: place.path) }
    }

    /// Where an item is now.
    func path(of item: Int) -> String {
        let path = local.items[item].path
        for place in places.withLock({ $0 }) where path.utf8.starts(with: place.path.utf8) {
            let rest = path.utf8.dropFirst(place.path.utf8.count)
            if rest.isEmpty || rest.first == UInt8(ascii: "/") {
                return area.path(of: place.name) + String(Substring(rest))
            }
        }
        return local.path + "/" + path
    }
}
