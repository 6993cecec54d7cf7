/// A file, a directory or a link of a version of a directory, as `…/entries` lists it.
public struct Entry: Codable, Hashable, Sendable {
    /// Relative, with `/` between segments; it keeps the rules of `EntryName`.
    public var path: String
    public var kind: Kind
    /// Whether a file is one to run; false for what is no file.
    public var isExecutable: Bool
    /// In bytes; zero for what is no file.
    public var size: Int64
    /// What a file is; null for what is no file.
    public var root: Digest?
    /// Where a link points, relative to the directory that holds it; null for what is no link.
    public var target: String?
    /// Of a file's first byte in the content of the version, in bytes; of what is no file, where the next file begins.
    public var offset: Int64
    public var blockCount: Int64

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case file, directory, symlink
    }

    /// What an entry looks like, and what a list of them can be asked for. Entries are no rows of their own: they belong to
    /// their version, whose id their page tokens have.
    public static let schema = ResourceSchema(
        "entries", idPrefix: Version.idPrefix, history: .byVerb, ownership: .studio, readScope: .assetsRead,
        writeScope: .assetsWrite, fields: fields, help: "A file, a directory or a link of a version of a directory.")

    private static let fields = [
        Field("path", .text(max: Limits.entryPathMax), isRequired: true, help: "its name in the directory"),
        Field("kind", .choice(Kind.allCases.map(\.rawValue)), isRequired: true, help: "what it is"),
        Field("executable", .bool, isRequired: true, help: "whether it is a file to run"),
        Field("size", .int(0...Int64.max), isRequired: true, help: "the length of a file in bytes"),
        Field("root", .text(max: 64), help: "the SHA-256 that says what a file is; null for what is no file"),
        Field("target", .text(max: Limits.entryPathMax), help: "where a link points; null for what is no link"),
        Field(
            "offset", .int(0...Int64.max), isRequired: true,
            help: "of its first byte in the content of the version, in bytes"),
        Field("block_count", .int(0...Int64.max), isRequired: true, help: "blocks of the file"),
    ]

    public init(
        path: String, kind: Kind, isExecutable: Bool = false, size: Int64 = 0, root: Digest? = nil,
        target: String? = nil, offset: Int64, blockCount: Int64 = 0
    ) {
        self.path = path
        self.kind = kind
        self.isExecutable = isExecutable
        self.size = size
        self.root = root
        self.target = target
        self.offset = offset
        self.blockCount = blockCount
    }

    enum CodingKeys: String, CodingKey {
        case path, kind, size, root, target, offset
        case isExecutable = "executable"
        case blockCount = "block_count"
    }

    /// Absent values are written as null, so that every answer has every field.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(kind, forKey: .kind)
        try container.encode(isExecutable, forKey: .isExecutable)
        try container.encode(size, forKey: .size)
        try container.encode(root, forKey: .root)
        try container.encode(target, forKey: .target)
        try container.encode(offset, forKey: .offset)
        try container.encode(blockCount, forKey: .blockCount)
    }
}
