import Hummingbird
import Metadata
import PawlModel

extension API {
    /// The page at `/docs` and its files: Swagger UI where it is installed, a plain page where it is not. They tell
    /// nothing but what the API is, so they need no key; the calls that somebody tries on the page do.
    var docsEndpoints: [Endpoint] {
        let page = docsEndpoint(
            "getDocs", Routes.docs, as: DocsPage.htmlType, "Shows the API, and lets one try it."
        ) {
            await swaggerUI.isInstalled ? DocsPage.swaggerUI : OperationsPage(endpoints.filter { !$0.isV0 }).file
        }
        let script = docsEndpoint(
            "getDocsScript", DocsPage.scriptPath, as: DocsPage.script.mediaType, "The script of the page."
        ) { DocsPage.script }
        let style = docsEndpoint(
            "getDocsStyle", DocsPage.stylePath, as: DocsPage.style.mediaType, "The style of the page."
        ) { DocsPage.style }
        let description = docsEndpoint(
            "getOpenAPI", Routes.openAPI, as: MediaType.json, "The API as OpenAPI 3.1, for programs."
        ) { openAPI.file(endpoints, schemas: writePath.registry.schemas) }
        let v0Description = docsEndpoint(
            "getV0OpenAPI", V0.openAPI, as: MediaType.json, "V0 of the API as OpenAPI 3.1, for programs."
        ) { v0OpenAPI.file(endpoints, schemas: []) }
        return [page, script, style, description, v0Description]
            + SwaggerUI.Part.allCases.map { part in
                docsEndpoint(
                    "getSwaggerUI\(part.word)", DocsPage.path(part), as: part.mediaType,
                    "The \(part.word.lowercased()) of Swagger UI.", problems: [.notFound]
                ) { await swaggerUI.file(part) }
            }
    }

    private func docsEndpoint(
        _ id: String, _ path: String, as mediaType: String, _ summary: String,
        problems: [ProblemCode] = [],
        _ file: @escaping @Sendable () async -> DocsFile?
    ) -> Endpoint {
        let operation = Operation(
            id, tag: "docs", summary, parameters: [.ifNoneMatch],
            answers: [
                .init(
                    .ok, .bytes, as: mediaType.baseMediaType, headers: [.eTag, .cacheControl], "The file.")
            ], problems: problems)
        return Endpoint(.get, path, access: .anyone, operation) { request in
            guard let file = await file() else {
                throw Problem(.notFound, "Swagger UI is not installed here.")
            }
            return file.response(to: request.request)
        }
    }
}

extension String {
    /// A media type without its parameters.
    fileprivate var baseMediaType: String { String(prefix { $0 != ";" }) }
}
