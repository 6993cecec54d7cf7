/// The paths of the HTTP surface, for both ends.
public enum Routes {
    public static let api = "/v1"

    public static func collection(_ resource: String) -> String { "\(api)/\(resource)" }
    public static func row(_ resource: String, _ id: ResourceID) -> String { "\(api)/\(resource)/\(id)" }
    public static func verb(_ resource: String, _ id: ResourceID, _ verb: String) -> String {
        "\(api)/\(resource)/\(id):\(verb)"
    }

    public static func scores(of leaderboard: ResourceID) -> String { "\(api)/leaderboards/\(leaderboard)/scores" }
    public static func score(of player: ResourceID, on leaderboard: ResourceID) -> String {
        "\(scores(of: leaderboard))/\(player)"
    }

    public static func have(_ upload: ResourceID) -> String { "\(api)/uploads/\(upload)/have" }
    public static func blocks(_ upload: ResourceID) -> String { "\(api)/uploads/\(upload)/blocks" }
    public static func commit(_ upload: ResourceID) -> String { "\(api)/uploads/\(upload)/commit" }
    public static func manifest(_ version: ResourceID) -> String { "\(api)/versions/\(version)/manifest" }
    public static func content(ofVersion version: ResourceID) -> String { "\(api)/versions/\(version)/content" }
    public static func content(ofAsset asset: ResourceID) -> String { "\(api)/assets/\(asset)/content" }

    public static func metalink(ofVersion version: ResourceID) -> String { "\(api)/versions/\(version)/metalink" }
    public static func metalink(ofAsset asset: ResourceID) -> String { "\(api)/assets/\(asset)/metalink" }

    /// The entries of a directory version, listed.
    public static func entries(ofVersion version: ResourceID) -> String { "\(api)/versions/\(version)/entries" }
    /// One file of it; `path` as it is, to be escaped here.
    public static func entry(_ path: String, ofVersion version: ResourceID) -> String {
        "\(entries(ofVersion: version))/\(escaped(path))"
    }
    /// What a client that has another version must fetch for this one.
    public static func plan(ofVersion version: ResourceID) -> String { "\(api)/versions/\(version)/plan" }
    public static func entries(ofAsset asset: ResourceID) -> String { "\(api)/assets/\(asset)/entries" }
    public static func entry(_ path: String, ofAsset asset: ResourceID) -> String {
        "\(entries(ofAsset: asset))/\(escaped(path))"
    }
    public static func plan(ofAsset asset: ResourceID) -> String { "\(api)/assets/\(asset)/plan" }

    /// An upload as the IETF's protocol and JSON know it.
    public static func upload(_ upload: ResourceID) -> String { "\(api)/uploads/\(upload)" }
    /// Where tus begins uploads.
    public static let tus = "\(api)/tus"
    /// The same upload as tus knows it: the last component is its id in both.
    public static func tus(_ upload: ResourceID) -> String { "\(tus)/\(upload)" }

    public static let changesets = collection(Changeset.schema.name)
    public static func changeset(_ changeset: ResourceID) -> String { row(Changeset.schema.name, changeset) }
    public static func revert(_ changeset: ResourceID) -> String { verb(Changeset.schema.name, changeset, "revert") }

    public static let events = "\(api)/events"
    public static let eventStream = "\(api)/events/stream"

    public static let imports = collection("imports")
    public static func export(of game: ResourceID) -> String { "\(row("games", game))/export" }
    public static func importRows(_ id: ResourceID) -> String { "\(row("imports", id))/rows" }
    public static func importCommit(_ id: ResourceID) -> String { "\(row("imports", id))/commit" }

    public static let apiUsage = "\(api)/api-usage"

    public static let doctor = "\(api)/maintenance:doctor"
    public static let collect = "\(api)/maintenance:gc"
    public static let scrub = "\(api)/maintenance:scrub"
    public static let rotateTokenKeys = "\(api)/maintenance:rotate-token-keys"

    public static let health = "/healthz"
    public static let readiness = "/readyz"
    public static let metrics = "/metrics"
    public static let openAPI = "/openapi.json"
    public static let docs = "/docs"

    /// A path as part of a URL: its `/` stay, and all else but what RFC 3986 §2.3 leaves alone is escaped byte by byte.
    public static func escaped(_ path: String) -> String {
        path.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

/// Header fields of our own.
public enum HeaderName {
    /// With a manifest: `?1` when no block of the game is known to be damaged, else `?0` (RFC 9651 §3.3.6). A client
    /// that pushes may then not take the version's blocks for granted.
    public static let intact = "Pawl-Intact"
    /// Behind which event a stream goes on (WHATWG HTML §9.2.4).
    public static let lastEventID = "Last-Event-ID"
}

/// Media types of our own, and those that bodies are checked against.
public enum MediaType {
    public static let json = "application/json"
    public static let mergePatch = "application/merge-patch+json"
    public static let problem = "application/problem+json"
    public static let eventStream = "text/event-stream"
    public static let octets = "application/octet-stream"
    public static let metalink = "application/metalink4+xml"
    /// The rest of an upload, in the IETF's protocol.
    public static let partialUpload = "application/partial-upload"
    /// Bytes of an upload, in tus.
    public static let offsetOctets = "application/offset+octet-stream"
    public static let have = "application/vnd.pawl.have"
    public static let haveAnswer = "application/vnd.pawl.have-answer"
    public static let blocks = "application/vnd.pawl.blocks"
    public static let manifest = "application/vnd.pawl.manifest"
    public static let export = "application/vnd.pawl.export"
}
