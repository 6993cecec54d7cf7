import HTTPTypes
import PawlModel

/// The plain page that stands at `/docs` where Swagger UI is not installed: every endpoint, by tag, without a script.
struct OperationsPage {
    private let endpoints: [Endpoint]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
    }

    var file: DocsFile {
        DocsFile(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Pawl API</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="\(DocsPage.stylePath)">
            </head>
            <body class="plain">
            <main>
            <h1>Pawl API</h1>
            <p class="note">Swagger UI is not installed, so calls cannot be tried here. <code>make setup</code> installs
            it; the setting <code>docs.swagger_ui</code> says where it lies.</p>
            <p>The whole description, for programs: <a href="\(Routes.openAPI)"><code>\(Routes.openAPI)</code></a>.</p>
            \(sections)
            </main>
            </body>
            </html>

            """, DocsPage.htmlType)
    }

    private var sections: String {
        Dictionary(grouping: endpoints, by: \.operation.tag).sorted { $0.key < $1.key }.map {
            tag, endpoints in
            """
            <h2>\(tag.escapedForHTML)</h2>
            <div><table>
            <tr><th>Method</th><th>Path</th><th>What it does</th><th>For</th></tr>
            \(endpoints.map(row).joined(separator: "\n"))
            </table></div>
            """
        }.joined(separator: "\n")
    }

    private func row(_ endpoint: Endpoint) -> String {
        let cells = [
            "<code>\(endpoint.method.rawValue)</code>", "<code>\(endpoint.path.escapedForHTML)</code>",
            endpoint.operation.summary.escapedForHTML, endpoint.access.words.escapedForHTML,
        ]
        return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
}

extension Endpoint.Access {
    /// Who may call, for a person.
    fileprivate var words: String {
        switch self {
        case .anyone: "anyone"
        case .keys(let scope): scope?.rawValue ?? "any key"
        case .studioKeys(let scope): "\(scope.rawValue), of all games"
        case .keysAndPlayers(let scope): (scope?.rawValue ?? "any key") + ", players"
        case .publicOr(let scope): scope.rawValue + ", anyone what is public"
        case .publicOrSigned(let scope): scope.rawValue + ", anyone what is public or with a signed URL"
        }
    }
}

extension String {
    /// As text between two tags.
    fileprivate var escapedForHTML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
