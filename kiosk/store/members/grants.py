"""Keeps reduced tariffs granted to members: level, period, a reason from a closed list, the officer
that saw the proof.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from kiosk.domain.money.tariffs import FULL
from kiosk.errors import RequestError
from kiosk.store.members.members import Member
from kiosk.store.tables import reduced_grant, tariff


def levels(connection: sa.Connection) -> list[str]:
    """Return the codes of all reduced levels that any tariff has, past ones too, in their order."""
    return list(
        connection.execute(
            sa.select(tariff.c.level).where(tariff.c.level != FULL).distinct().order_by(tariff.c.level)
        ).scalars()
    )


def of_member(
    connection: sa.Connection, person: Member
) -> Sequence[sa.Row[int, str, date, date, str | None, str | None]]:
    """Return a member's grants, the newest first: id, level, first day, last day, reason, officer
    that saw the proof.
    """
    c = reduced_grant.c
    return connection.execute(
        sa.select(c.id, c.level, c.from_on, c.until_on, c.reason, c.seen_by)
        .where(c.member_id == person.id)
        .order_by(c.from_on.desc(), c.id.desc())
    ).all()


def add(
    connection: sa.Connection, person: Member, level: str, from_on: date, until_on: date, reason: str, seen_by: str
) -> None:
    """Grant a member a reduced level, both days included; `seen_by` is the officer that saw the proof."""
    values = {"member_id": person.id, "level": level, "from_on": from_on, "until_on": until_on}
    connection.execute(reduced_grant.insert(), {**values, "reason": reason, "seen_by": seen_by})


def end(connection: sa.Connection, person: Member, grant: int, day: date) -> None:
    """End a member's grant with this day, its last; delete one that has not begun, leave one that ended before.
    Raises RequestError `no-such-grant`.
    """
    of_member = sa.and_(reduced_grant.c.id == grant, reduced_grant.c.member_id == person.id)
    from_on = connection.execute(sa.select(reduced_grant.c.from_on).where(of_member)).scalar()
    if from_on is None:
        raise RequestError("no-such-grant", member=person.number)
    if from_on > day:
        connection.execute(reduced_grant.delete().where(of_member))
    else:
        connection.execute(reduced_grant.update().where(of_member, reduced_grant.c.until_on > day).values(until_on=day))
