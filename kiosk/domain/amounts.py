"""Reads sums of money as whole cents, and writes them plainly. Sums on a screen are written by `kiosk.web`."""

import re

from kiosk.domain.problems import Problem

_AMOUNT = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?")


def parse(text: str) -> int:
    """Cents from euros typed by a person: digits, then at most two decimals after `.` or `,`.

    No sign, no exponent, no thousands mark: `1.234` is a mistake, not a sum. Raises Problem `amount`.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise Problem("amount", f"an amount is euros like 5 or 5,00, at most two decimals and no sign, not {text!r}")
    euros, decimals = match.groups()
    return int(euros) * 100 + int((decimals or "").ljust(2, "0"))


def plain(cents: int, decimal: str = ".") -> str:
    """The sum in euros with two decimals and nothing else, as files and the command line write it: `-12.50`."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    return f"{sign}{euros}{decimal}{rest:02d}"
