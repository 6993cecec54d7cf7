import Glibc

/// A path without links, of something that may be still to be made: as much of it as is there is resolved.
struct RealPath {
    private let names: [Substring]

    init(_ path: String) {
        var there = path
        var rest: [Substring] = []
        while true {
            if let resolved = realpath(there, nil) {
                names = String(cString: resolved).split(separator: "/") + rest
                free(resolved)
                return
            }
            // The working directory may be gone.
            guard there != ".", there != "/" else { break }
            let slash = there.lastIndex(of: "/")
            let last = slash.map { there[there.index(after: $0)...] } ?? there[...]
            if !last.isEmpty { rest.insert(last, at: 0) }
            guard let slash else {
                there = "."
                continue
            }
            there = slash == there.startIndex ? "/" : String(there[..<slash])
        }
        names = rest
    }

    /// Whether it is the other one, or beneath it.
    func isInside(_ other: RealPath) -> Bool { names.starts(with: other.names) }
}
