"""An undrawn page has the same layout as a drawn one, and no frames."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from .undrawn import undrawn

_PAGE = """<!doctype html><style>
p { width: 50vw; height: 20px } button { position: absolute; top: 30px; left: 0 }
@media (max-width: 400px) { p { height: 60px } button { left: 200px } }
</style><p>Un mot</p><button>Ici</button>"""
_FRAME = "new Promise((done) => { requestAnimationFrame(() => done('drawn')); setTimeout(done, 250, 'undrawn'); })"
_LAID_OUT = """() => {
    const { width, height } = document.querySelector("p").getBoundingClientRect();
    return [innerWidth, width, height, document.elementFromPoint(12, 40).tagName];
}"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 800, "height": 480})
    yield context
    context.close()


@pytest.mark.parametrize("has_page", [False, True])
def test_an_undrawn_page_has_no_frames_and_a_drawn_one_does(context: BrowserContext, *, has_page: bool) -> None:
    if has_page:
        context.new_page()
    page = undrawn(context)
    assert page.evaluate(_FRAME) == "undrawn"
    assert context.pages[0].evaluate(_FRAME) == "drawn"


def test_an_undrawn_page_is_laid_out_at_each_width(context: BrowserContext) -> None:
    page = undrawn(context)
    page.set_content(_PAGE)
    assert page.evaluate(_LAID_OUT) == [800, 400, 20, "BUTTON"]
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(_LAID_OUT) == [360, 180, 60, "P"]
