"""Reads what the figures are drawn from: visits by day, arrivals by the hour, newcomers, presence by zone."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.checkin.standing import Right
from kiosk.store import visit_sums
from kiosk.store.kept_sums import Sums
from kiosk.store.tables import entry, member, policy, visit
from kiosk.store.tables.desk import declared_category
from kiosk.store.tables.entrance import rules_revision

# a moment without its last digit of minutes, such as `2026-11-25T07:5`, stands for ten minutes
_ARRIVALS = f"""
SELECT substr(arrived_at, 1, 15) AS ten_minutes, count(*) FROM visit
WHERE state = 'kept' AND {visit_sums.OWN} AND arrived_at IS NOT NULL AND day_on >= ?
GROUP BY ten_minutes
"""


def by_day(sums: Sums, from_on: date, until_on: date) -> dict[date, tuple[int, int]]:
    """Return the members' visits of each day: all of them, and those that a subscription paid for.
    Guests do not count.
    """
    counts_of: dict[str, tuple[int, int]] = {}
    # a row for each day, right and zone; the zones are added up
    for day, right, _, is_own, count in sums.rows(visit_sums.BY_DAY, from_on, until_on):
        if is_own:
            every, plans = counts_of.get(day, (0, 0))
            counts_of[day] = every + count, plans + (count if right == Right.SUBSCRIPTION.value else 0)
    return {date.fromisoformat(day): counts for day, counts in counts_of.items()}


def arrivals(connection: sa.Connection, since: datetime) -> list[tuple[datetime, int]]:
    """Return how many members arrived in each ten minutes of UTC since a midnight, as far as hours are still kept.

    Read each time, so that no program remembers hours that the records delete.
    """
    # A visit after midnight may still belong to the day before.
    first, begins = (since - timedelta(days=1)).date().isoformat(), since.isoformat()[:15]
    rows = connection.exec_driver_sql(_ARRIVALS, (first,))
    return [(datetime.fromisoformat(f"{begun}0:00+00:00"), count) for begun, count in rows if begun >= begins]


def version(connection: sa.Connection) -> tuple[object, ...]:
    """Return a value that changes whenever the figures' records change."""
    undone = sa.select(sa.func.count()).where(visit.c.state == "undone").scalar_subquery()
    return tuple(
        connection.execute(
            sa.select(
                sa.select(sa.func.max(visit.c.id)).scalar_subquery(),
                sa.select(sa.func.max(entry.c.number)).scalar_subquery(),
                undone,
                sa.select(sa.func.max(declared_category.c.id)).scalar_subquery(),
                sa.select(sa.func.count()).select_from(declared_category).scalar_subquery(),
                sa.select(rules_revision.c.number).scalar_subquery(),
                sa.select(sa.func.max(policy.c.id)).scalar_subquery(),
            )
        ).one()
    )


def comers(sums: Sums, from_on: date, until_on: date) -> list[tuple[str, int, int]]:
    """Return for each month how many of the members that came had joined in it, and how many at another time."""
    rows = sums.connection.execute(sa.select(member.c.id, member.c.joined_on))
    joined = {id_: day.isoformat()[:7] for id_, day in rows}
    members_by_month: dict[str, set[int]] = defaultdict(set)
    # the days of each member, and the members with reduced days, do not matter here
    for month, members, _, _ in sums.rows(visit_sums.BY_MEMBER, from_on, until_on):
        members_by_month[month].update(members)
    counts = []
    for month, present in sorted(members_by_month.items()):
        months = [joined[member_id] for member_id in present if member_id != visit_sums.NOBODY]
        counts.append((month, months.count(month), len(months) - months.count(month)))
    return [row for row in counts if row[1] or row[2]]


def by_zone(connection: sa.Connection, from_on: date, until_on: date) -> dict[int, tuple[int, int]]:
    """Return the estimated presence on the period's last day and the visits of the whole period, by zone's id."""
    present_now = sa.func.sum(sa.case((sa.and_(visit.c.day_on == until_on, visit.c.left_at.is_(None)), 1), else_=0))
    rows = connection.execute(
        sa.select(visit.c.zone_id, present_now, sa.func.count())
        .where(visit.c.state == "kept", visit.c.day_on.between(from_on, until_on))
        .group_by(visit.c.zone_id)
    )
    return {zone: (int(now), int(count)) for zone, now, count in rows}
