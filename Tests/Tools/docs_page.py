"""Opens /docs in Chromium as a person does, enters a key, tries GET /v1/games, and prints what it saw as one JSON object.

    docs_page.py CHROMIUM ADDRESS [SCREENSHOT]

The key comes from $PAWL_KEY. Where the page has no Swagger UI, only its rows are told.
"""

import json
import os
import sys

from playwright.sync_api import Page, sync_playwright

TRIED = "/v1/games"

# Everything that the page's policy forbids and that somebody tries.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def documented(page: Page) -> list[str]:
    """The operations of the document."""
    return page.evaluate(
        """async () => {
            const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
            const document = await (await fetch("/openapi.json")).json();
            return Object.entries(document.paths).flatMap(([path, item]) =>
                Object.keys(item).filter(key => methods.includes(key)).map(key => `${key.toUpperCase()} ${path}`));
        }"""
    )


def operations(page: Page) -> list[str]:
    """The operations that the page shows to somebody who scrolls through it: only what is in sight is there."""
    page.locator(".opblock").first.wait_for()
    return page.evaluate(
        """async () => {
            const seen = new Set();
            const frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
                scrollTo(0, y);
                await frame();
                await frame();
                for (const block of document.querySelectorAll(".opblock")) {
                    const method = block.querySelector(".opblock-summary-method").textContent;
                    seen.add(`${method} ${block.querySelector(".opblock-summary-path").dataset.path}`);
                }
            }
            scrollTo(0, 0);
            return [...seen];
        }"""
    )


def authorise(page: Page, key: str) -> None:
    page.locator(".auth-wrapper button.authorize").click()
    page.locator(".auth-container input").first.fill(key)
    page.locator(".auth-container button[type=submit]").first.click()
    page.locator(".auth-container button", has_text="Logout").first.wait_for()
    page.locator(".modal-ux button.close-modal").click()


def try_call(page: Page) -> dict[str, str]:
    page.locator(".operation-filter-input").fill(TRIED)
    # The list is made anew a moment later; a click before that would be lost with the old one.
    page.locator('[data-path="/healthz"]').wait_for(state="detached")
    block = page.locator(f'.opblock-get:has([data-path="{TRIED}"])')
    block.locator(".opblock-summary-control").click()
    block.locator("button.execute").click()
    answer = block.locator(".live-responses-table tbody tr.response").first
    answer.wait_for()
    return {
        "url": block.locator(".request-url").inner_text().strip().splitlines()[-1],
        "status": answer.locator(".response-col_status").inner_text().split()[0],
        "body": answer.locator(".highlight-code").first.inner_text(),
    }


def is_watched(page: Page) -> bool:
    """Whether an inline script is noticed, and kept from running."""
    page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener("securitypolicyviolation", resolve, { once: true });
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        })"""
    )
    return page.evaluate("window.violations.length > 0 && window.ran === undefined")


def main() -> None:
    chromium, address = sys.argv[1:3]
    screenshot = sys.argv[3] if len(sys.argv) > 3 else None
    console: list[str] = []
    requests: list[str] = []
    failures: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(30_000)
        page.add_init_script(WATCH)
        page.on("console", lambda line: line.type in ("error", "warning") and console.append(line.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.on("requestfailed", lambda request: failures.append(request.url))
        page.on("response", lambda answer: answer.status >= 400 and failures.append(f"{answer.status} {answer.url}"))
        page.goto(address + "/docs", wait_until="load")

        seen: dict[str, object] = {"isSwaggerUI": page.locator("#swagger-ui").count() == 1}
        seen["documented"] = documented(page)
        if seen["isSwaggerUI"]:
            seen["operations"] = operations(page)
            authorise(page, os.environ["PAWL_KEY"])
            seen["call"] = try_call(page)
        else:
            seen["operations"] = page.locator("tr:has(td)").evaluate_all(
                'rows => rows.map(row => row.cells[0].textContent + " " + row.cells[1].textContent)'
            )
        if screenshot:
            page.screenshot(path=screenshot)
        # The page's own troubles are counted before the one that is made on purpose.
        seen["violations"] = page.evaluate("window.violations")
        seen["console"] = list(console)
        seen["failures"] = failures
        seen["foreign"] = [url for url in requests if not url.startswith((address + "/", "data:"))]
        seen["isWatched"] = is_watched(page)
        browser.close()
    print(json.dumps(seen))


main()
