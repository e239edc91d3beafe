"""Keeps what each statement said of its days and balances, and the words of lines that are always left aside."""

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
    """Words of lines that stand for nothing here, whatever their sum, and why: of those that came in, or went out."""

    id: int
    words: frozenset[str]
    sign: int
    reason: str


def add(connection: sa.Connection, facts: StatementFacts, at: datetime) -> None:
    """Keep what a statement says of its days; nothing of a platform's list, which has no balance."""
    sources = {line.source for line in facts.lines}
    if not sources or not sources <= STATEMENTS or facts.begins is None or facts.ends is None:
        return
    opening, closing = facts.opening, facts.closing
    connection.execute(
        bank_statement.insert(),
        {
            "source": min(sources).value,
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
    """Whether a statement of these days and this balance is there."""
    same = (_c.begins_on == facts.begins, _c.ends_on == facts.ends)
    closing = _c.closing_cents == (None if facts.closing is None else facts.closing.cents)
    return connection.execute(sa.select(_c.id).where(*same, closing).limit(1)).first() is not None


def covered(connection: sa.Connection) -> list[Covered]:
    """The statements that came in, in that order."""
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
    return None if cents is None else Balance(cents, on)


def moved(connection: sa.Connection) -> list[tuple[date, int]]:
    """Every line of the bank's account: its day, and its cents."""
    sources = [source.value for source in STATEMENTS]
    rows = connection.execute(
        sa.select(bank_line.c.day_on, bank_line.c.cents).where(bank_line.c.source.in_(sources)).order_by(bank_line.c.id)
    )
    return [(day, cents) for day, cents in rows]


def rules(connection: sa.Connection) -> list[AsideRule]:
    """The rules by which lines are left aside, the oldest first."""
    rows = connection.execute(sa.select(bank_aside).order_by(bank_aside.c.id))
    return [AsideRule(row.id, frozenset(row.words.split()), row.sign, row.reason) for row in rows if row.words]


def rule_of(known: list[AsideRule], line: BankLine) -> AsideRule | None:
    """The rule whose words a line has, all of them; none for a line that names an account by its reference."""
    if references.find(line.label, line.party, line.reference) is not None:
        return None
    words, sign = bank_proposals.key(line), sign_of(line)
    return next((rule for rule in known if rule.sign == sign and rule.words <= words), None)


def sign_of(line: BankLine) -> int:
    """1 for what came in, -1 for what went out."""
    return 1 if line.cents > 0 else -1


def add_rule(connection: sa.Connection, line: BankLine, reason: str, at: datetime) -> None:
    """Leave lines of these words aside from now on. Raises RequestError `bank-aside-words` for a line that has none."""
    words, sign = " ".join(sorted(bank_proposals.key(line))), sign_of(line)
    if not words:
        raise RequestError("bank-aside-words", field="reason")
    connection.execute(bank_aside.delete().where(bank_aside.c.words == words, bank_aside.c.sign == sign))
    connection.execute(bank_aside.insert(), {"words": words, "sign": sign, "reason": reason, "made_at": at})


def drop_rule(connection: sa.Connection, rule: int) -> bool:
    """Forget a rule. Returns whether it was there."""
    return connection.execute(bank_aside.delete().where(bank_aside.c.id == rule)).rowcount > 0
