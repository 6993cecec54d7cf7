import BlockFormat
package import PawlModel

/// What a backup consists of. Its file is written last: without it there is no backup.
package struct BackupManifest: Codable, Hashable, Sendable {
    /// A segment, or the part of one that was durable at the moment of the backup.
    package struct Segment: Codable, Hashable, Sendable {
        /// `blocks` or `journal`.
        package var kind: String
        package var number: Int64
        /// In bytes.
        package var length: Int64
        /// CRC-32 of those bytes.
        package var checksum: UInt32
        /// Whether it was copied with damage in it: true or absent. It is copied anew next time.
        package var isDamaged: Bool?

        enum CodingKeys: String, CodingKey {
            case kind, number, length, checksum
            case isDamaged = "is_damaged"
        }

        package init(kind: String, number: Int64, length: Int64, checksum: UInt32 = 0) {
            self.kind = kind
            self.number = number
            self.length = length
            self.checksum = checksum
        }
    }

    package struct Database: Codable, Hashable, Sendable {
        /// The name of its file, without a directory.
        package var name: String
        /// In bytes.
        package var length: Int64
        package var checksum: UInt32
    }

    package var format = Self.format
    package var createdAt: Timestamp
    /// Which storage it is of; absent in a backup from before storages had an identity.
    package var storage: ResourceID?
    package var database: Database
    package var segments: [Segment]

    package static let format = "pawl backup 1"
    package static let fileName = "backup.json"

    enum CodingKeys: String, CodingKey {
        case format, storage, database, segments
        case createdAt = "created_at"
    }

    package var byteCount: Int64 { segments.reduce(database.length) { $0 + $1.length } }

    /// The text of its file: the manifest and the CRC-32 of that.
    package func text() throws -> String {
        let manifest = try JSONValue(self)
        let checksum = Self.checksum(of: manifest)
        return JSONValue.object(["manifest": manifest, "crc32": .int(Int64(checksum))]).text + "\n"
    }

    /// Nil when the text is not one that `text` made.
    package init?(parsing bytes: [UInt8]) {
        guard let object = try? JSONValue(parsing: bytes).object, let manifest = object["manifest"],
            object["crc32"]?.int == Int64(Self.checksum(of: manifest)),
            let value: BackupManifest = try? manifest.decoded(), value.format == Self.format,
            !value.database.name.contains("/")
        else { return nil }
        self = value
    }

    private static func checksum(of manifest: JSONValue) -> UInt32 {
        Array(manifest.data).withUnsafeBytes { CRC32.checksum($0) }
    }

    private init(createdAt: Timestamp, storage: ResourceID?, database: Database, segments: [Segment]) {
        self.createdAt = createdAt
        self.storage = storage
        self.database = database
        self.segments = segments
    }

    package static func make(
        at time: Timestamp, of storage: ResourceID?, database: Database, segments: [Segment]
    ) -> BackupManifest {
        BackupManifest(createdAt: time, storage: storage, database: database, segments: segments)
    }
}
