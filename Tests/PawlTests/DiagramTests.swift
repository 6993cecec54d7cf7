import Daemon
import Foundation
import PawlModel
import TestKit
import Testing

/// docs/data-model.md: every table, drawn as the migrations make it, and every resource in words.
struct DiagramTests {
    private func page() throws -> String {
        try String(contentsOfFile: PackageDirectory.path("docs/data-model.md"), encoding: .utf8)
    }

    @Test func diagrams_areThoseOfTheMigrations() async throws {
        let page = try page()
        let drawn = try await Maintenance.diagram().drawn(into: page)
        #expect(drawn == page, "run `make diagram`")
    }

    @Test func everyResource_isExplained() throws {
        let page = try page()
        for schema in Model.schemas + [Version.schema, Upload.schema] {
            #expect(page.contains("**`\(schema.name)`**"), "\(schema.name)")
        }
    }

    @Test func textWithoutAPlaceForADiagram_isRefused() async throws {
        let diagram = try await Maintenance.diagram()
        #expect(throws: (any Error).self) { try diagram.drawn(into: "no markers") }
    }
}
