"""Reads CAMT.053, the statement of ISO 20022, in any version: one line for each booked entry. Opening and closing
balance must agree with the entries.

The XML parser of the standard library reads element by element; a document type, an entity, or elements more than 40
deep end the reading at once, so that nothing expands and nothing is fetched. The namespace, which carries the version,
is ignored, and so is `Pty` around a name in newer versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from kiosk.domain.books.statements import bank_amounts
from kiosk.domain.books.statements.bank_lines import MOST_LINES, BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.statement_facts import STATUS, Balance, Proof, Row, StatementFacts
from kiosk.domain.problems import Problem

_DEEPEST = 40  # elements inside each other
_BOOKED = ("", "BOOK")  # states of an entry that is on the account; empty where the bank leaves the state out


@dataclass(slots=True)
class _Node:
    """An element of an entry, with its text, currency and children."""

    name: str
    text: str = ""
    currency: str = ""
    inside: "list[_Node]" = field(default_factory=list)

    def all(self, *path: str) -> "list[_Node]":
        """Return the elements at the end of a path."""
        nodes = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.inside if child.name == name]
        return nodes

    def text_at(self, *path: str) -> str:
        """Return the text at the end of a path, joined where there are several elements."""
        return " ".join(text for node in self.all(*path) if (text := node.text.strip()))


class _Reader:
    """Builds the entries one at a time, and skips everything else in the file."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.balances = 0  # number of statements whose balances were checked
        self.opening: Balance | None = None
        self.closing: Balance | None = None
        self.is_proved = True  # each statement adds up and begins with the balance before
        self._held: dict[str, Balance] = {}  # this statement's balances, by their code
        self._begun = 0  # number of rows before this statement
        self.accounts: set[str] = set()
        self.is_statement = False
        self._path: list[str] = []  # names of the elements that are open, the outermost first
        self._open: list[_Node] = []  # the entry or balance being built, with the elements inside it

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise Problem("bank-file", "the file has elements more than {most} deep", most=_DEEPEST)
        self.is_statement |= name == "BkToCstmrStmt"
        if name == "Stmt":
            self._held, self._begun = {}, len(self.rows)
        # an entry or a balance that stands directly in a statement
        is_kept = name in ("Ntry", "Bal") and self._path[-2:-1] == ["Stmt"]
        # two below the account: its number, as in Stmt/Acct/Id/IBAN
        if not (self._open or is_kept or self._path[-4:-2] == ["Stmt", "Acct"]):
            return
        node = _Node(name, currency=attributes.get("Ccy", ""))
        if self._open:
            self._open[-1].inside.append(node)
        self._open.append(node)

    def text(self, text: str) -> None:
        """Add text to the innermost element."""
        if self._open:
            self._open[-1].text += text

    def end(self, _name: str) -> None:
        """Handle the end of an element."""
        name = self._path.pop()
        if name == "Stmt":
            self._add_up()
        if not self._open:
            return
        node = self._open.pop()
        if self._open:
            return
        if node.name == "Ntry":
            self._entry(node)
        elif node.name == "Bal":
            self._held.setdefault(node.text_at("Tp", "CdOrPrtry", "Cd"), _balance(node))
        elif node.name == "IBAN":
            self.accounts.add(node.text.strip())
        elif node.name == "Othr":  # an account without an IBAN
            self.accounts.add(node.text_at("Id"))

    def _entry(self, entry: _Node) -> None:
        """Add an entry's row. Raises Problem `bank-many` beyond the most lines."""
        if len(self.rows) >= MOST_LINES:
            raise Problem("bank-many", most=MOST_LINES)
        self.rows.append(_row(len(self.rows) + 1, entry))

    def _add_up(self) -> None:
        """Check that a statement's opening balance plus its lines is its closing balance. Raises Problem
        `bank-balance`.

        Where a balance is missing or an amount cannot be read, nothing is checked, and the file is not proved. Of
        several statements, the first opening and the last closing balance are the file's.
        """
        # codes: opening booked balance, else the last closing one (PRCD); closing booked balance
        begins, ends = self._held.get("OPBD", self._held.get("PRCD")), self._held.get("CLBD")
        rows = self.rows[self._begun :]
        if begins is None or ends is None or any(row.is_lost and row.cents is None for row in rows):
            self.is_proved = False
            return
        # An entry with the code STATUS is not booked yet: the balances do not have it.
        added_up = begins.cents + sum(row.cents or 0 for row in rows if row.code != STATUS)
        if added_up != ends.cents:
            raise Problem("bank-balance", balance_cents=ends.cents, made_cents=added_up)
        self.balances += 1
        # of several statements in a file, each has to begin with the balance that the one before ended with
        self.is_proved &= self.closing is None or self.closing.cents == begins.cents
        self.opening, self.closing = self.opening or begins, ends


def is_camt(text: str) -> bool:
    """Tell whether a text is a bank's message of ISO 20022 to its client; `read` refuses all but statements."""
    return "BkToCstmr" in text[:20_000]


def read(text: str) -> StatementFacts:
    """Return what became of each entry, in the file's order. Raises Problem `bank-file`, `bank-entities`,
    `bank-accounts`, `bank-many` or `bank-balance`.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # ignores the declared encoding: the text is decoded already
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
        raise Problem("bank-file", "the file is no XML that can be read: {why}", why=error) from None
    if not reader.is_statement:
        raise Problem("bank-file", "the file is no statement (camt.053): ask the bank for that one")
    if len(reader.accounts) > 1:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    days = [row.line.day for row in reader.rows if row.line is not None]
    last = reader.closing.on if reader.closing else None
    return StatementFacts(
        tuple(reader.rows),
        reader.balances,
        account=next(iter(reader.accounts), ""),
        begins=min(days, default=None),
        ends=max([*days, *([last] if last else [])], default=None),
        opening=reader.opening if reader.is_proved else None,
        closing=reader.closing if reader.is_proved else None,
        proof=Proof.ADDS_UP if reader.is_proved and reader.balances else Proof.NOTHING,
        shape="=camt",
    )


def _refused(*_declaration: object) -> int:
    """Refuse a declaration of types or entities: a small file could expand. Raises Problem `bank-entities`."""
    raise Problem("bank-entities", "the file declares types or entities: a bank's statement has none")


def _signed(node: _Node) -> int:
    """Return an amount with its sign. Raises Problem `bank-sum` or `bank-direction`."""
    cents, way = bank_amounts.cents(node.text_at("Amt")), node.text_at("CdtDbtInd")
    if way not in ("CRDT", "DBIT"):
        raise Problem("bank-direction", "in or out? {given!r}", given=way[:20])
    return -cents if way == "DBIT" else cents


def _balance(node: _Node) -> Balance:
    """Return a balance, with its day if it has one. Raises Problem as `_signed` does."""
    day = node.text_at("Dt", "Dt") or node.text_at("Dt", "DtTm")
    return Balance(_signed(node), bank_amounts.day(day) if day else None)


def _row(number: int, entry: _Node) -> Row:
    """Read one entry as a row; a row that cannot be read says why."""
    text = clean(f"{entry.text_at('BookgDt', 'Dt')} {entry.text_at('Amt')} {entry.text_at('AddtlNtryInf')}")[:160]
    cents = None
    try:
        cents = _signed(entry)
        status = entry.text_at("Sts") or entry.text_at("Sts", "Cd")
        if status not in _BOOKED:
            raise Problem("bank-status", "not booked yet: {given}", given=status[:20])
        if cents == 0:
            raise Problem("bank-zero", "the sum is 0")
        return Row(number, text, _line(entry, cents), cents=cents)
    except Problem as problem:
        return Row(number, text, None, problem.code, str(problem), cents)


def _line(entry: _Node, cents: int) -> BankLine:
    """Return the bank line of an entry: its day of booking, else of value; the other party's names; the words of the
    transfer as its reference. Without words of the bank's own, names and reference are the label.
    """
    if any(amount.currency not in ("", "EUR") for amount in entry.all("Amt")):
        raise Problem("bank-currency", "the account is not in euros")
    paths = [(name, part) for part in ("Dt", "DtTm") for name in ("BookgDt", "ValDt")]
    when = next((text for path in paths if (text := entry.text_at(*path))), "")
    details = entry.all("NtryDtls", "TxDtls")
    side = "Dbtr" if cents > 0 else "Cdtr"  # the other party: who paid (debtor), or who was paid (creditor)
    party = " / ".join(dict.fromkeys(filter(None, (_name(transaction, side) for transaction in details))))
    remitted = " ".join(filter(None, (_remitted(transaction) for transaction in details)))
    return checked_line(
        Source.CAMT,
        bank_amounts.day(when),
        cents,
        entry.text_at("AddtlNtryInf") or f"{party} {remitted}",
        party=party,
        reference=remitted,
        bank_id=entry.text_at("AcctSvcrRef") or entry.text_at("NtryRef"),
    )


def _name(details: _Node, side: str) -> str:
    """Return the name of the other party; newer versions have one element more around it."""
    return details.text_at("RltdPties", side, "Nm") or details.text_at("RltdPties", side, "Pty", "Nm")


def _remitted(details: _Node) -> str:
    """Return a transfer's own words: free text, else its structured reference, else the payer's reference."""
    free = details.text_at("RmtInf", "Ustrd")
    return free or details.text_at("RmtInf", "Strd", "CdtrRefInf", "Ref") or details.text_at("Refs", "EndToEndId")
