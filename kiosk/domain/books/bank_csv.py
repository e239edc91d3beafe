"""CSVs of French banks and of HelloAsso: where the table begins, what its columns are, what its lines say.

No two banks write the same file, and some change theirs: lines of words before the header, or no header at all; one
column with a sign or two without; labels in several columns. What a header calls its columns is guessed; the treasurer
puts it right once, and it is remembered by the header.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain import spreadsheet
from kiosk.domain.books import bank_amounts
from kiosk.domain.books.bank_lines import BankLine, Source, checked_line
from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import SEPARATORS, Line, Table

_LOOKED_AT = 60  # lines of the file among which the header is
_PAID = ("valide", "validee", "paye", "payee", "autorise", "enregistre", "verse", "transfere")  # at HelloAsso


class Field(StrEnum):
    """What a column may hold."""

    DAY = "day"
    SUM = "sum"
    CREDIT = "credit"
    DEBIT = "debit"
    LABEL = "label"
    REFERENCE = "reference"
    PARTY = "party"
    BANK_ID = "bank-id"
    STATUS = "status"


_MANY = (Field.LABEL, Field.REFERENCE, Field.PARTY)  # may stand in several columns: their words are joined
_HEADERS = {
    Field.DAY: "date, date operation, date de l operation, date d operation, date de comptabilisation, date comptable, "
    "date du paiement, date ope, date op, jour, booking date, date transaction, date de transaction",
    Field.SUM: "montant, montant eur, montant euros, montant en euros, montant de l operation, montant operation, "
    "montant total, montant du paiement, amount, somme",
    Field.CREDIT: "credit, credit euros, credit eur, montant credit, recette, recettes, credit en euros",
    Field.DEBIT: "debit, debit euros, debit eur, montant debit, depense, depenses, debit en euros",
    Field.LABEL: "libelle, libelle operation, libelle de l operation, libelle complet, libelle simplifie, label, "
    "description, nature de l operation, nature, operation, intitule, designation, communication",
    Field.REFERENCE: "detail de l ecriture, informations complementaires, information complementaire, detail, details, "
    "motif, memo, reference, reference operation, commentaire, complement, reference commande, campagne",
    Field.PARTY: "contrepartie, tiers, emetteur, nom du tiers, beneficiaire, donneur d ordre, nom payeur, "
    "prenom payeur, raison sociale, nom de la contrepartie, counterparty",
    Field.BANK_ID: "reference du paiement, ref paiement, reference paiement, identifiant, id operation, "
    "transaction id, numero d operation, id du paiement, id",
    Field.STATUS: "statut, statut du paiement, status, etat",
}
_MEANT = {header: field for field, headers in _HEADERS.items() for header in headers.split(", ")}
_ACCOUNTED = ("date de comptabilisation", "date comptable")  # before the day of the act, where a file has both


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's columns are read, and whether it is HelloAsso's."""

    columns: tuple[Field | None, ...]
    is_helloasso: bool = False

    def text(self) -> str:
        """The layout as it is remembered."""
        said = {"columns": [field and field.value for field in self.columns], "helloasso": self.is_helloasso}
        return json.dumps(said, sort_keys=True)

    @classmethod
    def of(cls, text: str) -> "Layout":
        """The layout that was remembered."""
        said = json.loads(text)
        return cls(tuple(Field(name) if name else None for name in said["columns"]), said["helloasso"])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file cut at its header. Without one the columns have no names."""

    table: Table
    has_header: bool

    @property
    def key(self) -> str:
        """The key under which its layout is remembered."""
        if not self.has_header:
            return f"#{len(self.table.columns)}"
        return "|".join(_bare(cell) for cell in self.table.columns)[:1000]


def open_(data: bytes) -> Sheet:
    """The table in a file. Raises Problem as `spreadsheet.read`, or `bank-file`."""
    text = spreadsheet.decoded(data)
    begins, separator = _header(text)
    if begins is not None:
        rest = "".join(text.splitlines(keepends=True)[begins:])
        table = spreadsheet.read(f"sep={separator}\n{rest}".encode())
        moved = tuple(Line(line.number + begins - 1, line.cells) for line in table.lines)
        return Sheet(_even(Table(table.columns, moved, separator)), True)
    separator = max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in text.splitlines()[:_LOOKED_AT]))
    table = spreadsheet.read(f"sep={separator}\n-\n{text}".encode())
    width = max((len(line.cells) for line in table.lines), default=0)
    moved = tuple(Line(line.number - 2, line.cells) for line in table.lines)
    if width < 3 or not any(_is(bank_amounts.day, cell) for line in moved for cell in line.cells):
        raise Problem("bank-file", "the file has no table with days and sums: export it as OFX or CSV")
    return Sheet(_even(Table(("",) * width, moved, separator)), False)


def _header(text: str) -> tuple[int | None, str]:
    """The line that names the columns, and what stands between them."""
    for number, line in enumerate(text.splitlines()[:_LOOKED_AT]):
        for separator in SEPARATORS:
            if line.count(separator) > spreadsheet.MOST_COLUMNS:
                continue
            named = {_MEANT.get(_bare(cell)) for cell in line.split(separator)}
            if Field.DAY in named and named & {Field.SUM, Field.CREDIT, Field.DEBIT}:
                return number, separator
    return None, ";"


def _even(table: Table) -> Table:
    """As many cells in each line as there are columns: short lines are filled up, empty cells at the end cut off."""
    width = len(table.columns)
    lines = tuple(
        Line(line.number, tuple((*line.cells, *[""] * width)[:width]) if not any(line.cells[width:]) else line.cells)
        for line in table.lines
    )
    return Table(table.columns, lines, table.separator)


def _bare(header: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", searchable(header)).split())


def guess(sheet: Sheet) -> Layout:
    """What the columns are, by their names; by what they hold where they have none."""
    if not sheet.has_header:
        return Layout(_by_cells(sheet.table.lines, len(sheet.table.columns)))
    bare = [_bare(cell) for cell in sheet.table.columns]
    found: list[Field | None] = []
    for name in bare:
        field = _MEANT.get(name)
        found.append(None if field in found and field not in _MANY else field)
    accounted = next((place for place, name in enumerate(bare) if name in _ACCOUNTED), None)
    if accounted is not None:
        found = [None if field is Field.DAY else field for field in found]
        found[accounted] = Field.DAY
    if Field.CREDIT in found or Field.DEBIT in found:
        found = [None if field is Field.SUM else field for field in found]
    if found.count(Field.LABEL) > 1:  # short for what another column says in full
        found = [None if name == "libelle simplifie" else field for name, field in zip(bare, found, strict=True)]
    if Field.LABEL not in found:
        found = [Field.LABEL if field is Field.REFERENCE else field for field in found]
    is_helloasso = Field.STATUS in found and Field.BANK_ID in found and "nom payeur" in bare
    if not is_helloasso:
        found = [None if field is Field.STATUS else field for field in found]
    return Layout(tuple(found), is_helloasso)


def _by_cells(lines: Sequence[Line], width: int) -> tuple[Field | None, ...]:
    """The column with most days, the one with most sums after it, and the longest words."""
    cells = [[line.cells[place] for line in lines if place < len(line.cells)] for place in range(width)]

    def most(reads: Callable[[str], object]) -> int:
        return max(range(width), key=lambda place: sum(_is(reads, cell) for cell in cells[place] if cell))

    found: list[Field | None] = [None] * width
    found[most(bank_amounts.day)] = Field.DAY
    sums = most(lambda cell: bank_amounts.cents(cell) if re.search("[.,]", cell) else bank_amounts.cents("?"))
    if found[sums] is None:
        found[sums] = Field.SUM
    words = max(range(width), key=lambda place: sum(map(len, cells[place])) if found[place] is None else -1)
    if found[words] is None:
        found[words] = Field.LABEL
    return tuple(found)


def _is(reads: Callable[[str], object], cell: str) -> bool:
    try:
        reads(cell)
    except Problem:
        return False
    return True


def check(layout: Layout) -> None:
    """Raises Problem `bank-columns` for a layout by which no line could be read."""
    taken = [field for field in layout.columns if field is not None]
    twice = sorted({field.value for field in taken if taken.count(field) > 1 and field not in _MANY})
    if twice:
        raise Problem("bank-columns", f"two columns hold the same: {', '.join(twice)}")
    if Field.DAY not in taken or not {Field.SUM, Field.CREDIT} & set(taken):
        raise Problem("bank-columns", "the columns with the day and with the sum have to be known")
    if Field.SUM in taken and {Field.CREDIT, Field.DEBIT} & set(taken):
        raise Problem("bank-columns", "a sum with its sign, or credit and debit: not both")
    if layout.is_helloasso and Field.BANK_ID not in taken:
        raise Problem("bank-columns", "the column with the number of the payment has to be known")


def read(sheet: Sheet, layout: Layout) -> list[BankLine]:
    """The lines. What stands before the first or after the last one is left out; what is wrong between is refused.

    Raises Problem `bank-columns`, or `bank-row` with the line of the file.
    """
    check(layout)
    rows = [(line, _cells(line, layout)) for line in sheet.table.lines]
    begins = next((place for place, (_, cells) in enumerate(rows) if _has_day(cells)), len(rows))
    ends = next((place for place in range(len(rows) - 1, -1, -1) if _has_day(rows[place][1])), -1)
    found = []
    for line, cells in rows[begins : ends + 1]:
        try:
            read_ = _line(cells, layout)
        except Problem as problem:
            raise Problem("bank-row", f"line {line.number}: {problem}") from None
        if read_ is not None:
            found.append(read_)
    return _each_payment_once(found) if layout.is_helloasso else found


def _cells(line: Line, layout: Layout) -> dict[Field, str]:
    cells: dict[Field, str] = {}
    for field, cell in zip(layout.columns, line.cells, strict=False):
        if field is not None and cell:
            cells[field] = f"{cells[field]} {cell}" if field in cells else cell
    return cells


def _has_day(cells: dict[Field, str]) -> bool:
    return _is(bank_amounts.day, cells.get(Field.DAY, ""))


def _line(cells: dict[Field, str], layout: Layout) -> BankLine | None:
    if layout.is_helloasso and _bare(cells.get(Field.STATUS, "")) not in _PAID:
        return None  # refused, waiting, given back
    on, total = cells.get(Field.DAY, ""), _total(cells)
    if not on and total is None:
        return None
    read_on: date = bank_amounts.day(on)
    if not total:
        return None
    return checked_line(
        Source.HELLOASSO if layout.is_helloasso else Source.CSV,
        read_on,
        total,
        cells.get(Field.LABEL) or cells.get(Field.PARTY, ""),
        party=cells.get(Field.PARTY, ""),
        reference=cells.get(Field.REFERENCE, ""),
        bank_id=cells.get(Field.BANK_ID, ""),
    )


def _total(cells: dict[Field, str]) -> int | None:
    """What came in, less what went out: a debit is one whatever its sign."""
    if Field.SUM in cells:
        return bank_amounts.cents(cells[Field.SUM])
    if Field.CREDIT not in cells and Field.DEBIT not in cells:
        return None
    in_, out = (abs(bank_amounts.cents(cells.get(field, "0"))) for field in (Field.CREDIT, Field.DEBIT))
    return in_ - out


def _each_payment_once(lines: list[BankLine]) -> list[BankLine]:
    """A payment for two things stands on two rows of HelloAsso's file, each with the whole sum: it is one."""
    found: dict[str, BankLine] = {}
    for line in lines:
        if line.bank_id is None:
            raise Problem("bank-row", f"a payment of {line.day} has no number")
        before = found.setdefault(line.bank_id, line)
        if before.cents != line.cents:
            raise Problem("bank-row", f"the payment {line.bank_id} stands there twice, with two sums")
    return list(found.values())
