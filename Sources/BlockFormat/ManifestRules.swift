import PawlModel

/// What holds for the entries of a manifest, asked entry by entry in their order.
///
/// 1. A file version is one file with an empty path; in a directory version every path is relative, and has no
///    empty, `.` or `..` segment and no NUL.
/// 2. Paths ascend strictly by their bytes, so each occurs once and a manifest has one packed form.
/// 3. What lies beneath a listed entry lies beneath a directory: nobody is led to write through a link or a file.
/// 4. A link stays inside: its target is relative, and has `..` at its start only, at most as often as the link is
///    deep. As no `..` follows a name, that is true whatever other links the names on the way go through.
/// 5. A file's size is the sum of its blocks; what is no file has no size and is not executable.
/// 6. All sizes together fit in 63 bits.
struct ManifestRules {
    private let kind: Manifest.Kind
    private var entryCount = 0
    private var totalSize: Int64 = 0
    private var previousPath: [UInt8] = []
    /// Entries before this one whose paths are a prefix of the last path, byte by byte. In byte order all paths
    /// with one prefix stand together, so the parents that are listed are among these.
    private var prefixes: [(length: Int, isDirectory: Bool)] = []

    init(kind: Manifest.Kind) {
        self.kind = kind
    }

    /// Takes the next entry, or says which rule it breaks. `offset` is where it is in the packed form.
    mutating func admit(_ entry: Manifest.Entry, at offset: Int? = nil) throws(FormatError) {
        entryCount += 1
        switch kind {
        case .file:
            guard entryCount == 1, entry.kind == .file, entry.path.isEmpty else {
                throw FormatError(.badPath, "a file version is one file with an empty path", at: offset)
            }
        case .directory:
            let path = Array(entry.path.utf8)
            try Self.check(path: path, at: offset)
            try place(path, isDirectory: entry.kind == .directory, at: offset)
            if entry.kind == .symlink {
                try Self.check(target: Array(entry.target.utf8), of: path, at: offset)
            }
        }
        try addSize(of: entry, at: offset)
    }

    /// Asked after the last entry.
    func finish() throws(FormatError) {
        guard kind == .directory || entryCount == 1 else {
            throw FormatError(.badPath, "a file version is one file with an empty path")
        }
    }

    /// A profile's name: at most 16 printable ASCII bytes without space.
    static func check(profile: String, at offset: Int? = nil) throws(FormatError) {
        guard profile.utf8.count <= Manifest.profileByteCount, profile.utf8.allSatisfy({ (0x21...0x7e) ~= $0 })
        else {
            throw FormatError(.badName, "a profile's name is at most 16 printable ASCII bytes", at: offset)
        }
    }

    // MARK: Paths

    private static func check(path: [UInt8], at offset: Int?) throws(FormatError) {
        guard path.count <= Int(UInt16.max) else {
            throw FormatError(.tooLarge, "a path is longer than \(UInt16.max) bytes", at: offset)
        }
        guard !path.contains(0) else {
            throw FormatError(.badPath, "a path contains NUL", at: offset)
        }
        for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        where segment.isEmpty || isDots(segment) {
            throw FormatError(.badPath, "a path is absolute, or has an empty, `.` or `..` segment", at: offset)
        }
    }

    private static func check(target: [UInt8], of path: [UInt8], at offset: Int?) throws(FormatError) {
        guard !target.isEmpty, target.first != UInt8(ascii: "/"), !target.contains(0) else {
            throw FormatError(.badPath, "a link's target is empty or absolute, or contains NUL", at: offset)
        }
        guard target.count <= Int(UInt16.max) else {
            throw FormatError(.tooLarge, "a link's target is longer than \(UInt16.max) bytes", at: offset)
        }
        var depth = path.count(where: { $0 == UInt8(ascii: "/") })
        var hasName = false
        for segment in target.split(separator: UInt8(ascii: "/")) {
            if segment.elementsEqual("..".utf8) {
                depth -= 1
                guard depth >= 0, !hasName else {
                    throw FormatError(.badPath, "a link leads outside, or has `..` after a name", at: offset)
                }
            } else if !segment.elementsEqual(".".utf8) {
                hasName = true
            }
        }
    }

    private static func isDots(_ segment: ArraySlice<UInt8>) -> Bool {
        segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
    }

    /// Rules 2 and 3. Takes time in proportion to the path's length.
    private mutating func place(_ path: [UInt8], isDirectory: Bool, at offset: Int?) throws(FormatError) {
        guard previousPath.lexicographicallyPrecedes(path) else {
            throw FormatError(.badOrder, "paths do not ascend by their bytes", at: offset)
        }
        var common = 0
        while common < min(previousPath.count, path.count), previousPath[common] == path[common] { common += 1 }
        prefixes.removeAll { $0.length > common }
        for prefix in prefixes where !prefix.isDirectory && path[prefix.length] == UInt8(ascii: "/") {
            throw FormatError(.badPath, "an entry lies beneath one that is no directory", at: offset)
        }
        prefixes.append((path.count, isDirectory))
        previousPath = path
    }

    // MARK: Sizes

    private mutating func addSize(of entry: Manifest.Entry, at offset: Int?) throws(FormatError) {
        guard entry.kind == .file || (entry.size == 0 && !entry.isExecutable && entry.blocks.isEmpty) else {
            throw FormatError(.notZero, "only a file has a size, and only a file is executable", at: offset)
        }
        // A block has at most 2^32 bytes and there are fewer than 2^31 of them in memory: no overflow.
        let sum = entry.blocks.reduce(Int64(0)) { $0 + Int64($1.length) }
        guard entry.size == sum else {
            throw FormatError(.badLength, "the blocks of a file have \(sum) bytes, not \(entry.size)", at: offset)
        }
        let (total, overflow) = totalSize.addingReportingOverflow(sum)
        guard !overflow else { throw FormatError(.tooLarge, "the sizes together overflow", at: offset) }
        totalSize = total
    }
}

extension Manifest {
    /// Holds a manifest that was put together to the same rules as one that is parsed.
    package func validate() throws(FormatError) {
        try ManifestRules.check(profile: profile)
        var rules = ManifestRules(kind: kind)
        for entry in entries {
            for block in entry.blocks where !(1...Limits.blockSizeMax ~= block.length) {
                throw FormatError(.badLength, "a block has 1 to \(Limits.blockSizeMax) bytes")
            }
            try rules.admit(entry)
        }
        try rules.finish()
    }
}
