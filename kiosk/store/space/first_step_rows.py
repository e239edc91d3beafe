"""Tells which of a space's first steps are done, by the rows that each leaves, in one query."""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import badge, visit
from kiosk.store.tables.books import outbox
from kiosk.store.tables.desk import desk_log

TRIAL = "trial"  # the subject of a mail sent as a trial
SHEET, EXPORT = "door-sheet", "export"  # acts in the officers' log


class FirstSteps(Struct, frozen=True):
    """Which first steps were done at least once."""

    badge: bool
    sheet: bool
    mail: bool
    visit: bool
    export: bool


_STEPS = sa.select(
    sa.exists().where(badge.c.lost_on.is_(None)),
    sa.exists().where(desk_log.c.act == SHEET),
    sa.exists().where(outbox.c.about == TRIAL, outbox.c.state == "sent"),
    sa.exists().where(visit.c.id > 0),
    sa.exists().where(desk_log.c.act == EXPORT),
)


def done(connection: sa.Connection) -> FirstSteps:
    """Return which first steps are done."""
    return FirstSteps(*map(bool, connection.execute(_STEPS).one()))
