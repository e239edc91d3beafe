"""Reads amounts of money as whole cents, and writes them plainly. Amounts on a screen are written by `kiosk.web`."""

import re

from kiosk.domain.problems import Problem, euros

_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
_CURRENCY = "(?:€|EUR|euros?)"
# a plain number, or thousands with spaces; thousands with dots and a decimal comma; or with commas and a decimal dot
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY}[{_SPACES}]?)?"
    r"(?:"
    rf"(?P<whole>[0-9]{{1,7}}|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}){{1,2}})(?:[.,](?P<cents>[0-9]{{1,2}}))?"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3}){1,2}),(?P<after_comma>[0-9]{1,2})"
    r"|(?P<comma>[0-9]{1,3}(?:,[0-9]{3}){1,2})\.(?P<after_dot>[0-9]{1,2})"
    r")"
    rf"(?:[{_SPACES}]?{_CURRENCY})?",
    re.IGNORECASE | re.ASCII,
)
_MOST_CENTS = 999_999_999  # just below ten million euros


def parse(text: str) -> int:
    """Return the cents of an amount in euros as people write it: `5`, `5,00`, `1 000,00`, `1.000,00`, `1'000.00`,
    `12,50 €`.

    At most two decimals, no sign, no exponent. `1.234` is refused, because it could be two amounts. Raises Problem
    `amount`.
    """
    match = _AMOUNT.fullmatch(text.strip())
    parts = {} if match is None else match.groupdict()
    whole = re.sub("[^0-9]", "", parts.get("whole") or parts.get("dotted") or parts.get("comma") or "")
    decimals = parts.get("cents") or parts.get("after_comma") or parts.get("after_dot") or ""
    total = int(whole or "-1") * 100 + int(decimals.ljust(2, "0"))  # below 0, and so refused, without a match
    if not 0 <= total <= _MOST_CENTS:
        raise Problem("amount", field="amount", given=text)
    return total


def plain(cents: int, decimal: str = ".") -> str:
    """Return an amount in euros with two decimals and nothing else, as files and the command line write
    it: `-12.50`.
    """
    return euros(cents).replace(".", decimal)
