"""Counts visits by day, and by month and member. Callers add the names.

A visit's right is what paid for the day or made it free; a member's own visit is one that is no guest's.
"""

from array import array
from collections import defaultdict
from datetime import date

import sqlalchemy as sa

from kiosk.domain.checkin.standing import Right
from kiosk.store.kept_sums import Row, Sum

_BY_DAY = """
SELECT day_on, "right", zone_id, host_visit_id IS NULL AS own, count(*) FROM visit
WHERE state = 'kept' AND day_on BETWEEN ? AND ? GROUP BY day_on, "right", zone_id, own
"""
OWN = "coalesce(host_visit_id, 0) = 0"  # IS NULL, worded so that no index fits: rows are to be found by day
_BY_MEMBER = f"""
SELECT substr(CAST(day_on AS VARCHAR), 1, 7) AS month, coalesce(member_id, 0) AS who,
       count(*), count(*) FILTER (WHERE "right" = ?) FROM visit
WHERE state = 'kept' AND {OWN} AND day_on BETWEEN ? AND ? GROUP BY month, who
"""
NOBODY = 0  # stands for a member whose file is gone


def _by_day(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
    """Return the kept visits of a period, counted by day, right, zone, and whether they are members' own."""
    rows = connection.exec_driver_sql(_BY_DAY, (first_on.isoformat(), last_on.isoformat()))
    return [(str(day), right, zone, bool(own), count) for day, right, zone, own, count in rows]


def _by_member(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
    """Return a row for each month: the members, how often each came, and the members with reduced days.

    As arrays: 5,000 members take some 40 KB.
    """
    by_month: dict[str, tuple[array[int], array[int], array[int]]] = defaultdict(
        lambda: (array("l"), array("l"), array("l"))
    )
    days = (Right.REDUCED.value, first_on.isoformat(), last_on.isoformat())
    for month, member_id, count, has_reduced in connection.exec_driver_sql(_BY_MEMBER, days):
        members, counts, reduced = by_month[month]
        members.append(member_id)
        counts.append(count)
        if has_reduced:
            reduced.append(member_id)
    return [(month, *columns) for month, columns in by_month.items()]


BY_DAY = Sum("visits by day", _by_day)  # day, right, zone's id, whether a member's own, visits
BY_MEMBER = Sum("visits by member", _by_member)  # month, members, visits of each, members with reduced days
