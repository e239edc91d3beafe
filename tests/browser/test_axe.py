"""Axe passes over texts that look like one it has measured, and over none that only seems to."""

import pytest
from playwright.sync_api import Page

from . import axe

_PAGE = """<!doctype html><html lang="fr"><title>Titre</title><style>
body { background: #fff; color: #111 } .pale { color: #eee } .dark { background: #222 } .faded { opacity: .1 }
.above { position: absolute; top: 0; left: 0 } .drawn { background: linear-gradient(#111, #111) }
.glass { background: rgba(0, 0, 0, .9) } .hidden { display: none } .large { font-size: 40px } .grey { color: #888 }
</style><main><h1>Titre</h1><p>De quoi lire</p><p class="grey large">Grand et gris</p>"""


@pytest.fixture
def page(browser_page: Page, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(axe, "_well", set())
    monkeypatch.setattr(axe, "ALL_WALKS", False)
    browser_page.set_content(_PAGE)
    assert axe.found_by_axe(browser_page) == []
    return browser_page


def _found(page: Page, more: str) -> list[str]:
    """What axe finds once something more stands on the page: texts."""
    page.set_content(_PAGE + more)
    return [each.partition("Element has")[0] for each in axe.found_by_axe(page) if "color-contrast" in each]


def test_a_look_that_reads_well_is_measured_once(page: Page) -> None:
    known = set(axe._well)
    assert len(known) == 3
    page.set_content(_PAGE + "<p>Encore de quoi lire</p><p class=hidden>Pas vu</p>")
    assert axe.found_by_axe(page) == []
    assert axe._well == known
    assert page.locator(f"[{axe._MARK}]").count() == 0


@pytest.mark.parametrize(
    "more",
    [
        "<p class=pale>Pâle</p>",
        "<p class=dark>Sombre sur sombre</p>",
        "<div class=dark><p>Sombre dans du sombre</p></div>",
        "<div class=glass><p>Sous un verre</p></div>",
        "<div class=faded><p>Effacé</p></div>",
        "<div class=faded><div style='background: #fff'><p>Effacé aussi</p></div></div>",
        "<p class=grey>Gris et petit</p>",
        "<div class=dark><p class=above style='background: #222'>Par-dessus</p></div>",
    ],
)
def test_what_looks_otherwise_is_measured_each_time(page: Page, more: str) -> None:
    known = set(axe._well)
    assert len(_found(page, more)) == 1
    assert len(_found(page, more)) == 1  # what reads ill is never known
    assert axe._well == known


def test_the_first_look_of_a_hidden_text_is_the_one_that_counts(page: Page) -> None:
    assert _found(page, "<p class='pale hidden'>Pâle, pas vu</p>") == []
    assert len(_found(page, "<p class=pale>Pâle</p>")) == 1
