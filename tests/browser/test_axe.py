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


_MENU = "<header class=side><nav aria-label=Gestes><ul><li><a href='/'>Accueil</a></ul></nav></header>"
_ILL_MENU = _MENU.replace("Accueil", "<img src=x alt=''>")


def _frames() -> set[str]:
    return {each for each in axe._well if each.startswith("frame ")}


def test_a_frame_s_lists_are_looked_at_once_for_each_way_they_are(page: Page) -> None:
    assert _found_anything(page, _MENU) == []
    known = _frames()
    assert len(known) == 1
    assert _found_anything(page, _MENU + "<aside>Autre page</aside>") == []
    assert _frames() == known
    assert _found_anything(page, _MENU.replace("Accueil", "Caisse")) == []
    assert len(_frames()) == 2


def test_an_ill_list_of_a_frame_is_never_known(page: Page) -> None:
    assert _found_anything(page, _MENU) == []
    for _ in range(2):
        assert [each.split(":")[0] for each in _found_anything(page, _ILL_MENU)] == ["axe link-name"]
    assert len(_frames()) == 1


def test_a_page_is_held_against_a_frame_that_is_known(page: Page) -> None:
    assert _found_anything(page, _MENU) == []
    twice = _found_anything(page, _MENU + "<nav aria-label=Gestes><a href='/'>Ici</a></nav>")
    assert [each.split(":")[0] for each in twice] == ["axe landmark-unique"]


def _found_anything(page: Page, more: str) -> list[str]:
    """What axe finds where a frame stands before the page's own."""
    page.set_content(_PAGE.replace("<main>", more + "<main>"))
    return axe.found_by_axe(page)


def test_a_page_is_looked_at_elsewhere_as_it_stands(page: Page) -> None:
    """Its script's part in it included, and in its own place where it is drawn otherwise."""
    reader = axe.Reader(page.context, "about:blank")
    page.evaluate("document.querySelector('p').innerHTML = '<img src=x>'")
    for more in ("", "<meta name=viewport content='user-scalable=no'>"):
        page.evaluate("(more) => document.head.insertAdjacentHTML('beforeend', more)", more)
        rules = {each.split(":")[0] for each in reader.find(page)}
        assert rules >= {"axe image-alt", *(["axe meta-viewport"] if more else [])}
    page.evaluate("document.querySelector('meta').remove()")
    page.evaluate("document.querySelector('p').textContent = 'Lu'")
    assert reader.find(page) == []
