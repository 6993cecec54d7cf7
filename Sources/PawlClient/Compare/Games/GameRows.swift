internal import BlockFormat
internal import Foundation
internal import NIOPosix
public import PawlModel

/// What a studio prepares for one game: its rows, without players and what they have.
public struct GameRows: Sendable {
    /// By the name of the resource.
    public var rows: [String: [JSONObject]]
    /// Whether it tells of all rows there are, with all their fields; a file that somebody wrote tells of some.
    public var isWhole: Bool

    public init(rows: [String: [JSONObject]], isWhole: Bool) {
        self.rows = rows
        self.isWhole = isWhole
    }

    /// What is compared, in the order in which rows depend on each other. Channels point at versions, which are pushed and
    /// promoted; keys and webhooks have secrets.
    public static let schemas: [ResourceSchema] = [
        Game.schema, Asset.schema, Item.schema, Content.schema, Currency.schema, Pack.schema, Accomplishment.schema,
        Leaderboard.schema, Season.schema, LiveEvent.schema,
    ]

    /// Reads a file: one that `pawl export` wrote, or YAML or JSON with a list of rows for each resource, in which
    /// `{"$ref": "items/sunblade"}` stands for the id of the row with that name.
    public init(file path: String) throws {
        let url = URL(fileURLWithPath: path)
        guard let handle = try? FileHandle(forReadingFrom: url), let start = try? handle.read(upToCount: 4) else {
            throw ClientError(
                .unreadableFile, "'\(path.withoutControls)' cannot be read.", advice: "Name a file that is there.")
        }
        try? handle.close()
        if start.elementsEqual("PWLR".utf8) {
            self = try Self.exported(path)
        } else {
            self = try Self.written(url, path)
        }
    }

    private static func exported(_ path: String) throws -> GameRows {
        let reader = try GameFileReader(path)
        var (records, all) = (GameRecords(), [String: [JSONObject]]())
        let names = Set(schemas.map(\.name))
        do {
            while let bytes = try reader.read() {
                records.append(bytes)
                while let record = try records.next() {
                    guard record.header.kind == .journal else { return GameRows(rows: all, isWhole: true) }
                    let entry = try record.entry()
                    guard names.contains(entry.resource), let row = try JSONValue(parsing: entry.row).object else {
                        continue
                    }
                    all[entry.resource, default: []].append(row)
                }
            }
            return GameRows(rows: all, isWhole: true)
        } catch let error as FormatError {
            throw ClientError(
                .unreadableFile, "'\(path.withoutControls)' is no whole export: \(error).",
                advice: "Export the game again.", cause: error)
        }
    }

    private static func written(_ url: URL, _ path: String) throws -> GameRows {
        guard let data = try? Data(contentsOf: url), let text = String(validating: data, as: UTF8.self) else {
            throw ClientError(
                .unreadableFile, "'\(path.withoutControls)' is not UTF-8.", advice: "Save it as UTF-8.")
        }
        var rows: [String: [JSONObject]] = [:]
        let object = try ChangesetFile.value(of: text).object
        for (name, value) in object ?? [:] {
            guard let schema = schemas.first(where: { $0.name == name }), case .array(let values) = value,
                values.allSatisfy({ $0.object != nil })
            else {
                throw ClientError(
                    .unreadableFile, "'\(path.withoutControls)': '\(name.withoutControls)' is no list of rows.",
                    advice: "Write a list of rows for each of \(schemas.map(\.name).joined(separator: ", ")).")
            }
            rows[schema.name] = values.compactMap(\.object)
        }
        guard object != nil else {
            throw ClientError(
                .unreadableFile, "'\(path.withoutControls)' holds no rows.",
                advice: "Write an object with a list of rows for each resource, or name an export.")
        }
        return GameRows(rows: rows, isWhole: false)
    }
}

extension PawlClient {
    /// The rows of a game that `GameRows` compares.
    public func rows(of slug: String) async throws -> GameRows {
        let game = try await game(slug)
        var all: [String: [JSONObject]] = [:]
        for schema in GameRows.schemas {
            let filter = schema.name == Game.schema.name ? Filter("id", game.id) : Filter("game_id", game.id)
            all[schema.name] = try await allPages { token in
                try await list(schema, filter: filter, pageSize: Limits.pageSizeMax, pageToken: token)
            }
        }
        return GameRows(rows: all, isWhole: true)
    }
}
