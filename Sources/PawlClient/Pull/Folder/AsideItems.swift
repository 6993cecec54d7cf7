/// Items that stood in the way: they are in the staging area, where blocks can still be copied from them.
struct AsideItems: Sendable {
    private let local: LocalFolder
    private var places: [(prefix: String, path: String)] = []

    /// Moves them there. Blocks the thread.
    init(_ items: [Int], of local: LocalFolder, in area: StagingArea) throws {
        self.local = local
        for (number, item) in items.enumerated() {
            let name = "aside-\(number)"
            try area.folder.putAside(local.items[item].path, to: name, in: area.descriptor)
            places.append((local.items[item].path, area.path(of: name)))
        }
    }

    /// Where an item is now.
    func path(of item: Int) -> String {
        let path = local.items[item].path
        for place in places where path.utf8.starts(with: place.prefix.utf8) {
            let rest = path.utf8.dropFirst(place.prefix.utf8.count)
            if rest.isEmpty || rest.first == UInt8(ascii: "/") { return place.path + String(Substring(rest)) }
        }
        return local.path + "/" + path
    }
}
