import Metadata
import PawlModel
import TestKit

/// The engine with the whole model and nothing else: no rules, no verbs.
struct SampleWorld: Sendable {
    let database: any SQLDatabase
    let reader: ResourceReader
    private let engine: EngineWorld
    private let writePath: WritePath

    init(_ engine: EngineWorld) {
        let registry = ResourceRegistry(schemas: Model.schemas, rules: [], verbs: [])
        self.engine = engine
        database = engine.database
        writePath = WritePath(database: engine.database, registry: registry, ambient: engine.clock.ambient)
        reader = ResourceReader(database: engine.database, registry: registry)
    }

    /// Makes one row of each resource and answers them by the resource's name.
    func fill(onlyRequired: Bool) async throws -> [String: JSONObject] {
        var sample = SampleBody()
        var rows: [String: JSONObject] = [:]
        for schema in Model.schemas {
            let needed = schema.rules.flatMap(\.alternatives)
            let body = sample.body(of: schema).filter { name, _ in
                !onlyRequired || needed.contains(name) || schema[field: name]?.isRequired == true
            }
            let row = try await create(schema, body)
            rows[schema.name] = row
            sample.ids[schema.name] = row["id"]
            if schema.name == "assets" { sample.ids["versions"] = .string("\(try await engine.version(of: row))") }
        }
        return rows
    }

    private func create(_ schema: ResourceSchema, _ body: JSONObject) async throws -> JSONObject {
        try await writePath.apply(by: .daemon) { writer in
            Answer(.created, .object(try writer.create(schema, body)))
        }.body.object ?? [:]
    }

    func delete(_ schema: ResourceSchema, _ row: JSONObject) async throws {
        _ = try await writePath.apply(by: .daemon) { writer in
            try writer.delete(schema, row.resourceID, ifMatch: .any)
            return Answer(.deleted)
        }
    }
}
