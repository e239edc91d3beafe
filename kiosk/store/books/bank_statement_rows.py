"""Keeps the days and balances of imported bank statements, and the rules that set lines aside."""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.statements import bank_proposals
from kiosk.domain.books.statements.bank_lines import STATEMENTS, BankLine
from kiosk.domain.books.statements.statement_chain import Covered
from kiosk.domain.books.statements.statement_facts import Balance, StatementFacts
from kiosk.domain.money import references
from kiosk.errors import RequestError
from kiosk.store.tables.books import bank_aside, bank_line, bank_statement

_c = bank_statement.c


class AsideRule(Struct, frozen=True):
    """A rule that sets bank lines aside: lines with all these words, coming in (`sign` 1) or going
    out (-1), and why.
    """

    id: int
    words: frozenset[str]
    sign: int
    reason: str


def add(connection: sa.Connection, facts: StatementFacts, at: datetime) -> None:
    """Write the days and balances of an imported statement; nothing for a platform's list, which has no balance, for
    a file without lines, or one that does not tell its days.
    """
    sources = {line.source for line in facts.lines}
    if not sources or not sources <= STATEMENTS or facts.begins is None or facts.ends is None:
        return
    opening, closing = facts.opening, facts.closing
    connection.execute(
        bank_statement.insert(),
        {
            "source": min(sources).value,  # a file has lines of one source
            "begins_on": facts.begins,
            "ends_on": facts.ends,
            "opening_on": None if opening is None else opening.on,
            "opening_cents": None if opening is None else opening.cents,
            "closing_on": None if closing is None else closing.on,
            "closing_cents": None if closing is None else closing.cents,
            "imported_at": at,
        },
    )


def is_known(connection: sa.Connection, facts: StatementFacts) -> bool:
    """Return whether a statement with these days and this closing balance was imported already."""
    same = (_c.begins_on == facts.begins, _c.ends_on == facts.ends)
    closing = _c.closing_cents == (None if facts.closing is None else facts.closing.cents)
    return connection.execute(sa.select(_c.id).where(*same, closing).limit(1)).first() is not None


def covered(connection: sa.Connection) -> list[Covered]:
    """Return the imported statements, in the order of their import."""
    return [
        Covered(
            row.begins_on,
            row.ends_on,
            _balance(row.opening_cents, row.opening_on),
            _balance(row.closing_cents, row.closing_on),
        )
        for row in connection.execute(sa.select(bank_statement).order_by(_c.id))
    ]


def _balance(cents: int | None, on: date | None) -> Balance | None:
    """Return a balance on a day; None where the statement gave none."""
    return None if cents is None else Balance(cents, on)


def moved(connection: sa.Connection) -> list[tuple[date, int]]:
    """Return day and cents of every line of the bank's account, in the order of import; above 0 came in."""
    sources = [source.value for source in STATEMENTS]
    rows = connection.execute(
        sa.select(bank_line.c.day_on, bank_line.c.cents).where(bank_line.c.source.in_(sources)).order_by(bank_line.c.id)
    )
    return [(day, cents) for day, cents in rows]


def rules(connection: sa.Connection) -> list[AsideRule]:
    """Return the rules that set lines aside, the oldest first."""
    rows = connection.execute(sa.select(bank_aside).order_by(bank_aside.c.id))
    # a rule without words would set every line aside
    return [AsideRule(row.id, frozenset(row.words.split()), row.sign, row.reason) for row in rows if row.words]


def rule_of(known: list[AsideRule], line: BankLine) -> AsideRule | None:
    """Return the first rule all of whose words a line has, with money going the same way; None without one, and for a
    line that names an account by its reference.
    """
    if references.find(line.label, line.party, line.reference) is not None:
        return None
    words, sign = bank_proposals.key(line), sign_of(line)  # the words by which a line is known again next month
    return next((rule for rule in known if rule.sign == sign and rule.words <= words), None)


def sign_of(line: BankLine) -> int:
    """Return 1 for a line whose money came in, -1 for one whose money went out."""
    return 1 if line.cents > 0 else -1


def add_rule(connection: sa.Connection, line: BankLine, reason: str, at: datetime) -> None:
    """Set lines with the words of this line aside from now on; a rule with the same words and direction is replaced.
    Raises RequestError `bank-aside-words` for a line
    without words.
    """
    words, sign = " ".join(sorted(bank_proposals.key(line))), sign_of(line)
    if not words:
        raise RequestError("bank-aside-words", field="reason")
    connection.execute(bank_aside.delete().where(bank_aside.c.words == words, bank_aside.c.sign == sign))
    connection.execute(bank_aside.insert(), {"words": words, "sign": sign, "reason": reason, "made_at": at})


def drop_rule(connection: sa.Connection, rule: int) -> bool:
    """Delete a rule that sets lines aside. Return whether there was one."""
    return connection.execute(bank_aside.delete().where(bank_aside.c.id == rule)).rowcount > 0
