"""Finds acts of `kiosk due` that fail, a pass that has not been made lately, and messages that could not be sent."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import OVERDUE, Care, Upkeep
from kiosk.health.finding_codes import make_finding
from kiosk.store.health import failing_rows, upkeep_rows
from kiosk.store.messages import outbox_rows

_WEEK = timedelta(days=7)  # for which messages that could not be sent are counted
_MOST_NAMED = 3  # subjects of such messages that the finding names


def check(connection: sa.Connection, now: datetime, upkeep: Mapping[Care, Upkeep] | None = None) -> Iterator[Finding]:
    """Yield the findings; none where all is well, or in a home that has not made a pass yet. `upkeep` is when each care
    was last taken, where the caller has read it.
    """
    for each in failing_rows.failing(connection):
        yield make_finding("due-failing", act=each.act, fault=each.code, times=each.times, age=now - each.first_at)
    last_pass = (upkeep_rows.found(connection) if upkeep is None else upkeep).get(Care.DUE)
    if last_pass is not None and now - last_pass.tried_at > OVERDUE[Care.DUE]:
        yield make_finding("due-overdue", age=now - last_pass.tried_at)
    unsent = outbox_rows.lost_since(connection, now - _WEEK)
    if unsent:
        yield make_finding("messages-given-up", count=len(unsent), about=", ".join(sorted(set(unsent))[:_MOST_NAMED]))
