"""What exports read: streams of plain rows, one query each, columns named as the files name them."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from kiosk.store.tables import account, entry, member, visit, zone

Row = tuple[object, ...]


def _stream(connection: sa.Connection, query: sa.Select[*tuple[object, ...]]) -> Iterator[Row]:
    for part in connection.execution_options(yield_per=1000).execute(query).partitions():
        yield from part


def day_passes(connection: sa.Connection, from_on: date, until_on: date) -> Iterator[Row]:
    """One row a charged day, kept or undone, with the last entry that charged it and the one that reverses that."""
    by = entry.alias("by")
    return _stream(
        connection,
        sa.select(
            visit.c.day_on,
            member.c.number,
            member.c.name,
            member.c.plan_code,
            zone.c.code,
            visit.c.right,
            sa.func.json_extract(entry.c.detail, "$.tariff"),
            entry.c.amount_cents,
            entry.c.number,
            by.c.number,
        )
        .join(entry, entry.c.number == visit.c.charge_entry)
        .join(zone, zone.c.id == visit.c.zone_id)
        .outerjoin(member, member.c.id == visit.c.member_id)
        .outerjoin(by, by.c.reverses == entry.c.number)
        .where(visit.c.day_on.between(from_on, until_on))
        .order_by(visit.c.day_on, visit.c.id),
    )


def visits(connection: sa.Connection, from_on: date, until_on: date) -> Iterator[Row]:
    """One row a visit, free ones too: day, member, name, plan, zone, right, part, state, entry."""
    return _stream(
        connection,
        sa.select(
            visit.c.day_on,
            member.c.number,
            member.c.name,
            member.c.plan_code,
            zone.c.code,
            visit.c.right,
            visit.c.part,
            visit.c.state,
            visit.c.charge_entry,
        )
        .join(zone, zone.c.id == visit.c.zone_id)
        .outerjoin(member, member.c.id == visit.c.member_id)
        .where(visit.c.day_on.between(from_on, until_on))
        .order_by(visit.c.day_on, visit.c.id),
    )


def entries(connection: sa.Connection, from_on: date, until_on: date) -> Iterator[Row]:
    """One row an entry: entry, day, kind, account, member, amount, method, product, reverses, actor."""
    return _stream(
        connection,
        sa.select(
            entry.c.number,
            entry.c.day_on,
            entry.c.kind,
            entry.c.account_id,
            entry.c.member_number,
            entry.c.amount_cents,
            entry.c.method,
            sa.func.json_extract(entry.c.detail, "$.product"),
            entry.c.reverses,
            entry.c.actor,
        )
        .where(entry.c.day_on.between(from_on, until_on))
        .order_by(entry.c.number),
    )


def members(connection: sa.Connection, from_on: date, until_on: date) -> Iterator[Row]:
    """One row a member who belonged to the association in the period, with what they owe today."""
    return _stream(
        connection,
        sa.select(
            member.c.number,
            member.c.name,
            member.c.plan_code,
            member.c.email,
            member.c.joined_on,
            member.c.left_on,
            account.c.balance_cents,
        )
        .join(account, account.c.member_id == member.c.id)
        .where(member.c.joined_on <= until_on, sa.or_(member.c.left_on.is_(None), member.c.left_on >= from_on))
        .order_by(member.c.number),
    )
