// swift-tools-version: 6.2
import PackageDescription

// The house. A target may depend on targets of lower rows only, never on a neighbour in its own row:
// `Room.check` below stops the manifest from loading when one does. README.md has the map.

/// One target and what it may reach.
struct Room {
    var name: String
    var inside: [String] = []
    var outside: [Target.Dependency] = []
}

/// The rows from the bottom up: nouns, system, pure, rows, bytes, use cases, edges, composition, tool.
let rows: [[Room]] = [
    // nouns: resources, ids, rules, problem codes, limits, routes; shared by both ends.
    [Room(name: "PawlModel")],
    // system: the file port and its one POSIX implementation.
    [
        Room(name: "Files", inside: ["PawlModel"], outside: [.nio("NIOCore"), .nio("NIOPosix")])
    ],
    // pure: bytes and heads into values and back, without disk, clock or network.
    [
        Room(name: "BlockFormat", inside: ["PawlModel"], outside: ["CChecksum", "CZlib", .crypto]),
        Room(name: "UploadDialects", inside: ["PawlModel"], outside: [.httpTypes, .structuredFields]),
    ],
    // rows: the SQL port, the write path, repositories, the block index.
    [Room(name: "Metadata", inside: ["PawlModel", "BlockFormat"])],
    // bytes: the segment port; put, read, publish, recover.
    [
        Room(
            name: "Blocks", inside: ["PawlModel", "BlockFormat", "Files", "Metadata"],
            outside: [.nio("NIOCore")])
    ],
    // use cases.
    [
        Room(name: "Catalog", inside: ["PawlModel", "BlockFormat", "Metadata"], outside: [.crypto, .jwt]),
        Room(name: "LiveOps", inside: ["PawlModel", "Metadata"]),
        Room(
            name: "Transfers", inside: ["PawlModel", "BlockFormat", "UploadDialects", "Metadata", "Blocks"],
            outside: [.nio("NIOCore"), .crypto]),
        Room(
            name: "Upkeep", inside: ["PawlModel", "BlockFormat", "Files", "Metadata", "Blocks"],
            outside: [.nio("NIOCore")]),
    ],
    // edges: the ways in, and the engines beneath.
    [
        Room(
            name: "HTTPAPI",
            inside: [
                "PawlModel", "BlockFormat", "UploadDialects", "Files", "Metadata", "Blocks", "Transfers", "Catalog",
                "LiveOps", "Upkeep",
            ],
            outside: [.hummingbird, .httpTypes, .nioHTTPTypes, .nio("NIOCore"), .log, .metrics, .structuredFields]),
        Room(
            name: "MetadataOnSQLite", inside: ["PawlModel", "Metadata"],
            outside: [.grdb, .grdbSQLite, .nio("NIOPosix"), .nio("NIOCore")]),
        Room(
            name: "SegmentsOnDisk", inside: ["PawlModel", "BlockFormat", "Files", "Blocks"],
            outside: [.nio("NIOCore")]),
    ],
    // composition.
    [
        Room(
            name: "Daemon",
            inside: [
                "PawlModel", "BlockFormat", "Files", "Metadata", "Blocks", "Transfers", "Catalog", "LiveOps", "Upkeep",
                "HTTPAPI", "MetadataOnSQLite", "SegmentsOnDisk",
            ],
            outside: [
                "CMalloc", .hummingbird, .hummingbirdCore, .httpTypes, .nioHTTPTypes, .nioHTTPTypes1, .nioHTTPTypes2,
                .nioSSL, .nioHTTP2, .nioExtras, .unixSignals, .nio("NIOCore"), .nio("NIOPosix"), .nio("NIOHTTP1"), .log,
                .metrics, .coreMetrics, .lifecycle, .configuration, .system,
            ]),
        Room(
            name: "PawlClient", inside: ["PawlModel", "BlockFormat", "Files"],
            outside: [.asyncHTTPClient, .nioSSL, .nio("NIOCore"), .nio("NIOPosix"), .nio("NIOHTTP1"), .yams]),
    ],
    // tool: arguments and printing, nothing else.
    [
        Room(
            name: "pawl", inside: ["PawlModel", "Daemon", "PawlClient"],
            outside: [.argumentParser, .log])
    ],
]

/// Contracts, misbehaving doubles, fixtures and the process harness: sees everything below the edges.
let testKit = Room(
    name: "TestKit",
    inside: ["PawlModel", "BlockFormat", "Files", "Metadata", "Blocks", "Transfers", "Catalog", "Upkeep"],
    outside: [.nio("NIOCore"), .nio("NIOPosix"), .asyncHTTPClient])

/// Programs that only `make bench` runs, each to measure one room from inside. They are no products.
let benchRooms: [Room] = [
    Room(name: "rows-bench", inside: ["Metadata", "MetadataOnSQLite"], outside: [.nio("NIOPosix")])
]

let testRooms: [Room] = [
    Room(name: "PawlModelTests", inside: ["PawlModel"]),
    Room(name: "BlockFormatTests", inside: ["PawlModel", "BlockFormat"], outside: [.crypto]),
    Room(name: "UploadDialectsTests", inside: ["PawlModel", "UploadDialects"], outside: [.httpTypes]),
    Room(
        name: "MetadataTests",
        inside: ["PawlModel", "BlockFormat", "Metadata", "Catalog", "LiveOps", "MetadataOnSQLite"],
        outside: [.grdb, .grdbSQLite]),
    Room(
        name: "BlocksTests",
        inside: [
            "PawlModel", "BlockFormat", "UploadDialects", "Files", "Metadata", "Blocks", "Transfers", "Catalog",
            "Upkeep", "MetadataOnSQLite", "SegmentsOnDisk",
        ],
        outside: [.nio("NIOCore"), .nio("NIOPosix"), .log]),
    Room(
        name: "PawlTests",
        inside: [
            "PawlModel", "BlockFormat", "Files", "Metadata", "MetadataOnSQLite", "PawlClient", "Daemon", "HTTPAPI",
            "UploadDialects",
        ],
        outside: [.nio("NIOCore"), .nio("NIOPosix"), .nio("NIOHTTP1"), .asyncHTTPClient, .crypto, .httpTypes]),
]

extension Room {
    /// Refuses a dependency that is not in a lower row.
    static func check(_ rows: [[Room]]) {
        var lower: Set<String> = []
        for row in rows {
            for room in row {
                for name in room.inside where !lower.contains(name) {
                    fatalError("\(room.name) may not depend on \(name): it is not in a lower row (see Package.swift)")
                }
            }
            lower.formUnion(row.map(\.name))
        }
    }

    var dependencies: [Target.Dependency] { inside.map { .byName(name: $0) } + outside }

    static let settings: [SwiftSetting] = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}

extension Target.Dependency {
    static func nio(_ product: String) -> Self { .product(name: product, package: "swift-nio") }
    static let crypto = Self.product(name: "Crypto", package: "swift-crypto")
    static let jwt = Self.product(name: "JWTKit", package: "jwt-kit")
    static let log = Self.product(name: "Logging", package: "swift-log")
    static let metrics = Self.product(name: "Metrics", package: "swift-metrics")
    static let coreMetrics = Self.product(name: "CoreMetrics", package: "swift-metrics")
    static let system = Self.product(name: "SystemPackage", package: "swift-system")
    static let lifecycle = Self.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = Self.product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let configuration = Self.product(name: "Configuration", package: "swift-configuration")
    static let hummingbird = Self.product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = Self.product(name: "HummingbirdCore", package: "hummingbird")
    static let nioSSL = Self.product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioHTTP2 = Self.product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let structuredFields = Self.product(
        name: "RawStructuredFieldValues", package: "swift-http-structured-headers")
    static let httpTypes = Self.product(name: "HTTPTypes", package: "swift-http-types")
    static let nioHTTPTypes = Self.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioExtras = Self.product(name: "NIOExtras", package: "swift-nio-extras")
    static let nioHTTPTypes1 = Self.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioHTTPTypes2 = Self.product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")
    static let grdb = Self.product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = Self.product(name: "GRDBSQLite", package: "GRDB.swift")
    static let yams = Self.product(name: "Yams", package: "Yams")
    static let asyncHTTPClient = Self.product(name: "AsyncHTTPClient", package: "async-http-client")
    static let argumentParser = Self.product(name: "ArgumentParser", package: "swift-argument-parser")
}

Room.check(rows)

var targets: [Target] = [
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // The one piece of C of our own: instructions that Swift does not reach.
    .target(name: "CChecksum"),
]
for room in rows.joined() {
    if room.name == "pawl" {
        targets.append(
            .executableTarget(name: room.name, dependencies: room.dependencies, swiftSettings: Room.settings))
    } else {
        targets.append(.target(name: room.name, dependencies: room.dependencies, swiftSettings: Room.settings))
    }
}
targets.append(
    .target(
        name: testKit.name, dependencies: testKit.dependencies, path: "Tests/TestKit", swiftSettings: Room.settings))
for room in benchRooms {
    targets.append(
        .executableTarget(
            name: room.name, dependencies: room.dependencies, path: "Benchmarks/\(room.name)",
            swiftSettings: Room.settings))
}
for room in testRooms {
    targets.append(
        .testTarget(
            name: room.name, dependencies: room.dependencies + [.byName(name: testKit.name)],
            swiftSettings: Room.settings))
}

let package = Package(
    name: "pawl",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "pawl", targets: ["pawl"]),
        .library(name: "PawlClient", targets: ["PawlClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: targets
)
