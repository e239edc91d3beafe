"""OFX, both the older form whose elements are not closed (SGML) and the newer one in XML.

A statement needs nothing that a parser of XML can do: elements without attributes, text, five escapes. So it is read by
its tags alone, and what declares types or entities is refused before anything is read: nothing can expand, and nothing
is fetched. Banks leave fields out and write more than they may; only what makes a line is asked for.
"""

import html
import re
from collections.abc import Iterator

from kiosk.domain.books.statements import bank_amounts
from kiosk.domain.books.statements.bank_lines import MOST_LINES, BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.bank_report import ZERO, Reading, Row
from kiosk.domain.problems import Problem

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})\s*>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[([^<\]]*)\]\]>")
_SHOWN = ("DTPOSTED", "TRNAMT", "NAME", "MEMO")
_WANTED = frozenset({"DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO", "CHECKNUM"})


def is_ofx(text: str) -> bool:
    """Whether this is an OFX file."""
    return re.search(r"<OFX\s*>", text[:20_000], re.IGNORECASE) is not None


def read(text: str) -> Reading:
    """What became of each of the statement's operations, by their place in it. Raises Problem `bank-file`,
    `bank-entities`, `bank-accounts`, `bank-currency` or `bank-many`.
    """
    text = _CDATA.sub(lambda match: html.escape(match[1], quote=False), text)
    if re.search(r"<!", text):
        raise Problem("bank-entities", "the file declares types or entities: a bank's statement has none")
    tags = [(bool(end), name.upper(), html.unescape(said).strip()) for end, name, said in _TAG.findall(text)]
    accounts = {said for end, name, said in tags if name == "ACCTID" and said}
    if len(accounts) > 1:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    if any(name == "CURDEF" and said not in ("", "EUR") for end, name, said in tags):
        raise Problem("bank-currency", "the account is not in euros")
    rows = [_row(number, fields) for number, fields in enumerate(_transactions(tags), 1)]
    if not rows and not any(name in ("BANKTRANLIST", "STMTRS") for _, name, _ in tags):
        raise Problem("bank-file", "the file has no bank statement")
    return Reading(tuple(rows))


def _transactions(tags: list[tuple[bool, str, str]]) -> Iterator[dict[str, str]]:
    fields: dict[str, str] | None = None
    count = 0
    for end, name, said in tags:
        if name in ("STMTTRN", "BANKTRANLIST"):
            if fields is not None:
                yield fields
                count += 1
            if count >= MOST_LINES:
                raise Problem("bank-many", f"the file has more than {MOST_LINES} lines")
            fields = {} if name == "STMTTRN" and not end else None
        elif fields is not None and not end and name in _WANTED:
            fields.setdefault(name, said)
    if fields is not None:
        yield fields


def _row(number: int, fields: dict[str, str]) -> Row:
    text = " ".join(filter(None, (fields.get(name, "") for name in _SHOWN)))
    try:
        found = _line(fields)
    except Problem as problem:
        return Row(number, clean(text)[:160], None, problem.code, str(problem), _cents(fields))
    if found.cents == 0:
        return Row(number, clean(text)[:160], None, ZERO, "the sum is 0", 0)
    return Row(number, clean(text)[:160], found, cents=found.cents)


def _cents(fields: dict[str, str]) -> int | None:
    try:
        return bank_amounts.cents(fields.get("TRNAMT", ""))
    except Problem:
        return None


def _line(fields: dict[str, str]) -> BankLine:
    name, memo = fields.get("NAME", ""), fields.get("MEMO", "")
    if not name or memo.startswith(name):  # the memo is the name uncut
        name, memo = memo or name, ""
    return checked_line(
        Source.OFX,
        bank_amounts.day(fields.get("DTPOSTED", "")),
        bank_amounts.cents(fields.get("TRNAMT", "")),
        name or fields.get("CHECKNUM", ""),
        reference=memo,
        bank_id=fields.get("FITID", ""),
    )
