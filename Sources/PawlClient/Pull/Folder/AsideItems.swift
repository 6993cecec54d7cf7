/// Items that stood in the way: they are in the staging area, where blocks can still be copied from them, until the pull
/// has done all else.
struct AsideItems: Sendable {
    private let local: LocalFolder
    private let area: StagingArea
    private var places: [(prefix: String, name: String)] = []

    /// Moves them there. Blocks the thread.
    init(_ items: [Int], of local: LocalFolder, in area: StagingArea) throws {
        self.local = local
        self.area = area
        // What a pull that was killed had put aside is still there.
        let first = area.asideNumbers.max() ?? 0
        do {
            for (number, item) in items.enumerated() {
                let path = local.items[item].path
                places.append((path, try area.putAside(path, number: first + 1 + number)))
            }
        } catch {
            putBack()
            throw error
        }
    }

    /// Moves those back whose places are free, after a failure.
    func putBack() {
        for place in places.reversed() { area.putBack(place.name, to: place.prefix) }
    }

    /// Where an item is now.
    func path(of item: Int) -> String {
        let path = local.items[item].path
        for place in places where path.utf8.starts(with: place.prefix.utf8) {
            let rest = path.utf8.dropFirst(place.prefix.utf8.count)
            if rest.isEmpty || rest.first == UInt8(ascii: "/") {
                return area.path(of: place.name) + String(Substring(rest))
            }
        }
        return local.path + "/" + path
    }
}
