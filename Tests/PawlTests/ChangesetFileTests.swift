import PawlClient
import PawlModel
import TestKit
import Testing

/// Changesets as people write them.
struct ChangesetFileTests {
    @Test func yamlAndJSON_areReadAlike() throws {
        let yaml = """
            message: Season 4
            operations:
              - id: sword
                op: create
                resource: items
                body: {sku: no, name: "5", stackable: true, metadata: {since: 2026-11-01, n: 5, x: -1.5, none: ~, t: 'true'}}

              - {id: pack, op: create, resource: packs, body: {name: {$ref: sword}}, depends_on: [sword]}
            """
        let json = """
            {"message": "Season 4", "operations": [
              {"id": "sword", "op": "create", "resource": "items", "body": {"sku": "no", "name": "5", "stackable": true,
                "metadata": {"since": "2026-11-01", "n": 5, "x": -1.5, "none": null, "t": "true"}}},
              {"id": "pack", "op": "create", "resource": "packs", "body": {"name": {"$ref": "sword"}}, "depends_on": ["sword"]}
            ]}
            """
        let file = try ChangesetFile(parsing: yaml)
        #expect(file.request == (try ChangesetFile(parsing: json).request))
        #expect(file.lines == [3, 8])
        #expect(
            file.request.operations[0].body["metadata"] == [
                "since": "2026-11-01", "n": 5, "x": .double(-1.5), "none": .null, "t": "true",
            ])
        // The list alone will do.
        let list = try ChangesetFile(
            parsing: "- {id: a, op: delete, target: {$ref: b}}\n- {id: b, op: create, resource: items}")
        #expect(list.lines == [1, 2] && list.request.operations.map(\.kind) == [.delete, .create])
    }

    @Test(arguments: ["", "5", "just words", "- [", "a: b: c", "\u{0}", "{\"operations\": 5}", "- 5", "operations: []"])
    func whatIsNoChangeset_isRefused(_ text: String) {
        #expect(throws: (any Error).self) { try ChangesetFile(parsing: text) }
    }
}
