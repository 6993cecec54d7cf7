import Foundation
import PawlModel
import TestKit
import Testing

/// `/openapi.json`: valid, whole, and true of the daemon that serves it.
struct OpenAPITests {
    @Test(.needs(.openAPISpecValidator)) func document_isValid_withExamplesThatKeepTheirSchemas() async throws {
        let directory = try TemporaryDirectory()
        try await withDaemon { daemon in
            let answer = try await Self.document(of: daemon)
            try Data(answer.body).write(to: URL(filePath: directory.path("openapi.json")))
        }
        let check = try ToolProcess.start(
            PackageDirectory.path(".venv/bin/python"),
            [PackageDirectory.path("Tests/Tools/openapi_check.py"), directory.path("openapi.json")])
        let status = await check.status()
        try #require(status == 0, "\(check.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(check.outputBytes))
        #expect(report.problems == [])
        #expect(report.operations > 100 && report.examples > 300)
    }

    private struct Report: Decodable {
        var problems: [String]
        var operations: Int
        var examples: Int
    }

    @Test func everyPath_takesTheMethodsOfTheDocument_andNoOthers() async throws {
        try await HTTPWorld.with { world in
            let paths = try #require(try await Self.document(of: world.daemon).json["paths"]?.object)
            for (path, item) in paths {
                var methods = Set((item.object ?? [:]).keys.map { $0.uppercased() }).subtracting(["PARAMETERS"])
                if methods.contains("GET") { methods.insert("HEAD") }
                methods.insert("OPTIONS")
                let options = try await world.send("OPTIONS", path.replacing("{id}", with: "\(world.game)"), key: "")
                #expect(options.headers["allow"] == methods.sorted().joined(separator: ", "), "\(path)")
            }
        }
    }

    @Test func everyDeclaration_isInTheDocument() async throws {
        try await withDaemon { daemon in
            let paths = try #require(try await Self.document(of: daemon).json["paths"]?.object)
            var expected: Set<String> = []
            for schema in Model.schemas {
                let path = Routes.collection(schema.name)
                expected.formUnion(["get \(path)", "get \(path)/{id}"])
                guard schema.history == .reversible else { continue }
                expected.formUnion(["post \(path)", "patch \(path)/{id}", "delete \(path)/{id}"])
            }
            for verb in Model.verbs {
                let path = Routes.collection(verb.resource)
                expected.insert("post " + (verb.isOfCollection ? path : "\(path)/{id}:\(verb.name)"))
            }
            for path in [Routes.health, Routes.readiness, Routes.metrics, Routes.openAPI, Routes.docs, Routes.events] {
                expected.insert("get \(path)")
            }
            let found = paths.flatMap { path, item in (item.object ?? [:]).keys.map { "\($0) \(path)" } }
            #expect(expected.subtracting(found) == [])
        }
    }

    @Test func document_isForAnyone_andSentOnce() async throws {
        try await withDaemon { daemon in
            let first = try await Self.document(of: daemon)
            #expect(first.status == 200 && first.headers["content-type"] == MediaType.json)
            let tag = try #require(first.headers["etag"])
            let head = "GET \(Routes.openAPI) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nIf-None-Match: \(tag)\r\n\r\n"
            let again = try await Wire(port: daemon.port).exchange([.send(Array(head.utf8))])
            #expect(again.status == 304 && again.body.isEmpty)
        }
    }

    private static func document(of daemon: DaemonProcess) async throws -> WireAnswer {
        let head = "GET \(Routes.openAPI) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        return try await Wire(port: daemon.port).exchange([.send(Array(head.utf8))])
    }
}
