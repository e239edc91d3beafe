"""What axe finds on a page, one line each. Its script is read into a document once, which takes longer than a look."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

_RUN = """(rules) => window.axe && axe.run({ resultTypes: ["violations"], rules }).then(({ violations, passes }) => ({
    passed: passes.length,
    found: violations.flatMap(({ id, nodes }) => nodes.map((node) => [
        id, node.target.join(" "), node.html.replace(/\\s+/g, " ").slice(0, 200),
        [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    ])),
}))"""


def read_axe_in(context: BrowserContext) -> None:
    """Have each document of a browser begin with axe, where most of them are looked at."""
    context.add_init_script(AXE_SCRIPT)


def found_by_axe(page: Page, *, contrast: bool = True) -> list[str]:
    """Rule, place and reason of each violation; none is what a test wants."""
    page.wait_for_load_state()  # of a page that is exchanged just now there is nothing to look at yet
    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    results: dict[str, Any] | None = page.evaluate(_RUN, rules)
    if results is None:
        page.evaluate(AXE_SCRIPT)
        results = page.evaluate(_RUN, rules)
    assert results is not None
    assert results["passed"], "axe looked at nothing"
    return [f"axe {rule}: {where}: {html}: {why}" for rule, where, html, why in results["found"]]


def check_axe(page: Page) -> None:
    """Axe finds nothing."""
    assert found_by_axe(page) == []
