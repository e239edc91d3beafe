"""What axe finds on a page, one line each. Its script is read into a document once, which takes longer than a look.

Two thirds of a look are contrasts, and a page's texts look like those of the page before. So axe measures once a run
how each look reads: letters of one colour, size and weight over one ground. Where it found nothing to say of a look, it
passes over that look from then on. Likewise the lists of the desk's frame, which most pages share to the letter: what
axe has looked at in full is left out of the next page's look; the frame's landmarks and the page around them are not.

Nor is each page a new document to axe: a third of a look was its own script, begun anew. A `Reader` is a tab where it
stays, and each page's body comes there as it stood. KIOSK_ALL_WALKS=1 (`scripts/torture walks`) has each text measured,
each frame looked at, and each page in its own document.
"""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

from .undrawn import undrawn

ALL_WALKS = bool(os.environ.get("KIOSK_ALL_WALKS"))
_MARK = "data-look-is-known"
_LOOKS = (Path(__file__).parent / "axe_looks.js").read_text("utf-8")
# Of the desk's frame: where one page's is like another's in every letter but its token, and holds nothing that is set
# against the rest of a page (headings are in their order, keys are one place's alone).
_FRAME = """(known, all) => {
    const parts = all ? [] : [...document.querySelectorAll("header.side ul, header.side .who")];
    const told = (part) => `frame ${innerWidth} ${document.documentElement.lang} ` +
        part.outerHTML.replace(/(name="csrf_token"[^>]*value=)"[^"]*"/g, "$1");
    const alone = parts.filter((part) => !part.querySelector("h1, h2, h3, h4, h5, h6, [accesskey]"));
    const seen = alone.filter((part) => known.includes(told(part)));
    return { seen, fresh: alone.filter((part) => !seen.includes(part)).map(told) };
}"""
_RUN = f"""([known, all]) => {{
    if (!window.axe) return null;
    const frame = ({_FRAME})(known, all);
    const mark = "{_MARK}", fresh = all ? [] : ({_LOOKS})([known, mark]);
    axe.configure({{ rules: [{{ id: "color-contrast", selector: `*:not([${{mark}}])` }}] }});
    return axe.run({{ exclude: frame.seen }}, {{ resultTypes: ["violations"] }}).then(({{ violations, passes }}) => {{
        document.querySelectorAll(`[${{mark}}]`).forEach((element) => element.removeAttribute(mark));
        return {{
            fresh: [...fresh, ...frame.fresh],
            passed: passes.length,
            found: violations.flatMap(({{ id, nodes }}) => nodes.map((node) => [
                id, node.target.join(" "), node.html.replace(/\\s+/g, " ").slice(0, 200),
                [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
            ])),
        }};
    }});
}}"""
# What a page is drawn with; that and the page as it stands; and its place in a document that has been here before.
_HEAD = """() => [...document.head.querySelectorAll("meta[name=viewport], link[rel=stylesheet]")]
    .map((one) => one.href ?? one.content).join(" ")"""
_STANDING = f"""() => [({_HEAD})(), [document.documentElement.lang, document.title, document.body.outerHTML]]"""
_READ = f"""([[lang, title, body], ...asked]) => {{
    document.documentElement.lang = lang;
    document.title = title;
    document.body.replaceWith(new DOMParser().parseFromString(body, "text/html").body);
    return ({_RUN})(asked);
}}"""
_well: set[str] = set()
"""The looks that read well, and the lists of a frame in which there was nothing to find."""


def read_axe_in(context: BrowserContext) -> None:
    """Have each document of a browser begin with axe, where most of them are looked at."""
    context.add_init_script(AXE_SCRIPT)


def found_by_axe(page: Page) -> list[str]:
    """Rule, place and reason of each violation; none is what a test wants."""
    page.wait_for_load_state()  # of a page that is exchanged just now there is nothing to look at yet
    results: dict[str, Any] | None = page.evaluate(_RUN, _known())
    if results is None:
        page.evaluate(AXE_SCRIPT)
        results = page.evaluate(_RUN, _known())
    assert results is not None
    return _told(results)


def _known() -> list[Any]:
    return [sorted(_well), ALL_WALKS]


def _told(results: dict[str, Any]) -> list[str]:
    """A line for each violation. What looked well is known from then on."""
    assert results["passed"], "axe looked at nothing"
    if not results["found"]:
        _well.update(results["fresh"])
    return [f"axe {rule}: {where}: {html}: {why}" for rule, where, html, why in results["found"]]


class Reader:
    """A tab of a browser in which axe looks at page after page of one desk, each in its turn in the one document."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._page = undrawn(context)
        self._page.goto(address)
        self._page.evaluate(AXE_SCRIPT)
        self._head = self._page.evaluate(_HEAD)

    def find(self, page: Page) -> list[str]:
        """Rule, place and reason of each violation of a page that another tab has opened; there, where it has other
        styles than this tab's.
        """
        page.wait_for_load_state()
        head, standing = page.evaluate(_STANDING)
        if ALL_WALKS or head != self._head:
            return found_by_axe(page)
        return _told(self._page.evaluate(_READ, [standing, *_known()]))


def check_axe(page: Page) -> None:
    """Axe finds nothing."""
    assert found_by_axe(page) == []
