internal import BlockFormat
internal import NIOPosix
internal import PawlModel

extension FolderPull {
    /// Lets the cache know what the files consist of now.
    func remember(_ local: LocalFolder, _ finished: [Int: FileState]) async {
        guard options.usesCache, content.profile == Chunker.profile, let file = CacheFile(of: path) else { return }
        let entries = Dictionary(
            content.entries.indices.map { (Array(content.entries[$0].path.utf8), $0) }, uniquingKeysWith: { $1 })
        let read = Dictionary(
            local.items.indices.map { (Array(local.items[$0].path.utf8), $0) }, uniquingKeysWith: { $1 })
        _ = try? await client.threads.runIfActive {
            let older = file.load()
            var cache = BlockCache()
            let now = FileClock.now
            for entry in try FolderWalk.list(path).entries where entry.kind == .file {
                let path = Array(entry.path.utf8)
                if let index = entries[path], let state = finished[index] {
                    // Renamed since, and nothing else.
                    guard entry.state.isSameFile(as: state), entry.state.modified == state.modified,
                        entry.state.size == state.size
                    else { continue }
                    cache.insert(entry, content.entries[index].blocks, readAt: now)
                } else if let index = read[path], let time = local.readTimes[index],
                    local.entries[index].state == entry.state, let blocks = local.items[index].blocks
                {
                    cache.insert(entry, blocks, readAt: time)
                } else {
                    cache.insert(entry, from: older)
                }
            }
            file.save(cache)
        }
    }
}
