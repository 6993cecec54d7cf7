/// The files of a `MemoryFileSystem`: what processes see now, and what would be left of it after a power cut.
///
/// Rules of the cut, each decided by the generator:
/// - bytes that a `synchronize` covered stay; of the others any subset of 4096-byte sectors reached the disk, and the
///   file's length is the old or the new one (what lies between is zeros);
/// - names that a `synchronizeDirectory` covered stay; of the other changes of names any subset happened, each whole:
///   a rename is never half done.
struct MemoryDisk: Sendable {
    static let sectorSize = 4096

    struct Node: Sendable {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
        var isReadOnly = false
    }

    /// A change in a directory that no synchronization covered yet.
    private enum Change: Sendable {
        case link(String, Int)
        case unlink(String)
        case rename(String, String, Int)

        /// Paths whose directories hold the change.
        var paths: [String] {
            switch self {
            case .link(let path, _), .unlink(let path): [path]
            case .rename(let path, let target, _): [path, target]
            }
        }

        func apply(to names: inout [String: Int]) {
            switch self {
            case .link(let path, let node): names[path] = node
            case .unlink(let path): names[path] = nil
            case .rename(let path, let target, let node):
                if names[path] == node { names[path] = nil }
                names[target] = node
            }
        }
    }

    /// Every node that has a name now, had one at the last cut, or is open.
    var nodes: [Int: Node] = [:]
    private(set) var names: [String: Int] = [:]
    private(set) var directories: Set<String> = ["/", "."]
    /// Counts power cuts: files opened before one are of no use after it.
    private(set) var epoch = 0
    private var durableNames: [String: Int] = [:]
    private var changes: [Change] = []
    private var nextNode = 1

    var bytesUsed: Int64 { Set(names.values).reduce(0) { $0 + Int64(nodes[$1]?.bytes.count ?? 0) } }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    mutating func makeDirectory(_ path: String) {
        var path = path
        while directories.insert(path).inserted { path = Self.parent(of: path) }
    }

    mutating func create(_ path: String) -> Int {
        let node = nextNode
        nextNode += 1
        nodes[node] = Node()
        change(.link(path, node))
        return node
    }

    mutating func remove(_ path: String) {
        if names[path] != nil { change(.unlink(path)) }
    }

    /// False when there is no such file.
    mutating func rename(_ path: String, to target: String) -> Bool {
        guard let node = names[path] else { return false }
        if path != target { change(.rename(path, target, node)) }
        return true
    }

    mutating func synchronize(_ node: Int) {
        if let bytes = nodes[node]?.bytes { nodes[node]?.durable = bytes }
    }

    /// Makes the changes of a directory durable; a rename goes with either of its two.
    mutating func synchronizeDirectory(_ directory: String) {
        changes.removeAll { change in
            guard change.paths.contains(where: { Self.parent(of: $0) == directory }) else { return false }
            change.apply(to: &durableNames)
            return true
        }
    }

    mutating func cut(using generator: inout some RandomNumberGenerator) {
        for change in changes where Bool.random(using: &generator) { change.apply(to: &durableNames) }
        changes = []
        names = durableNames
        let kept = Set(names.values)
        nodes = nodes.filter { kept.contains($0.key) }
        for key in nodes.keys.sorted() {
            let left = Self.survivor(of: nodes[key]!, &generator)
            nodes[key]!.bytes = left
            nodes[key]!.durable = left
        }
        epoch += 1
    }

    private mutating func change(_ change: Change) {
        change.apply(to: &names)
        changes.append(change)
    }

    private static func survivor(of node: Node, _ generator: inout some RandomNumberGenerator) -> [UInt8] {
        if node.bytes == node.durable { return node.durable }
        let size = Bool.random(using: &generator) ? node.bytes.count : node.durable.count
        var left = [UInt8](repeating: 0, count: size)
        for start in stride(from: 0, to: size, by: sectorSize) {
            let source = Bool.random(using: &generator) ? node.bytes : node.durable
            guard start < source.count else { continue }
            let range = start..<min(start + sectorSize, size, source.count)
            left.replaceSubrange(range, with: source[range])
        }
        return left
    }
}
