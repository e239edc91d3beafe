"""Reads what the figures are drawn from: visits by day and by hour of the week, money by product, newcomers."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.checkin.access import Right
from kiosk.store.tables import entry, member, policy, visit
from kiosk.store.tables.desk import declared_category
from kiosk.store.tables.entrance import rules_revision

_KEPT = sa.and_(visit.c.state == "kept", visit.c.host_visit_id.is_(None))


def _between(from_on: date, until_on: date) -> sa.ColumnElement[bool]:
    return sa.and_(_KEPT, visit.c.day_on >= from_on, visit.c.day_on <= until_on)


def by_day(connection: sa.Connection, from_on: date, until_on: date) -> dict[date, tuple[int, int]]:
    """Each day's visits: all of them, and those that a subscription paid for."""
    covered = sa.func.sum(sa.case((visit.c.right == Right.SUBSCRIPTION.value, 1), else_=0))
    rows = connection.execute(
        sa.select(visit.c.day_on, sa.func.count(), covered).where(_between(from_on, until_on)).group_by(visit.c.day_on)
    )
    return {day: (count, plans) for day, count, plans in rows}


def arrivals(connection: sa.Connection, since: datetime) -> list[tuple[datetime, int]]:
    """How many arrived in each ten minutes of UTC, as far as moments of arrival are still known, since a moment."""
    first = (since - timedelta(days=1)).date()
    ten_minutes = sa.func.substr(sa.cast(visit.c.arrived_at, sa.String), 1, 15)
    rows = connection.execute(
        sa.select(ten_minutes, sa.func.count())
        .where(_KEPT, visit.c.day_on >= first, visit.c.arrived_at >= since)
        .group_by(ten_minutes)
    )
    return [(datetime.fromisoformat(f"{begun}0:00+00:00"), int(count)) for begun, count in rows]


def version(connection: sa.Connection) -> tuple[object, ...]:
    """A value that changes whenever the figures' records change."""
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


def charged(connection: sa.Connection, from_on: date, until_on: date) -> list[tuple[str, str, int]]:
    """Charges that stand: month (`2026-11`), product, cents. A reversal counts in the month of its charge."""
    by = entry.alias("by")
    month = sa.func.substr(sa.cast(entry.c.day_on, sa.String), 1, 7)
    what = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.product"), "")
    rows = connection.execute(
        sa.select(month, what, sa.func.sum(entry.c.amount_cents))
        .where(entry.c.kind == "charge", entry.c.day_on >= from_on, entry.c.day_on <= until_on)
        .where(entry.c.number.not_in(sa.select(by.c.reverses).where(by.c.reverses.is_not(None))))  # few
        .group_by(month, what)
        .order_by(month, what)
    )
    return [(str(when), str(product), int(cents)) for when, product, cents in rows]


def comers(connection: sa.Connection, from_on: date, until_on: date) -> list[tuple[str, int, int]]:
    """Each month's members who came: those who joined in it, and the others."""
    month = sa.func.substr(sa.cast(visit.c.day_on, sa.String), 1, 7)
    joined = sa.func.substr(sa.cast(member.c.joined_on, sa.String), 1, 7)
    came = (
        sa.select(month.label("month"), visit.c.member_id, (joined == month).label("is_new"))
        .join(member, member.c.id == visit.c.member_id)
        .where(_between(from_on, until_on))
        .distinct()
        .subquery()
    )
    new = sa.func.sum(sa.case((came.c.is_new, 1), else_=0))
    rows = connection.execute(
        sa.select(came.c.month, new, sa.func.count() - new).group_by(came.c.month).order_by(came.c.month)
    )
    return [(str(when), int(first), int(again)) for when, first, again in rows]


def by_zone(connection: sa.Connection, from_on: date, until_on: date) -> dict[int, tuple[int, int]]:
    """By zone's id: who is here of the last of these days as far as one knows, and the visits of all of them."""
    here = sa.func.sum(sa.case((sa.and_(visit.c.day_on == until_on, visit.c.left_at.is_(None)), 1), else_=0))
    rows = connection.execute(
        sa.select(visit.c.zone_id, here, sa.func.count())
        .where(visit.c.state == "kept", visit.c.day_on.between(from_on, until_on))
        .group_by(visit.c.zone_id)
    )
    return {zone: (int(now), int(count)) for zone, now, count in rows}
