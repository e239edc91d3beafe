"""Tells which of a space's first steps are done, by what they left behind, all in one query."""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import badge, visit
from kiosk.store.tables.books import outbox
from kiosk.store.tables.desk import desk_log

TRIAL = "trial"  # what a mail that is sent as a trial is about
SHEET, EXPORT = "door-sheet", "export"  # acts of the desk's log


class FirstSteps(Struct, frozen=True):
    """What was done at least once."""

    badge: bool
    sheet: bool
    mail: bool
    visit: bool
    export: bool


_DONE = sa.select(
    sa.exists().where(badge.c.lost_on.is_(None)),
    sa.exists().where(desk_log.c.act == SHEET),
    sa.exists().where(outbox.c.about == TRIAL, outbox.c.state == "sent"),
    sa.exists().where(visit.c.id > 0),
    sa.exists().where(desk_log.c.act == EXPORT),
)


def done(connection: sa.Connection) -> FirstSteps:
    """Return which steps are done."""
    return FirstSteps(*map(bool, connection.execute(_DONE).one()))
