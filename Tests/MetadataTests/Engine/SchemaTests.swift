import Metadata
import PawlModel
import TestKit
import Testing

/// A resource is declared twice, as a struct and as a schema: here the two are held equal.
struct SchemaTests {
    @Test func structsAndSchemas_haveTheSameFields_nullsIncluded() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let asset = try await world.asset(game)
            let version = try await world.version(of: asset)
            let channel = try await world.create(
                Channel.schema, ["asset_id": asset["id"]!, "name": "live", "version_id": .string("\(version)")])
            let key = try await world.create(Key.schema, ["name": "ci", "scopes": ["assets:read"]])
            try check(Game.self, game)
            try check(Asset.self, asset)
            try check(Channel.self, channel)
            try check(Key.self, key)
        }
    }

    @Test func filledRows_comeBackAsTheyAre() async throws {
        try await EngineWorld.with { world in
            let game = try await world.create(
                Game.schema,
                [
                    "slug": "full", "name": "Füll\n2",
                    "settings": ["a": [1, .null, ["b": .double(2.5)]], "big": 9007199254740993],
                ])
            try check(Game.self, game)
            let asset = try await world.create(
                Asset.schema,
                [
                    "game_id": game["id"]!, "path": "a/b c", "media_type": "text/plain; charset=utf-8", "title": "T",
                    "tags": ["x", "y"], "metadata": ["deep": ["er": true]], "visibility": "public",
                ])
            try check(Asset.self, asset)
            #expect(try await world.row(Asset.schema, asset) == asset)
            let key = try await world.create(
                Key.schema,
                [
                    "name": "ci", "scopes": ["admin", "assets:read"], "game_id": game["id"]!,
                    "expires_at": "2030-01-01T01:00:00+01:00",
                ])
            #expect(key["expires_at"] == "2030-01-01T00:00:00.000000Z")
            try check(Key.self, key)
            #expect(try await world.row(Game.schema, game) == game)
        }
    }

    /// Decodes a row into its struct, encodes it back, and compares with the row and the declaration.
    private func check<Row: Resource>(_ type: Row.Type, _ row: JSONObject) throws {
        let names = (ResourceSchema.headFields + Row.schema.fields).map(\.name)
        #expect(Set(row.keys) == Set(names) && names.count == Set(names).count)
        let value = try Row(row: row)
        let back = try JSONValue(value).object!
        #expect(back.filter { !$0.value.isNull } == row.filter { !$0.value.isNull })
        #expect(value.id.prefix == Row.schema.idPrefix && value.revision == row["revision"]?.int)
    }

    /// Each field of the declaration has its own column; each list that can be ordered by it, an index that begins so.
    @Test func everyField_hasItsColumn_andEveryFilter_itsIndex() async throws {
        try await EngineWorld.with { world in
            for schema in EngineWorld.schemas {
                let columns = try await world.database.read { sql in
                    try sql.rows("SELECT name FROM pragma_table_info('\(schema.name)')").map { try $0.text("name") }
                }
                let fields = ResourceSchema.headFields + schema.fields
                #expect(Set(columns).subtracting(["deleted_at"]) == Set(fields.map(\.name)), "\(schema.name)")
                for field in fields where field.isFilterable {
                    let indexes = try await world.database.read { sql in
                        try sql.rows(
                            """
                            SELECT i.name AS name FROM pragma_index_list('\(schema.name)') AS i
                            JOIN pragma_index_info(i.name) AS c ON c.seqno = 0 AND c.name = '\(field.name)'
                            """)
                    }
                    #expect(!indexes.isEmpty, "\(schema.name).\(field.name)")
                }
            }
        }
    }
}
