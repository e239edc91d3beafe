"""Approvals of the prefect, and who has their registered office here."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.premises.offices import Approval
from kiosk.store.tables import member
from kiosk.store.tables.premises import office_approval, registered_office

_A, _R = office_approval.c, registered_office.c


class NumberedApproval(Struct, frozen=True):
    """An approval with its row."""

    id: int
    approval: Approval


class RegisteredOffice(Struct, frozen=True):
    """Who has their registered office here; `member` is the number of whom to ask."""

    id: int
    name: str
    siren: str | None
    member: int | None
    from_on: date
    until_on: date | None
    told_on: date | None

    def runs(self, day: date) -> bool:
        """Whether the contract holds on a day, or is still to begin."""
        return self.until_on is None or self.until_on >= day


def approvals(connection: sa.Connection) -> list[NumberedApproval]:
    """All of them, the newest first."""
    query = sa.select(_A.id, _A.authority, _A.number, _A.from_on, _A.until_on, _A.ended_on)
    rows = connection.execute(query.order_by(_A.from_on.desc(), _A.id.desc()))
    return [_numbered(row) for row in rows]


def _numbered(row: sa.Row[*tuple[Any, ...]]) -> NumberedApproval:
    id_, *about = row
    return NumberedApproval(id_, Approval(*about))


def approve(connection: sa.Connection, given: Approval, actor: str) -> int:
    """Note an approval; the same again is one. Returns its id."""
    values: dict[str, Any] = {"authority": given.authority, "number": given.number}
    values |= {"from_on": given.from_on, "until_on": given.until_on}
    same = [_A[name] == value for name, value in values.items()]
    there = connection.execute(sa.select(_A.id).where(*same)).scalar()
    if there is not None:
        return there
    return int(connection.execute(office_approval.insert(), values | {"actor": actor}).lastrowid)


def end_approval(connection: sa.Connection, approval_id: int, day: date) -> bool:
    """An approval was withdrawn; False where there is none."""
    return connection.execute(office_approval.update().where(_A.id == approval_id).values(ended_on=day)).rowcount > 0


_OFFICES = (
    sa.select(_R.id, _R.name, _R.siren, member.c.number, _R.from_on, _R.until_on, _R.told_on)
    .outerjoin(member, member.c.id == _R.member_id)
    .order_by(_R.name, _R.id)
)


def _office(row: sa.Row[*tuple[Any, ...]]) -> RegisteredOffice:
    return RegisteredOffice(*row)


def offices(connection: sa.Connection) -> list[RegisteredOffice]:
    """All of them, those that ended too, by name."""
    return [_office(row) for row in connection.execute(_OFFICES)]


def by_id(connection: sa.Connection, office_id: int) -> RegisteredOffice | None:
    """One of them."""
    row = connection.execute(_OFFICES.where(_R.id == office_id)).first()
    return None if row is None else _office(row)


def add(
    connection: sa.Connection,
    name: str,
    siren: str | None,
    member_id: int | None,
    from_on: date,
    until_on: date | None,
    actor: str,
) -> int:
    """A registered office more; the same name from the same day is one. Returns its id."""
    there = connection.execute(sa.select(_R.id).where(_R.name == name, _R.from_on == from_on)).scalar()
    if there is not None:
        return there
    values = {"name": name, "siren": siren, "member_id": member_id, "from_on": from_on, "until_on": until_on}
    return int(connection.execute(registered_office.insert(), values | {"actor": actor}).lastrowid)


def end(connection: sa.Connection, office_id: int, until_on: date) -> None:
    """A contract ends."""
    connection.execute(registered_office.update().where(_R.id == office_id).values(until_on=until_on))


def told(connection: sa.Connection, office_id: int, day: date) -> None:
    """The registry was told that it ended."""
    connection.execute(registered_office.update().where(_R.id == office_id).values(told_on=day))
