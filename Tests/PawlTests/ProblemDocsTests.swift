import Foundation
import HTTPAPI
import HTTPTypes
import PawlModel
import TestKit
import Testing

/// docs/problems.md: every code there is, with its status and its title.
struct ProblemDocsTests {
    @Test func everyCode_hasARow_withItsStatusAndTitle() throws {
        let text = try String(contentsOfFile: PackageDirectory.path("docs/problems.md"), encoding: .utf8)
        let rows = text.matches(of: /(?m)^\| `([a-z_]+)` \| ([0-9]+) \| (.+?) \| (.+) \|$/).map {
            "\($0.1) \($0.2) \($0.3)"
        }
        let codes = ProblemCode.allCases.map { "\($0.rawValue) \($0.status.code) \($0.title)" }
        #expect(rows.sorted() == codes.sorted())
    }
}
