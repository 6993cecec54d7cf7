import PawlModel

/// The page that lets a person try calls, with the script and the style that are ours.
///
/// Nothing is inline: the page's policy allows only files of this daemon.
enum DocsPage {
    static let scriptPath = "\(Routes.docs)/page.js"
    static let stylePath = "\(Routes.docs)/page.css"

    static func path(_ part: SwaggerUI.Part) -> String { "\(Routes.docs)/\(part.rawValue)" }

    /// The page around Swagger UI.
    static let swaggerUI = DocsFile(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Pawl API</title>
        <link rel="icon" type="image/png" href="\(path(.icon))">
        <link rel="stylesheet" href="\(path(.style))">
        <link rel="stylesheet" href="\(stylePath)">
        <script defer src="\(path(.script))"></script>
        <script defer src="\(scriptPath)"></script>
        </head>
        <body>
        <noscript><p class="note">Trying calls needs JavaScript. The same as JSON:
        <a href="\(Routes.openAPI)">\(Routes.openAPI)</a>.</p></noscript>
        <div id="swagger-ui"></div>
        </body>
        </html>

        """, htmlType)

    /// Starts Swagger UI. It asks no other site for anything: no validator, and no document but ours, whatever the
    /// page's address says. A key that somebody enters is forgotten with the page.
    static let script = DocsFile(
        """
        SwaggerUIBundle({
            url: "\(Routes.openAPI)",
            dom_id: "#swagger-ui",
            presets: [SwaggerUIBundle.presets.apis],
            layout: "BaseLayout",
            validatorUrl: null,
            queryConfigEnabled: false,
            persistAuthorization: false,
            deepLinking: true,
            docExpansion: "list",
            defaultModelsExpandDepth: 0,
            filter: true,
            tryItOutEnabled: true,
            displayRequestDuration: true,
        });

        """, "text/javascript; charset=utf-8")

    static let style = DocsFile(
        """
        body { margin: 0; }
        .note { margin: 1rem 0; padding: .75rem 1rem; border-left: .25rem solid #b7791f; background: #b7791f22; }
        .plain { color-scheme: light dark; background: Canvas; color: CanvasText; font: 1rem/1.5 system-ui, sans-serif; }
        .plain main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
        .plain a { color: LinkText; }
        .plain h1 small { font-weight: normal; opacity: .7; }
        .plain h2 { margin: 2rem 0 .5rem; }
        .plain div { overflow-x: auto; }
        .plain table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 56rem; }
        .plain th, .plain td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; text-align: left; }
        .plain th { font-size: .85rem; opacity: .7; }
        .plain code { font: .9rem ui-monospace, monospace; }
        .plain td:first-child code { font-weight: bold; }
        .plain th:first-child { width: 5rem; }
        .plain th:nth-child(2) { width: 22rem; }
        .plain th:last-child { width: 16rem; }

        """, "text/css; charset=utf-8")

    static let htmlType = "text/html; charset=utf-8"
}
