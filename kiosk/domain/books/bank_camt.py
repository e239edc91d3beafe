"""CAMT.053, the statement of ISO 20022, any of its versions: one line for each entry that is booked.

Read by the XML parser of the standard library, element after element; a document type, an entity, or elements more than
40 deep end the reading at once, so nothing expands and nothing is fetched. The namespace carries the version and is not
looked at; `Pty` around a name, which newer versions have, is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from kiosk.domain.books import bank_amounts
from kiosk.domain.books.bank_lines import MOST_LINES, BankLine, Source, checked_line
from kiosk.domain.problems import Problem

_DEEPEST = 40
_BOOKED = ("", "BOOK")


@dataclass(slots=True)
class _Node:
    """An element of an entry."""

    name: str
    text: str = ""
    currency: str = ""
    inside: "list[_Node]" = field(default_factory=list)

    def all(self, *path: str) -> "list[_Node]":
        """The elements at the end of a path."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.inside if child.name == name]
        return found

    def said(self, *path: str) -> str:
        """What stands there, words of several joined."""
        return " ".join(text for node in self.all(*path) if (text := node.text.strip()))


class _Reader:
    """Builds the entries, one at a time; all else of the file is passed over."""

    def __init__(self) -> None:
        self.lines: list[BankLine] = []
        self.accounts: set[str] = set()
        self.is_statement = False
        self._path: list[str] = []
        self._open: list[_Node] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise Problem("bank-file", f"the file has elements more than {_DEEPEST} deep")
        self.is_statement |= name == "BkToCstmrStmt"
        is_one = name == "Ntry" and self._path[-2:-1] == ["Stmt"]
        if not (self._open or is_one or self._path[-4:-2] == ["Stmt", "Acct"]):
            return
        node = _Node(name, currency=attributes.get("Ccy", ""))
        if self._open:
            self._open[-1].inside.append(node)
        self._open.append(node)

    def text(self, text: str) -> None:
        """What stands in the innermost element."""
        if self._open:
            self._open[-1].text += text

    def end(self, _name: str) -> None:
        """An element ends."""
        self._path.pop()
        if not self._open:
            return
        node = self._open.pop()
        if self._open:
            return
        if node.name == "Ntry":
            self._entry(node)
        elif node.name == "IBAN" or (node.name == "Id" and node.text.strip()):
            self.accounts.add(node.text.strip())

    def _entry(self, entry: _Node) -> None:
        status = entry.said("Sts") or entry.said("Sts", "Cd")
        if status not in _BOOKED:
            return
        if len(self.lines) >= MOST_LINES:
            raise Problem("bank-many", f"the file has more than {MOST_LINES} lines")
        self.lines.append(_line(entry))


def is_camt(text: str) -> bool:
    """Whether this is XML of ISO 20022."""
    return "BkToCstmr" in text[:20_000]


def read(text: str) -> list[BankLine]:
    """The booked lines. Raises Problem `bank-file`, `bank-entities`, `bank-accounts`, `bank-currency`, `bank-many` or
    what is wrong with a line.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # whatever the file says of itself: it is decoded
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refused
    parser.EntityDeclHandler = _refused
    parser.ExternalEntityRefHandler = _refused
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem("bank-file", f"the file is no XML that can be read: {error}") from None
    if not reader.is_statement:
        raise Problem("bank-file", "the file is no statement (camt.053): ask the bank for that one")
    if len(reader.accounts) > 1:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    return reader.lines


def _refused(*_what: object) -> int:
    raise Problem("bank-entities", "the file declares types or entities: a bank's statement has none")


def _line(entry: _Node) -> BankLine:
    if any(amount.currency not in ("", "EUR") for amount in entry.all("Amt")):
        raise Problem("bank-currency", "the account is not in euros")
    cents = bank_amounts.cents(entry.said("Amt"))
    if entry.said("CdtDbtInd") == "DBIT":
        cents = -cents
    when = next((text for part in ("Dt", "DtTm") for at in ("BookgDt", "ValDt") if (text := entry.said(at, part))), "")
    details = entry.all("NtryDtls", "TxDtls")
    side = "Dbtr" if cents > 0 else "Cdtr"
    party = " / ".join(dict.fromkeys(filter(None, (_name(each, side) for each in details))))
    remitted = " ".join(filter(None, (_remitted(each) for each in details)))
    return checked_line(
        Source.CAMT,
        bank_amounts.day(when),
        cents,
        entry.said("AddtlNtryInf") or f"{party} {remitted}",
        party=party,
        reference=remitted,
        bank_id=entry.said("AcctSvcrRef") or entry.said("NtryRef"),
    )


def _name(details: _Node, side: str) -> str:
    return details.said("RltdPties", side, "Nm") or details.said("RltdPties", side, "Pty", "Nm")


def _remitted(details: _Node) -> str:
    free = details.said("RmtInf", "Ustrd")
    return free or details.said("RmtInf", "Strd", "CdtrRefInf", "Ref") or details.said("Refs", "EndToEndId")
