import Foundation
import TestKit
import Testing

extension MoreLiveTests {
    /// The page at `/docs` in a real browser, as a person uses it.
    @Suite(.timeLimit(.minutes(5))) struct DocsPageTests {
        /// What the browser saw: see Tests/Tools/docs_page.py.
        private struct Sight: Decodable {
            var isSwaggerUI: Bool
            /// What the page shows, such as `GET /v1/games`.
            var operations: Set<String>
            /// What `/openapi.json` has.
            var documented: Set<String>
            var call: Call?
            /// What the page's policy forbade.
            var violations: [String]
            /// Errors and warnings.
            var console: [String]
            /// Requests that failed.
            var failures: [String]
            /// Requests to other sites.
            var foreign: [String]
            /// Whether a violation on purpose was noticed, and kept from its work.
            var isWatched: Bool

            struct Call: Decodable {
                var url: String
                var status: String
                var body: String
            }

            var isClean: Bool {
                violations.isEmpty && console.isEmpty && failures.isEmpty && foreign.isEmpty && isWatched
            }
        }

        @Test(.needs(.chromium, .playwright, .swaggerUI))
        func swaggerUI_triesACall_andAsksNoOtherSite() async throws {
            let folder = URL(filePath: OutsideTool.swaggerUI.path).deletingLastPathComponent().path
            let (sight, address) = try await look(swaggerUI: folder)
            #expect(sight.isClean, "\(sight)")
            #expect(sight.isSwaggerUI)
            #expect(sight.operations == sight.documented)
            #expect(sight.operations.contains("GET /v1/games"))
            #expect(sight.call?.status == "200", "\(sight)")
            #expect(sight.call?.url.hasPrefix("\(address)/v1/games") == true)
            #expect(sight.call?.body.contains("items") == true)
        }

        @Test(.needs(.chromium, .playwright))
        func plainPage_standsInForSwaggerUI() async throws {
            let (sight, _) = try await look(swaggerUI: "/nowhere")
            #expect(sight.isClean, "\(sight)")
            #expect(!sight.isSwaggerUI)
            #expect(sight.operations == sight.documented)
            #expect(sight.operations.contains("GET /v1/games"))
        }

        /// Lets the browser look at a daemon's page. `PAWL_TEST_SCREENSHOTS` names a folder for pictures of it.
        private func look(swaggerUI folder: String) async throws -> (Sight, address: String) {
            try await withDaemon(environment: ["PAWL_DOCS_SWAGGER_UI": folder]) { daemon in
                var arguments = [
                    PackageDirectory.path("Tests/Tools/docs_page.py"), OutsideTool.chromium.path,
                    daemon.address,
                ]
                if let pictures = ProcessInfo.processInfo.environment["PAWL_TEST_SCREENSHOTS"] {
                    arguments.append("\(pictures)/docs\(folder == "/nowhere" ? "-plain" : "").png")
                }
                let browser = try ToolProcess.start(
                    PackageDirectory.path(".venv/bin/python"), arguments,
                    environment: ["PAWL_KEY": try daemon.adminKey])
                let status = await browser.status()
                try #require(status == 0, "\(browser.errors)")
                return (
                    try JSONDecoder().decode(Sight.self, from: Data(browser.outputBytes)),
                    address: daemon.address
                )
            }
        }
    }
}
