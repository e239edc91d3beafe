"""Reads OFX, both the older form with unclosed elements (SGML) and the newer one in XML.

A statement uses elements without attributes, text and five escapes, so it is read by its tags alone, without an XML
parser. A file that declares types or entities is refused before reading: nothing can expand, and nothing is fetched.
Banks omit fields and add others; only what a line needs is required.

A file's *shape* is its kind and bank, its *manners* are details of writing that the bank could change: an officer
confirms both once.
"""

import html
import re
from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from kiosk.domain.books.statements import bank_amounts
from kiosk.domain.books.statements.bank_lines import MOST_LINES, BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.statement_facts import CORRECTED, ZERO, Balance, Row, StatementFacts
from kiosk.domain.problems import Problem

# a tag: whether it ends an element ("/"), the element's name, and the text behind it
_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})\s*>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[([^<\]]*)\]\]>")
_SHOWN = ("DTPOSTED", "TRNAMT", "NAME", "MEMO")  # fields shown of a transaction that cannot be read
_FIELDS = frozenset(
    {"DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO", "CHECKNUM", "TRNTYPE", "CORRECTFITID", "CORRECTACTION", "CURSYM"}
)


def is_ofx(text: str) -> bool:
    """Tell whether a text is an OFX file."""
    return re.search(r"<OFX\s*>", text[:20_000], re.IGNORECASE) is not None


def read(text: str) -> StatementFacts:
    """Return what became of each operation, in the file's order. Raises Problem `bank-file`, `bank-entities`,
    `bank-accounts`, `bank-currency` or `bank-many`.
    """
    text = _CDATA.sub(lambda match: html.escape(match[1], quote=False), text)
    if re.search(r"<!", text):
        raise Problem("bank-entities", "the file declares types or entities: a bank's statement has none")
    tags = [
        (bool(end), name.upper(), html.unescape(text_of_tag).strip()) for end, name, text_of_tag in _TAG.findall(text)
    ]
    accounts = {text_of_tag for end, name, text_of_tag in tags if name == "ACCTID" and text_of_tag}
    if len(accounts) > 1:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    if any(name == "CURDEF" and text_of_tag not in ("", "EUR") for end, name, text_of_tag in tags):
        raise Problem("bank-currency", "the account is not in euros")
    transactions = list(_transactions(tags))
    rows = _corrected([_row(number, fields) for number, fields in enumerate(transactions, 1)], transactions)
    if not rows and not any(name in ("BANKTRANLIST", "STMTRS") for _, name, _ in tags):
        raise Problem("bank-file", "the file has no bank statement")
    days = [row.line.day for row in rows if row.line is not None]
    begins, ends = _day_of(tags, "DTSTART"), _day_of(tags, "DTEND")
    bank = next((text_of_tag for end, name, text_of_tag in tags if name == "BANKID" and text_of_tag), "")
    return StatementFacts(
        tuple(rows),
        account=next(iter(accounts), ""),
        begins=begins or min(days, default=None),
        ends=ends or max(days, default=None),
        closing=_ledger(tags, ends),
        shape=f"=ofx {bank}",
        manners=(("cents", "." if _points(transactions) else ","),),
    )


def _points(transactions: list[dict[str, str]]) -> bool:
    """Tell whether amounts are written with a decimal point: no amount has a comma."""
    return not any("," in fields.get("TRNAMT", "") for fields in transactions)


def _day_of(tags: list[tuple[bool, str, str]], tag: str) -> date | None:
    """Return the day in a tag, None where there is none that can be read."""
    text = next((text for end, name, text in tags if name == tag and not end), "")
    try:
        return bank_amounts.day(text)
    except Problem:
        return None


def _ledger(tags: list[tuple[bool, str, str]], ends: date | None) -> Balance | None:
    """Return the booked balance if it is of the file's last day; many banks give that of the day of
    download instead.
    """
    balance: dict[str, str] = {}
    is_ledger = False
    for end, name, text in tags:
        if name == "LEDGERBAL":
            is_ledger = not end
        elif name == "AVAILBAL":
            is_ledger = False
        elif is_ledger and not end:
            balance.setdefault(name, text)
    try:
        cents, day = bank_amounts.cents(balance.get("BALAMT", "")), bank_amounts.day(balance.get("DTASOF", ""))
    except Problem:
        return None
    return Balance(cents, day) if ends is not None and day == ends else None


def _corrected(rows: list[Row], transactions: list[dict[str, str]]) -> list[Row]:
    """Return the rows without those that another row of the file corrects. Corrections of another file's line are left
    for a person.
    """
    places = {fields["FITID"]: place for place, fields in enumerate(transactions) if fields.get("FITID")}
    corrected = list(rows)
    for place, fields in enumerate(transactions):
        action, old = fields.get("CORRECTACTION", "").upper(), fields.get("CORRECTFITID", "")
        if not action and not old:
            continue
        old_place = places.get(old)
        if old_place is None or old_place == place or action not in ("REPLACE", "DELETE"):
            corrected[place] = replace(rows[place], line=None, code="bank-correction", why=f"corrects {old[:20]!r}")
            continue
        why = f"line {place + 1} corrects it"
        corrected[old_place] = replace(corrected[old_place], line=None, code=CORRECTED, why=why)
        if action == "DELETE":
            corrected[place] = replace(
                corrected[place], line=None, code=CORRECTED, why=f"takes out line {old_place + 1}"
            )
    return corrected


def _transactions(tags: list[tuple[bool, str, str]]) -> Iterator[dict[str, str]]:
    """Yield the fields of each transaction, the first of a name. An element that is not closed ends with the next
    transaction or the list. The currency of an original sum is not the account's, and is left out. Raises Problem
    `bank-many`.
    """
    fields: dict[str, str] | None = None
    count = 0
    is_original = False  # inside the original amount of a foreign currency
    for end, name, text in tags:
        if name in ("ORIGCURRENCY", "STMTTRN"):
            is_original = name == "ORIGCURRENCY" and not end
        if name in ("STMTTRN", "BANKTRANLIST"):
            if fields is not None:
                yield fields
                count += 1
            if count >= MOST_LINES:
                raise Problem("bank-many", most=MOST_LINES)
            fields = {} if name == "STMTTRN" and not end else None
        elif fields is not None and not end and name in _FIELDS and not (is_original and name == "CURSYM"):
            fields.setdefault(name, text)
    if fields is not None:
        yield fields


def _row(number: int, fields: dict[str, str]) -> Row:
    """Read one transaction as a row; a row that cannot be read says why."""
    text = " ".join(filter(None, (fields.get(name, "") for name in _SHOWN)))
    try:
        bank_line = _line(fields)
    except Problem as problem:
        return Row(number, clean(text)[:160], None, problem.code, str(problem), _cents(fields))
    if bank_line.cents == 0:
        return Row(number, clean(text)[:160], None, ZERO, "the sum is 0", 0)
    return Row(number, clean(text)[:160], bank_line, cents=bank_line.cents)


def _cents(fields: dict[str, str]) -> int | None:
    """Return a transaction's sum in cents, None where it cannot be read."""
    try:
        return bank_amounts.cents(fields.get("TRNAMT", ""))
    except Problem:
        return None


def _line(fields: dict[str, str]) -> BankLine:
    """Return the bank line of a transaction. Raises Problem for a hold or a sum that is not in euros."""
    if fields.get("TRNTYPE", "").upper() == "HOLD":
        raise Problem("bank-status", "a hold is not booked")
    if fields.get("CURSYM", "EUR").upper() not in ("", "EUR"):
        raise Problem("bank-currency", given=fields["CURSYM"][:10])
    name, memo = fields.get("NAME", ""), fields.get("MEMO", "")
    if not name or memo.startswith(name):  # the memo is the same name in full
        name, memo = memo or name, ""
    return checked_line(
        Source.OFX,
        bank_amounts.day(fields.get("DTPOSTED", "")),
        bank_amounts.cents(fields.get("TRNAMT", "")),
        name or fields.get("CHECKNUM", ""),
        reference=memo,
        bank_id=fields.get("FITID", ""),
    )
