"""Keeps which acts of time fail, a row each: since when, with which code, how often, and when that was last told."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables.desk import failing_act

_C = failing_act.c


class FailingAct(Struct, frozen=True):
    """An act that fails. `code` is its error's; `told_on` the day on which a message last said so."""

    act: str
    code: str
    first_at: datetime
    last_at: datetime
    times: int
    told_on: date | None


def failing(connection: sa.Connection) -> list[FailingAct]:
    """The acts that fail by now, those that have failed for longest first."""
    return [FailingAct(*row) for row in connection.execute(sa.select(failing_act).order_by(_C.first_at, _C.act))]


def note(connection: sa.Connection, failed: Mapping[str, str], succeeded: Collection[str], at: datetime) -> None:
    """Write down what a pass came to: the codes of acts that failed, and the acts that succeeded, whose rows go."""
    known = set(connection.execute(sa.select(_C.act)).scalars())
    for act, code in failed.items():
        if act in known:
            again = {"code": code, "last_at": at, "times": _C.times + 1}
            connection.execute(failing_act.update().where(_C.act == act).values(**again))
        else:
            connection.execute(failing_act.insert(), {"act": act, "code": code, "first_at": at, "last_at": at})
    ended = known.intersection(succeeded)
    if ended:
        connection.execute(failing_act.delete().where(_C.act.in_(sorted(ended))))


def told(connection: sa.Connection, acts: Collection[str], day: date) -> None:
    """Note that a message said of these acts that they fail."""
    connection.execute(failing_act.update().where(_C.act.in_(sorted(acts))).values(told_on=day))
