"""A QR on the touchscreen is what a telephone reads: every square of the picture is the one that was meant."""

import io

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page

from .screens import CARDS, RECEIPT, TRANSFER, Kiosk

DARK = 128


@pytest.fixture
def page(browser_page: Page, kiosk: Kiosk) -> Page:
    browser_page.goto(kiosk.url)
    return browser_page


def seen(page: Page, kiosk: Kiosk, state: str) -> list[list[bool]]:
    """The squares of the code on a card, dark or not, read from the middle of each."""
    kiosk.board.show(CARDS[state])
    drawn = page.locator(".code svg")
    drawn.wait_for()
    width = float(str(drawn.get_attribute("viewBox")).split()[2])
    picture = Image.open(io.BytesIO(drawn.screenshot())).convert("L")
    step = picture.width / width
    middles = [int((place + 0.5) * step) for place in range(int(width))]
    return [[int(str(picture.getpixel((x, y)))) < DARK for x in middles] for y in middles]


def meant(code: segno.QRCode) -> list[list[bool]]:
    return [[bool(square) for square in row] for row in code.matrix_iter(border=4)]


def test_the_code_of_a_transfer_can_be_read(page: Page, kiosk: Kiosk) -> None:
    code = segno.make_qr(TRANSFER.content, error="m", boost_error=False, encoding="utf-8")
    assert seen(page, kiosk, "transfer") == meant(code)


def test_the_code_of_a_receipt_can_be_read(page: Page, kiosk: Kiosk) -> None:
    code = segno.make(RECEIPT, error="l", micro=False, encoding="utf-8", boost_error=False)
    assert seen(page, kiosk, "receipt") == meant(code)
