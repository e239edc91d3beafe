"""Makes an account's payment reference, which people write in a transfer, and finds it again in a bank's label.

Nine characters like `KQ2 2J5 7TH`: two that begin every reference, four for the account, three to check them. Vowels
and characters easily mistaken for another (0 O, 1 I L, 5 S, B 8 ...) are left out: a reference is never a word, and is
copied correctly from paper. The seven characters are points of a polynomial of degree three over 23 values, so that two
references differ in at least four places: up to three wrong characters never give another account's reference. A tab, a
membership and a carnet share the reference of the account that pays them.
"""

import re
import unicodedata

from kiosk.domain.problems import Problem

SIGNS = "23456789CDFHJKMNPQRTVWX"
BEGINS = "KQ"  # two letters that no French word, bank or month has side by side
_DATA, _CHECKS = 4, 3  # characters for the account, and to check them
_BASE = len(SIGNS)  # a prime, so that every value has an inverse and the checks have their full strength
MOST = _BASE**_DATA - 1  # the highest account that has a reference
# a look-ahead, so that a reference is found even where another beginning overlaps it
_REFERENCE = re.compile(f"(?={BEGINS}([{SIGNS}]{{{_DATA + _CHECKS}}}))")


def of_account(account: int) -> str:
    """Return an account's reference, without spaces. Raises Problem `reference` outside 1 to MOST."""
    if not 0 < account <= MOST:
        raise Problem("reference", most=MOST, given=account)
    places = [account // _BASE**power % _BASE for power in reversed(range(_DATA))]
    return BEGINS + "".join(SIGNS[place] for place in (*places, *_checks(places)))


def spaced(reference: str) -> str:
    """Return a reference in groups of three, as people read it."""
    return " ".join(reference[begin : begin + 3] for begin in range(0, len(reference), 3))


def find(*texts: str | None) -> int | None:
    """Return the account whose reference stands in a bank's label, even cut, glued together or in small letters.

    Each text is searched alone, then all joined, for a reference cut between two. None where there is no reference,
    or those of two accounts.
    """
    bare = [_bare(text) for text in texts if text]
    accounts = {account for text in (*bare, "".join(bare)) for account in _accounts_in(text)}
    return accounts.pop() if len(accounts) == 1 else None


def _bare(text: str) -> str:
    """Return the letters and digits of a text in a row, without accents."""
    letters = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _accounts_in(bare: str) -> set[int]:
    """Return the accounts of every valid reference in a text without spaces; others fail their check signs."""
    accounts = set()
    for match in _REFERENCE.finditer(bare):
        places = [SIGNS.index(sign) for sign in match[1]]
        if places[_DATA:] == _checks(places[:_DATA]):
            number = 0
            for place in places[:_DATA]:
                number = number * _BASE + place
            accounts.add(number)
    return accounts - {0}  # its check signs can be right, but no account has the number 0


def _checks(places: list[int]) -> list[int]:
    """Return the next points of the polynomial through these points (Lagrange)."""
    return [_value_at(places, x) for x in range(len(places), len(places) + _CHECKS)]


def _value_at(places: list[int], x: int) -> int:
    """Return the value at `x` of the polynomial through these places (Lagrange, modulo a prime): a check sign."""
    total = 0
    for i, value in enumerate(places):
        term = value
        for j in range(len(places)):
            if j != i:
                term = term * (x - j) * pow(i - j, -1, _BASE) % _BASE
        total += term
    return total % _BASE
