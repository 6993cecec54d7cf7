import Foundation
import PawlModel
import TestKit
import Testing

/// What `/docs` serves and what it does not, byte by byte. How it looks in a browser is in `DocsPageTests`.
struct DocsTests {
    private static let parts = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]

    /// A folder with short files under the names of Swagger UI's, and others beside them.
    private func folder() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for name in Self.parts + ["swagger-ui.js", "secret.txt"] {
            try Data("the bytes of \(name)".utf8).write(to: URL(filePath: directory.path(name)))
        }
        return directory
    }

    private func with(_ folder: String, _ body: (HTTPWorld) async throws -> Void) async throws {
        try await HTTPWorld.with(environment: ["PAWL_DOCS_SWAGGER_UI": folder], body)
    }

    @Test func everyFile_needsNoKey_andHasTypePolicyAndTag() async throws {
        let folder = try folder()
        try await with(folder.path) { world in
            for (path, type) in [
                ("/docs", "text/html; charset=utf-8"),
                ("/docs/page.js", "text/javascript; charset=utf-8"),
                ("/docs/page.css", "text/css; charset=utf-8"),
                ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
                ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
                ("/docs/favicon-32x32.png", "image/png"),
            ] {
                let answer = try await world.send("GET", path, key: "")
                #expect(
                    answer.status == 200 && answer.headers["content-type"] == type, "\(path): \(answer.text)")
                #expect(
                    answer.headers["content-security-policy"] == """
                        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                        connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
                        """)
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["referrer-policy"] == "no-referrer")
                #expect(answer.headers["cache-control"] == "no-cache")
                #expect(answer.headers["content-length"] == "\(answer.body.count)")
                let tag = try #require(answer.headers["etag"])
                let again = try await world.send("GET", path, key: "", headers: ["If-None-Match": tag])
                #expect(
                    again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag, "\(path)")
                let head = try await world.send("HEAD", path, key: "")
                #expect(head.status == 200 && head.body.isEmpty, "\(path)")
                #expect(head.headers["content-length"] == answer.headers["content-length"], "\(path)")
                #expect(try await world.send("POST", path, []).status == 405, "\(path)")
            }
            for name in Self.parts {
                #expect(
                    try await world.send("GET", "/docs/\(name)", key: "").text == "the bytes of \(name)")
            }
        }
    }

    @Test func nothingElseOfTheFolder_isServed() async throws {
        let folder = try folder()
        try await with(folder.path) { world in
            for name in [
                "secret.txt", "swagger-ui.js", "./swagger-ui.css", "../docs/secret.txt",
                "%2e%2e/secret.txt",
                "..%2fsecret.txt", "%2fetc%2fpasswd", "swagger-ui.css%00.txt", "SWAGGER-UI.CSS",
            ] {
                let answer = try await world.send("GET", "/docs/\(name)", key: "")
                #expect(answer.status == 404 || answer.status == 400, "\(name): \(answer.status)")
                #expect(!answer.text.contains("the bytes of"), "\(name)")
            }
        }
    }

    /// A part that is missing, empty or no file at all leaves the plain page, and the same daemon finds it later.
    @Test func plainPage_untilEveryPartIsThere() async throws {
        let folder = try folder()
        let script = folder.path("swagger-ui-bundle.js")
        try await with(folder.path) { world in
            func isPlain() async throws -> Bool {
                let answer = try await world.send("GET", "/docs", key: "")
                #expect(answer.status == 200)
                return answer.text.contains("make setup")
            }
            try FileManager.default.removeItem(atPath: script)
            #expect(try await isPlain())
            #expect(
                try await world.send("GET", "/docs/swagger-ui-bundle.js", key: "").code == "not_found")
            #expect(FileManager.default.createFile(atPath: script, contents: Data()))
            #expect(try await isPlain())
            try FileManager.default.removeItem(atPath: script)
            try FileManager.default.createDirectory(atPath: script, withIntermediateDirectories: false)
            #expect(try await isPlain())
            try FileManager.default.removeItem(atPath: script)
            try Data("there".utf8).write(to: URL(filePath: script))
            #expect(try await isPlain() == false)
        }
    }

    @Test func plainPage_hasEveryOperation() async throws {
        try await with("/nowhere") { world in
            let page = try await world.send("GET", "/docs", key: "").text
            #expect(!page.contains("<script"))
            let paths = try #require(
                try await world.send("GET", "/openapi.json", key: "").json["paths"]?.object)
            #expect(paths.count > 10)
            for (path, item) in paths {
                #expect(page.contains("<code>\(path)</code>"), "\(path)")
                for method in ["get", "post", "put", "patch", "delete"] where item.object?[method] != nil {
                    let row = "<tr><td><code>\(method.uppercased())</code></td><td><code>\(path)</code></td>"
                    #expect(page.contains(row), "\(method) \(path)")
                }
            }
        }
    }
}
