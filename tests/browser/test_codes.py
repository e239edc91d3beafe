"""A QR on the touchscreen is what a telephone reads: every square of the picture is the one that was meant."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from kiosk.exports import qr

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


def test_the_code_of_a_transfer_can_be_read(page: Page, kiosk: Kiosk) -> None:
    assert seen(page, kiosk, "transfer") == qr.squares(TRANSFER.content)


def test_the_code_of_a_receipt_can_be_read(page: Page, kiosk: Kiosk) -> None:
    assert seen(page, kiosk, "receipt") == qr.squares(RECEIPT, "L")
