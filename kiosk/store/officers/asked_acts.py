"""Keeps acts that wait for a second officer, as canonical texts, and the decisions about them.

Corrections, refunds and write-offs wait in `kiosk.store.money.second_look_rows`. A wish is what an officer asks to do;
its act is the key of the form that asked.
"""

import json
from datetime import date, datetime, timedelta

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import wishes
from kiosk.domain.members.wishes import OPEN, Waiting, Wish
from kiosk.store.tables import are_of_books, entry
from kiosk.store.tables.desk import asked_act

_C = asked_act.c
_COLUMNS = (_C.id, _C.act, _C.kind, _C.asked_by, _C.asked_at, _C.state, _C.decided_by, _C.wish)


class AskedAct(Waiting, frozen=True):
    """An act that waits for a second officer or was decided. `text` is what was asked, as canonical text."""

    text: str

    @property
    def wish(self) -> Wish:
        """What was asked, read from the text."""
        return msgspec.json.decode(self.text, type=Wish)


class SealedAsk(Struct, frozen=True):
    """The ledger's record of a request for an act: the digest of its text, and its day."""

    digest: str
    day_on: date


def ask(connection: sa.Connection, act: bytes, wish: Wish, by: str, at: datetime) -> int:
    """Write an act that an officer asks for, and return its id."""
    values = {"act": act, "kind": wish.kind, "wish": wishes.canonical(wish), "asked_by": by, "asked_at": at}
    return int(connection.execute(asked_act.insert(), values).lastrowid)


def same(connection: sa.Connection, wish: Wish, by: str) -> int | None:
    """Return the id under which an officer's equal request waits already; None if there is none."""
    query = sa.select(_C.id).where(_C.state == OPEN, _C.wish == wishes.canonical(wish), _C.asked_by == by)
    return connection.execute(query).scalar()


def get(connection: sa.Connection, number: int) -> AskedAct | None:
    """Return an act that waits or was decided; None if there is none with this id."""
    row = connection.execute(sa.select(*_COLUMNS).where(_C.id == number)).first()
    return None if row is None else AskedAct(*row)


def waiting(connection: sa.Connection) -> list[AskedAct]:
    """Return the acts that wait for a second officer, oldest first."""
    rows = connection.execute(sa.select(*_COLUMNS).where(_C.state == OPEN).order_by(_C.id))
    return [AskedAct(*row) for row in rows]


def latest(connection: sa.Connection, most: int = 20) -> list[AskedAct]:
    """Return the acts decided last, newest first."""
    rows = connection.execute(sa.select(*_COLUMNS).where(_C.state != OPEN).order_by(_C.decided_at.desc()).limit(most))
    return [AskedAct(*row) for row in rows]


def decide(connection: sa.Connection, number: int, state: str, by: str, at: datetime) -> None:
    """Write the decision about an act: its state, by which officer and when."""
    values = {"state": state, "decided_by": by, "decided_at": at}
    connection.execute(asked_act.update().where(_C.id == number).values(**values))


def sealed(connection: sa.Connection, act: bytes, asked_at: datetime) -> SealedAsk | None:
    """Return what the ledger sealed when an act was asked for, by the form's key `act`; None if nothing was."""
    c = entry.c
    since = asked_at.date() - timedelta(
        days=1
    )  # in UTC; entries are found by their local day, which may be the one before
    notices = sa.text(are_of_books("notice"))
    query = sa.select(c.detail, c.day_on).where(notices, c.day_on >= since, c.group_id == act)
    for text, day_on in connection.execute(query.order_by(c.number)):
        detail = json.loads(text)
        if detail.get("act") == "asked":
            return SealedAsk(str(detail["digest"]), day_on)
    return None
