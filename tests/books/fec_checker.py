"""Reads a FEC by the rules of its format, and says what is wrong with it. Knows nothing of the program that made it.

The rules: LPF art. A47 A-1 (VI to IX), BOI-CF-IOR-60-40-20, and what the administration's own checker looks at
(Test Compta Demat, DGFiP): name, header, 18 fields a line, obligatory fields, formats, one side of a line only.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NAME = re.compile(r"([0-9]{9})FEC([0-9]{8})\.txt")
FIELDS = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
OBLIGATORY = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "ValidDate",
]
DATES = ["EcritureDate", "PieceDate", "DateLet", "ValidDate"]
FORMS = {
    "EcritureNum": r"[0-9]+",
    "CompteNum": r"[1-8][0-9]{2}[0-9A-Za-z]*",  # three digits of the chart at the least
    "Debit": r"[0-9]+,[0-9]{2}",
    "Credit": r"[0-9]+,[0-9]{2}",
}
TOGETHER = [("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise")]

Row = dict[str, str]


@dataclass
class _Book:
    """What is remembered from line to line."""

    first_on: date
    last_on: date
    found: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    journals: dict[str, str] = field(default_factory=dict)
    parties: dict[tuple[str, str], str] = field(default_factory=dict)
    sums: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    heads: dict[int, tuple[str, ...]] = field(default_factory=dict)
    last_number: int = 0
    last_valid: str = ""
    past_opening: bool = False


def check(name: str, content: bytes, first_on: date, last_on: date, first_number: int = 1) -> list[str]:
    """Everything that is wrong; nothing for a good file of a fiscal year (or of days of one, that begin elsewhere)."""
    book = _Book(first_on, last_on, last_number=first_number - 1)
    _check_name(book, name)
    rows = list(_rows(book, content))
    for line, row in enumerate(rows, start=2):
        for wrong in (*_form(row), *_sense(book, row)):
            book.found.append(f"line {line}: {wrong}")
    for number, rest in book.sums.items():
        if rest:
            book.found.append(f"écriture {number}: debit less credit is {rest}")
    if sum(book.sums.values()):
        book.found.append("debits and credits of the file differ")
    return book.found


def rows_of(content: bytes) -> list[Row]:
    """The lines of a file that is good."""
    lines = content.decode("iso8859-15").split("\r\n")[1:-1]
    return [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in lines]


def cents(row: Row) -> int:
    """Debit less credit of a line."""
    return int(row["Debit"].replace(",", "")) - int(row["Credit"].replace(",", ""))


def _check_name(book: _Book, name: str) -> None:
    match = NAME.fullmatch(name)
    if match is None:
        book.found.append(f"{name!r} is not SIRENFECYYYYMMDD.txt")
        return
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(match[1])]
    if sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10:
        book.found.append(f"{match[1]} is no SIREN")
    if match[2] != f"{book.last_on:%Y%m%d}":
        book.found.append(f"the name says {match[2]}, the year ends on {book.last_on}")


def _rows(book: _Book, content: bytes) -> Iterator[Row]:
    if content.startswith(b"\xef\xbb\xbf"):
        book.found.append("a byte-order mark")
    if re.search(rb"[\x80-\x9f]", content):
        book.found.append("bytes that ISO 8859-15 has no character for: another encoding")
    if not content.endswith(b"\r\n"):
        book.found.append("the last line does not end")
    lines = content.decode("iso8859-15").split("\r\n")[:-1]
    if not lines or lines[0].split("\t") != FIELDS:
        book.found.append("the header is not the 18 columns in order")
    for number, line in enumerate(lines[1:], start=2):
        values = line.split("\t")
        if len(values) != len(FIELDS):
            book.found.append(f"line {number}: {len(values)} fields")
        else:
            yield dict(zip(FIELDS, values, strict=True))


def _form(row: Row) -> Iterator[str]:
    yield from (f"{name} is empty" for name in OBLIGATORY if not row[name].strip())
    yield from _characters(row)
    for name, form in FORMS.items():
        if row[name] and re.fullmatch(form, row[name]) is None:
            yield f"{name} {row[name]!r} is not of its form"
    for name in DATES:
        if row[name] and _day(row[name]) is None:
            yield f"{name} {row[name]!r} is no date YYYYMMDD"
    for one, other in TOGETHER:
        if bool(row[one]) != bool(row[other]):
            yield f"{one} and {other} are there together"


def _characters(row: Row) -> Iterator[str]:
    for name, value in row.items():
        if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
            yield f"{name} has a control character"
        if value.startswith('"') and value.endswith('"') and len(value) > 1:
            yield f"{name} is quoted"


def _sense(book: _Book, row: Row) -> Iterator[str]:
    if list(_form(row)):
        return
    debit, credit = Decimal(row["Debit"].replace(",", ".")), Decimal(row["Credit"].replace(",", "."))
    if (debit > 0) == (credit > 0):
        yield f"a line is debit or credit, not {debit} and {credit}"
    number = int(row["EcritureNum"])
    book.sums[number] += debit - credit
    yield from _order(book, row, number)
    yield from _days(book, row)
    for known, key, value in (
        (book.labels, row["CompteNum"], row["CompteLib"]),
        (book.journals, row["JournalCode"], row["JournalLib"]),
    ):
        if known.setdefault(key, value) != value:
            yield f"{key} is called {value!r} and {known[key]!r}"
    party = (row["CompteNum"], row["CompAuxNum"])
    if row["CompAuxNum"] and book.parties.setdefault(party, row["CompAuxLib"]) != row["CompAuxLib"]:
        yield f"{party} has two names"


def _order(book: _Book, row: Row, number: int) -> Iterator[str]:
    head = tuple(row[name] for name in ("JournalCode", "EcritureDate", "PieceRef", "PieceDate", "ValidDate"))
    if number not in (book.last_number, book.last_number + 1):
        yield f"EcritureNum {number} after {book.last_number}"
    elif number in book.heads and book.heads[number] != head:
        yield f"écriture {number} has two journals, days or pieces"
    book.heads.setdefault(number, head)
    book.last_number = number
    if row["ValidDate"] < book.last_valid:
        yield f"ValidDate {row['ValidDate']} after {book.last_valid}: not in the order of validation"
    book.last_valid = row["ValidDate"]
    if row["JournalCode"] != "AN":
        book.past_opening = True
    elif book.past_opening:
        yield "an opening balance after other écritures"
    if row["JournalCode"] == "AN" and not re.match(r"[1-5]", row["CompteNum"]):
        yield f"an opening balance of {row['CompteNum']}, which is of income or expenses"


def _days(book: _Book, row: Row) -> Iterator[str]:
    day, valid = _day(row["EcritureDate"]), _day(row["ValidDate"])
    if day is None or valid is None:
        return
    if not book.first_on <= day <= book.last_on:
        yield f"EcritureDate {day} is not of the year"
    if valid < day:
        yield f"validated on {valid}, before its day {day}"


def _day(text: str) -> date | None:
    if re.fullmatch(r"[12][0-9]{7}", text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
