"""Words the link that creates the first officer, with its QR code where the terminal can draw it."""

import sys

from kiosk.exports import qr

_AFTERWARDS = "the first officer’s account is made by this link, once, within 24 hours (again: kiosk user first):"


def words(link: str) -> str:
    """Return what is printed of a link: a sentence, the link, the QR code."""
    return "\n".join(["", _AFTERWARDS, link, *_code(link)])


def _code(link: str) -> list[str]:
    """Return the lines of the QR code; none where the output's encoding lacks their characters."""
    drawn = qr.lines(link)
    try:
        "".join(drawn).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return []
    return drawn
