"""A telephone's camera: reads the text of a QR that a page shows, from its squares, as any reader of ISO 18004 does."""

import re

import qrcode  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Page
from qrcode import base, constants, util

_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1")
_BORDER = 4
_FORMAT_MASK = 0x5412
_BYTES = 0b0100  # the mode in which all is written here


def read(page: Page, selector: str = "#stage .code svg") -> str:
    """The text of the QR on a page."""
    page.wait_for_selector(selector)
    size = int((page.locator(selector).get_attribute("viewBox") or "").split()[2]) - 2 * _BORDER
    dark = [[False] * size for _ in range(size)]
    for x, y, run in _RUN.findall(page.locator(f"{selector} path").last.get_attribute("d") or ""):
        for place in range(int(run)):
            dark[int(y) - _BORDER][int(x) - _BORDER + place] = True
    return text_of(dark)


def text_of(dark: list[list[bool]]) -> str:
    """The text that squares say, without their border. Nothing of them may be spoilt."""
    size = len(dark)
    version, told = (size - 17) // 4, _format(dark)
    level, flips = {0b00: "M", 0b01: "L"}[told >> 13], util.mask_func(told >> 10 & 0b111)
    correction = {"M": constants.ERROR_CORRECT_M, "L": constants.ERROR_CORRECT_L}[level]
    blank = _blank(version, size)
    bits = []
    for number, right in enumerate([each for each in range(size - 1, 0, -2) if each > 6] + [5, 3, 1]):
        for row in range(size - 1, -1, -1) if number % 2 == 0 else range(size):
            bits += [dark[row][each] ^ flips(row, each) for each in (right, right - 1) if blank[row][each] is None]
    octets = [sum(bit << 7 - place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits) - 7, 8)]
    counts = [block.data_count for block in base.rs_blocks(version, correction)]
    blocks: list[list[int]] = [[] for _ in counts]
    words = iter(octets)
    for place in range(max(counts)):
        for block, count in zip(blocks, counts, strict=True):
            if place < count:
                block.append(next(words))
    stream = "".join(f"{octet:08b}" for block in blocks for octet in block)
    assert int(stream[:4], 2) == _BYTES
    wide = 8 if version < 10 else 16
    length = int(stream[4 : 4 + wide], 2)
    body = stream[4 + wide : 4 + wide + 8 * length]
    return bytes(int(body[at : at + 8], 2) for at in range(0, len(body), 8)).decode()


def _format(dark: list[list[bool]]) -> int:
    """Level and mask, as they stand around the first corner."""
    around = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    return sum(dark[row][column] << 14 - place for place, (row, column) in enumerate(around)) ^ _FORMAT_MASK


def _blank(version: int, size: int) -> list[list[bool | None]]:
    """Which squares are a code's own: None is where its text stands."""
    code = qrcode.QRCode(version=version)
    code.modules_count = size
    code.modules = [[None] * size for _ in range(size)]
    for corner in ((0, 0), (size - 7, 0), (0, size - 7)):
        code.setup_position_probe_pattern(*corner)
    code.setup_position_adjust_pattern()
    code.setup_timing_pattern()
    code.setup_type_info(True, 0)
    if version >= 7:
        code.setup_type_number(True)
    found: list[list[bool | None]] = code.modules
    return found
