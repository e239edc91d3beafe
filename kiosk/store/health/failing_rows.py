"""Keeps which acts of `kiosk due` fail: since when, with which error code, how often, and the day of the last mail
about it.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables.desk import failing_act

_C = failing_act.c


class FailingAct(Struct, frozen=True):
    """An act of `kiosk due` that fails, with the code of its last error, since `first_at` and in so many runs
    (`times`). `told_on` is the day of the last mail about it, None before the first.
    """

    act: str
    code: str
    first_at: datetime
    last_at: datetime
    times: int
    told_on: date | None


def failing(connection: sa.Connection) -> list[FailingAct]:
    """Return the acts that fail now, the one that has failed for longest first."""
    return [FailingAct(*row) for row in connection.execute(sa.select(failing_act).order_by(_C.first_at, _C.act))]


def note(connection: sa.Connection, failed: Mapping[str, str], succeeded: Collection[str], at: datetime) -> None:
    """Write the outcome of a run: the error codes of acts that failed, by act; the rows of acts that succeeded are
    deleted, and those of acts that did not run stay.
    """
    known = set(connection.execute(sa.select(_C.act)).scalars())
    for act, code in failed.items():
        if act in known:
            values = {"code": code, "last_at": at, "times": _C.times + 1}
            connection.execute(failing_act.update().where(_C.act == act).values(**values))
        else:
            connection.execute(failing_act.insert(), {"act": act, "code": code, "first_at": at, "last_at": at})
    ended = known.intersection(succeeded)
    if ended:
        connection.execute(failing_act.delete().where(_C.act.in_(sorted(ended))))


def told(connection: sa.Connection, acts: Collection[str], day: date) -> None:
    """Write that a mail told about these failing acts on a day."""
    connection.execute(failing_act.update().where(_C.act.in_(sorted(acts))).values(told_on=day))
