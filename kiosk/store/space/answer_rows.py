"""Keeps the answers given while setting up a space, and the rows made of them; tells which questions are unconfirmed.

Answers go into one batch until it is written. Later answers begin another batch, which contains the earlier ones.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money.tariffs import FULL, ProductKind
from kiosk.domain.space import first_run
from kiosk.domain.space.answers import RULES_OF, Question
from kiosk.store.space import policies, rule_rows
from kiosk.store.tables import entry, policy, product, visit
from kiosk.store.tables.desk import answer_batch

Typed = dict[str, dict[str, str] | None]  # by question, what was typed into each of its fields; None: not known yet
_c = answer_batch.c
# kinds of products that the question about prices is for
_PRICED = (ProductKind.DAY, ProductKind.SUBSCRIPTION, ProductKind.CARNET)


class NotSold(Struct, frozen=True):
    """A price that a batch replaced by "not sold": what it was, and the decision that had made it."""

    product: str
    level: str
    cents: int
    floor_cents: int | None
    decided_by: str | None


class Written(Struct, frozen=True, kw_only=True):
    """What was made of a batch: ids of its rows, prices that it removed, zones as they were before, ids of new rooms.

    `entry` is the last entry of the ledger before it.
    """

    entry: int
    policy: list[int] = []
    tariff: list[int] = []
    not_sold: list[NotSold] = []
    zones: dict[str, tuple[str | None, str | None]] = {}  # the products of a day and of half a day, by zone
    rooms: list[int] = []


class Batch(Struct, frozen=True):
    """A batch of answers as they were typed, by question (None: not known yet; left out: not asked), and what was made
    of it.
    """

    id: int
    answers: Typed
    written: Written | None = None
    written_by: str | None = None
    written_on: date | None = None
    taken_back_by: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the batch was written and not undone."""
        return self.written is not None and self.taken_back_by is None


def latest(connection: sa.Connection) -> Batch | None:
    """Return the newest batch; None if there is none."""
    row = connection.execute(sa.select(answer_batch).order_by(_c.id.desc()).limit(1)).first()
    if row is None:
        return None
    written = None if row.written is None else msgspec.json.decode(row.written, type=Written)
    return Batch(row.id, json.loads(row.answers), written, row.written_by, row.written_on, row.taken_back_by)


def unknown(connection: sa.Connection, day: date) -> tuple[Question, ...]:
    """Return the questions answered with "I do not know yet" about which nothing was decided since."""
    row = connection.execute(
        sa.select(_c.answers).where(_c.written.is_not(None), _c.taken_back_by.is_(None)).order_by(_c.id.desc()).limit(1)
    ).first()
    answers: Typed = {} if row is None else json.loads(row.answers)
    if all(typed is not None for typed in answers.values()):
        return ()
    return tuple(
        question
        for question in unconfirmed(connection, day)
        if question.value in answers and answers[question.value] is None
    )


def keep(connection: sa.Connection, answers: Mapping[str, Any], at: datetime, actor: str) -> None:
    """Store answers that are not written yet, in place of those stored before; after a written batch they begin a new
    one.
    """
    text, known = json.dumps(answers, sort_keys=True, ensure_ascii=False), latest(connection)
    if known is None or known.written is not None:
        connection.execute(answer_batch.insert(), {"answers": text, "made_by": actor, "made_at": at})
    else:
        connection.execute(answer_batch.update().where(_c.id == known.id).values(answers=text))


def note_written(connection: sa.Connection, batch: int, written: Written, day: date, actor: str) -> None:
    """Store what was made of a batch, and from which day on."""
    values = {"written": msgspec.json.encode(written).decode(), "written_on": day, "written_by": actor}
    connection.execute(answer_batch.update().where(_c.id == batch).values(**values))


def note_taken_back(connection: sa.Connection, batch: int, actor: str) -> None:
    """Store that a batch was undone, by which officer."""
    connection.execute(answer_batch.update().where(_c.id == batch).values(taken_back_by=actor))


def is_used(connection: sa.Connection, batch: Batch) -> bool:
    """Return whether a visit or a charge was entered since a batch was written: then it can no longer be undone."""
    if batch.written is None:
        return False
    charged = sa.exists().where(entry.c.number > batch.written.entry, entry.c.kind.in_(("charge", "use")))
    visited = sa.exists().where(visit.c.day_on >= batch.written_on)
    return bool(connection.execute(sa.select(charged | visited)).scalar())


def has_past(connection: sa.Connection) -> bool:
    """Return whether there was ever a charge or a visit."""
    charged = sa.exists().where(entry.c.kind.in_(("charge", "use")))
    return bool(connection.execute(sa.select(charged | sa.exists().where(visit.c.id > 0))).scalar())


def unconfirmed(connection: sa.Connection, day: date) -> tuple[Question, ...]:
    """Return the questions about which the association has decided nothing that is in force on a day."""
    rules = _rules_to_confirm(connection, day)
    prices = _prices_to_confirm(connection, day)
    waiting = {Question.FEE} if ProductKind.MEMBERSHIP in prices else set()
    waiting |= {Question.PRICES} if prices & set(_PRICED) else set()
    # a question's first rule tells whether the question was decided: it stands for all of its rules
    waiting |= {question for question, names in RULES_OF.items() if names and rules & set(names[:1])}
    return tuple(question for question in Question if question in waiting)


def _rules_to_confirm(connection: sa.Connection, day: date) -> set[str]:
    """Return the first rules of questions that have no row, or only one that came with the program."""
    first = [names[0] for names in RULES_OF.values() if names]
    rows = connection.execute(
        sa.select(policy.c.name, policy.c.decided_by)
        .where(policy.c.name.in_(first), policy.c.valid_from <= day, ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    )
    decided = {name: decided_by for name, decided_by in rows}
    return {name for name in first if name not in decided or first_run.is_to_confirm(decided[name])}


def _prices_to_confirm(connection: sa.Connection, day: date) -> set[ProductKind]:
    """Return the kinds of products with a full price that came with the program and was never confirmed."""
    kinds = {code: ProductKind(kind) for code, kind in connection.execute(sa.select(product.c.code, product.c.kind))}
    return {kinds[code] for code, level in rule_rows.to_confirm(connection, day) if level == FULL}
