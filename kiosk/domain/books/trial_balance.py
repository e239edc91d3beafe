"""Reads another program's trial balance, a CSV of account, label, debit and credit, and checks that it balances.

Any line with money that cannot be read refuses the whole file, naming the line: a balance without it would be wrong.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from kiosk.domain import amounts, names, spreadsheet
from kiosk.domain.books.accounts import Account
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Line

_ACCOUNT = re.compile(r"[1-7][0-9]{2,9}")  # an account of classes 1 to 7
_LONGEST_LABEL = 100  # characters
# Names of the columns, in searchable form. Where a file has movements and balances, balances count.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "account": ("compte", "numero de compte", "n° de compte", "no compte", "numero", "comptenum", "account", "code"),
    "label": ("libelle", "intitule", "nom du compte", "intitule du compte", "comptelib", "label", "name"),
    "debit": ("solde debiteur", "solde debit", "debiteur", "debit balance", "debit"),
    "credit": ("solde crediteur", "solde credit", "crediteur", "credit balance", "credit"),
}


class TrialBalance(Struct, frozen=True):
    """The balance of each account, positive for a debit, in the order of the numbers; and the total of either side."""

    lines: tuple[tuple[Account, int], ...]
    total: int

    def of(self, number: str) -> int:
        """Return an account's balance, positive for a debit; 0 for an account that is not in it."""
        return next((cents for account, cents in self.lines if account.number == number), 0)


def read(content: bytes) -> TrialBalance:
    """Return the trial balance in a file. Raises Problem `opening-columns`, `opening-line` or `opening-unbalanced`, or
    as `spreadsheet.read` does.
    """
    table = spreadsheet.read(content)
    places = _places(table.columns)
    balances: dict[str, tuple[Account, int]] = {}
    for line in table.lines:
        read_line = _line(line, places)
        if read_line is None:
            continue
        account, cents = read_line
        known_account, before = balances.get(account.number, (account, 0))
        balances[account.number] = known_account, before + cents
    lines = tuple(balances[number] for number in sorted(balances) if balances[number][1])
    debit = sum(cents for _, cents in lines if cents > 0)
    credit = -sum(cents for _, cents in lines if cents < 0)
    if debit != credit:
        text = f"debits of {amounts.plain(debit)}, credits of {amounts.plain(credit)}"
        text = f"{text}: {amounts.plain(debit - credit)} EUR between them"
        raise Problem("opening-unbalanced", text, sum_cents=abs(debit - credit))
    if not lines:
        raise Problem("opening-columns", "the file has no account that holds anything")
    return TrialBalance(lines, debit)


def _places(columns: Sequence[str]) -> dict[str, int]:
    """Return the positions of the columns, by their headings. Raises Problem `opening-columns`."""
    headings = [names.searchable(column) for column in columns]
    places = {}
    for field, known_headings in _HEADINGS.items():
        place = next((headings.index(heading) for heading in known_headings if heading in headings), None)
        if place is None:
            raise Problem("opening-columns", given=field, columns=", ".join(columns))
        places[field] = place
    return places


def _line(line: Line, places: Mapping[str, int]) -> tuple[Account, int] | None:
    """Return an account and its balance; None for a line without money, or of totals."""
    cells = {field: line.cells[place] if place < len(line.cells) else "" for field, place in places.items()}
    cents = _cents(line, cells["debit"]) - _cents(line, cells["credit"])
    number, label = "".join(cells["account"].split()), " ".join(cells["label"].split())
    if not _ACCOUNT.fullmatch(number):
        if not cents or names.searchable(f"{number} {label}").strip().startswith(("total", "sous total", "sous-total")):
            return None
        raise Problem(
            "opening-line",
            "line {line}: {given!r} is no account of classes 1 to 7, in digits",
            line=line.number,
            given=number[:20],
        )
    if not label.isprintable() or len(label) > _LONGEST_LABEL:
        raise Problem(
            "opening-line",
            "line {line}: a label has at most {longest} characters",
            line=line.number,
            longest=_LONGEST_LABEL,
        )
    return Account(number, label or number), cents


def _cents(line: Line, text: str) -> int:
    """Return a sum of a trial balance in cents; an empty cell or a dash is 0. Raises Problem `opening-line`."""
    bare = "".join(text.replace("€", "").split())
    if not bare or not bare.strip("-"):
        return 0
    try:
        return amounts.parse(bare)
    except Problem:
        raise Problem("opening-line", "line {line}: {given!r} is no sum", line=line.number, given=text[:20]) from None
