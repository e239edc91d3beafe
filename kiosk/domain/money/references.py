"""Makes an account's payment reference, which people write in a transfer, and finds it again in a bank's label.

Nine signs like `KQ2 2J5 7TH`: two that begin every reference, four for the account, three that check them. The signs
leave out vowels and all that is mistaken for another (0 O, 1 I L, 5 S, B 8 ...): nothing is a word, and what is typed
from paper is typed right. The seven signs are points of one polynomial of the third degree over the 23 signs, so two
references differ in four places at least: up to three wrong signs never make another account's reference. A tab, a
membership and a carnet share the reference of the account that pays them.
"""

import re
import unicodedata

from kiosk.domain.problems import Problem

SIGNS = "23456789CDFHJKMNPQRTVWX"
BEGINS = "KQ"  # two letters that no French word, bank or month has side by side
_DATA, _CHECKS = 4, 3
_BASE = len(SIGNS)  # a prime: each sign has an inverse, so the checks are worth what they weigh
MOST = _BASE**_DATA - 1
_REFERENCE = re.compile(f"(?={BEGINS}([{SIGNS}]{{{_DATA + _CHECKS}}}))")


def of_account(account: int) -> str:
    """The reference of an account, without spaces. Raises Problem `reference` for a number that none can hold."""
    if not 0 < account <= MOST:
        raise Problem("reference", most=MOST, given=account)
    places = [account // _BASE**power % _BASE for power in reversed(range(_DATA))]
    return BEGINS + "".join(SIGNS[place] for place in (*places, *_checks(places)))


def spaced(reference: str) -> str:
    """A reference as people read it: in groups of three."""
    return " ".join(reference[begin : begin + 3] for begin in range(0, len(reference), 3))


def find(*texts: str | None) -> int | None:
    """The account whose reference stands in a bank's label, however it was cut, glued or written small.

    Several texts are those of one line, one after the other. None where there is no reference, or two accounts'.
    """
    bare = [_bare(text) for text in texts if text]
    found = {account for text in (*bare, "".join(bare)) for account in _found(text)}
    return found.pop() if len(found) == 1 else None


def _bare(text: str) -> str:
    """The letters and digits of a text, side by side, without accents."""
    letters = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _found(bare: str) -> set[int]:
    accounts = set()
    for match in _REFERENCE.finditer(bare):
        places = [SIGNS.index(sign) for sign in match[1]]
        if places[_DATA:] == _checks(places[:_DATA]):
            number = 0
            for place in places[:_DATA]:
                number = number * _BASE + place
            accounts.add(number)
    return accounts - {0}


def _checks(places: list[int]) -> list[int]:
    """The next points of the polynomial through the first ones (Lagrange)."""
    return [_at(places, x) for x in range(len(places), len(places) + _CHECKS)]


def _at(places: list[int], x: int) -> int:
    total = 0
    for i, value in enumerate(places):
        term = value
        for j in range(len(places)):
            if j != i:
                term = term * (x - j) * pow(i - j, -1, _BASE) % _BASE
        total += term
    return total % _BASE
