package import PawlModel

extension ChangesetWriter {
    /// Puts a row in that comes from another database as it was there, revision and times included, or over one with its
    /// id: the checks, the journal and the event.
    package func putCopy(_ row: JSONObject, over before: JSONObject?, _ schema: ResourceSchema) throws {
        try check(row, before: before, schema)
        let table = ResourceTable(schema)
        if let before { try table.update(row, before: before, in: sql) } else { try table.insert(row, in: sql) }
        try follow(row, schema)
        try record(schema.name, before: before, after: row, gameID: Self.gameID(of: row, schema))
    }
}
