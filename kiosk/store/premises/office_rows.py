"""Keeps the prefect's approvals to host registered offices, and the offices hosted here."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.premises.offices import Approval
from kiosk.errors import RequestError
from kiosk.store.tables import member, rows
from kiosk.store.tables.premises import office_approval, registered_office

_A, _R = office_approval.c, registered_office.c


class NumberedApproval(Struct, frozen=True):
    """An approval with its row's id."""

    id: int
    approval: Approval


class RegisteredOffice(Struct, frozen=True):
    """A registered office hosted here. `member` is the number of the person to ask."""

    id: int
    name: str
    siren: str | None
    member: int | None
    from_on: date
    until_on: date | None
    told_on: date | None

    def runs(self, day: date) -> bool:
        """Return whether the contract has not ended by a day; one that is still to begin counts."""
        return self.until_on is None or self.until_on >= day


def approvals(connection: sa.Connection) -> list[NumberedApproval]:
    """Return all approvals, the newest first."""
    query = sa.select(_A.id, _A.authority, _A.number, _A.from_on, _A.until_on, _A.ended_on)
    newest_first = connection.execute(query.order_by(_A.from_on.desc(), _A.id.desc()))
    return [NumberedApproval(row[0], Approval(*row[1:])) for row in newest_first]


def approve(connection: sa.Connection, given: Approval, actor: str) -> int:
    """Write an approval and return its id; an equal one is not written twice."""
    values = {name: getattr(given, name) for name in ("authority", "number", "from_on", "until_on")}
    return rows.add_once(connection, office_approval, values, actor=actor)


def end_approval(connection: sa.Connection, approval_id: int, day: date) -> bool:
    """Write that an approval was withdrawn. Return False if there is none with this id."""
    return rows.change(connection, office_approval, approval_id, ended_on=day)


_OFFICES = (
    sa.select(_R.id, _R.name, _R.siren, member.c.number, _R.from_on, _R.until_on, _R.told_on)
    .outerjoin(member, member.c.id == _R.member_id)
    .order_by(_R.name, _R.id)
)


def offices(connection: sa.Connection) -> list[RegisteredOffice]:
    """Return all registered offices, ended ones included, by name."""
    return [RegisteredOffice(*row) for row in connection.execute(_OFFICES)]


def by_id(connection: sa.Connection, office_id: int) -> RegisteredOffice:
    """Return a registered office. Raises RequestError `no-such-office`."""
    row = connection.execute(_OFFICES.where(_R.id == office_id)).first()
    if row is None:
        raise RequestError("no-such-office", number=office_id)
    return RegisteredOffice(*row)


def add(connection: sa.Connection, name: str, from_on: date, actor: str, **more: object) -> int:
    """Add a registered office and return its id; one of the same name and first day is not added twice."""
    return rows.add_once(connection, registered_office, {"name": name, "from_on": from_on}, actor=actor, **more)


def end(connection: sa.Connection, office_id: int, until_on: date) -> None:
    """Write the last day of a registered office's contract."""
    rows.change(connection, registered_office, office_id, until_on=until_on)


def told(connection: sa.Connection, office_id: int, day: date) -> None:
    """Write that the registry was told of a registered office's end."""
    rows.change(connection, registered_office, office_id, told_on=day)
