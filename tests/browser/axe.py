"""What axe finds on a page, one line each. Its script is read into a document once, which takes longer than a look.

Two thirds of a look are contrasts, and a page's texts look like those of the page before. So axe measures once a run
how each look reads: letters of one colour, size and weight over one ground. Where it found nothing to say of a look, it
passes over that look from then on. KIOSK_ALL_WALKS=1 (`scripts/torture walks`) has it measure each text.
"""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

ALL_WALKS = bool(os.environ.get("KIOSK_ALL_WALKS"))
_MARK = "data-look-is-known"
_LOOKS = (Path(__file__).parent / "axe_looks.js").read_text("utf-8")
_RUN = f"""([known, all]) => {{
    if (!window.axe) return null;
    const mark = "{_MARK}", fresh = all ? [] : ({_LOOKS})([known, mark]);
    axe.configure({{ rules: [{{ id: "color-contrast", selector: `*:not([${{mark}}])` }}] }});
    return axe.run({{ resultTypes: ["violations"] }}).then(({{ violations, passes }}) => {{
        document.querySelectorAll(`[${{mark}}]`).forEach((element) => element.removeAttribute(mark));
        return {{
            fresh,
            passed: passes.length,
            found: violations.flatMap(({{ id, nodes }}) => nodes.map((node) => [
                id, node.target.join(" "), node.html.replace(/\\s+/g, " ").slice(0, 200),
                [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
            ])),
        }};
    }});
}}"""
_well: set[str] = set()
"""The looks that read well."""


def read_axe_in(context: BrowserContext) -> None:
    """Have each document of a browser begin with axe, where most of them are looked at."""
    context.add_init_script(AXE_SCRIPT)


def found_by_axe(page: Page) -> list[str]:
    """Rule, place and reason of each violation; none is what a test wants."""
    page.wait_for_load_state()  # of a page that is exchanged just now there is nothing to look at yet
    asked = [sorted(_well), ALL_WALKS]
    results: dict[str, Any] | None = page.evaluate(_RUN, asked)
    if results is None:
        page.evaluate(AXE_SCRIPT)
        results = page.evaluate(_RUN, asked)
    assert results is not None
    assert results["passed"], "axe looked at nothing"
    if not results["found"]:
        _well.update(results["fresh"])
    return [f"axe {rule}: {where}: {html}: {why}" for rule, where, html, why in results["found"]]


def check_axe(page: Page) -> None:
    """Axe finds nothing."""
    assert found_by_axe(page) == []
