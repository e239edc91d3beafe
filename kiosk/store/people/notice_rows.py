"""Reads and writes members' notices, each with a last day, and projects that began at the space."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.names import at_the_door
from kiosk.domain.people.said import NoticeKind
from kiosk.store.tables import is_current, member
from kiosk.store.tables.people import notice, project


class Notice(Struct, frozen=True):
    """A notice of a member. `name` is the author's name for the door, empty if they do not let others see
    them; `number` is for the desk, and
    for mails to the author.
    """

    id: int
    kind: NoticeKind
    text: str
    made_on: date
    until_on: date
    number: int
    name: str


_NOTICES = (
    sa.select(
        notice.c.id,
        notice.c.kind,
        notice.c.text,
        notice.c.made_on,
        notice.c.until_on,
        member.c.number,
        member.c.name,
        member.c.shown_name,
        member.c.door_name,
        member.c.visible,
    )
    .join(member, member.c.id == notice.c.member_id)
    .order_by(notice.c.made_on.desc(), notice.c.id.desc())
)


def _notice(record: sa.Row[*tuple[Any, ...]]) -> Notice:
    """Return a notice from its row, with its author's name if others may see them."""
    shown = at_the_door(record.name, record.shown_name, record.door_name) if record.visible else ""
    return Notice(
        record.id, NoticeKind(record.kind), record.text, record.made_on, record.until_on, record.number, shown
    )


def standing(connection: sa.Connection, today: date) -> list[Notice]:
    """Return the notices that are up on a day, the newest first, without those of former members."""
    is_member = is_current(today)
    return [_notice(row) for row in connection.execute(_NOTICES.where(notice.c.until_on >= today, is_member))]


def of_member(connection: sa.Connection, member_id: int, today: date) -> list[Notice]:
    """Return a member's own notices whose last day is not past, the newest first."""
    mine = (notice.c.member_id == member_id, notice.c.until_on >= today)
    return [_notice(row) for row in connection.execute(_NOTICES.where(*mine))]


def one(connection: sa.Connection, notice_id: int, today: date) -> Notice | None:
    """Return a notice that is up on a day; None if it is unknown or over, or its author has left."""
    is_member = is_current(today)
    row = connection.execute(_NOTICES.where(notice.c.id == notice_id, notice.c.until_on >= today, is_member)).first()
    return None if row is None else _notice(row)


def add(connection: sa.Connection, member_id: int, kind: NoticeKind, text: str, today: date, until_on: date) -> int:
    """Put up a notice and return its id; an equal one that is up already is not put up twice."""
    c = notice.c
    same = (c.member_id == member_id, c.kind == kind.value, c.text == text, c.until_on >= today)
    existing = connection.execute(sa.select(c.id).where(*same)).scalar()
    if existing is not None:
        return existing
    values = {"member_id": member_id, "kind": kind.value, "text": text, "made_on": today, "until_on": until_on}
    return int(connection.execute(notice.insert(), values).lastrowid)


def drop(connection: sa.Connection, notice_id: int, member_id: int | None = None) -> bool:
    """Delete a notice of a member, or with None of any member. Return False if there is none."""
    mine = sa.true() if member_id is None else notice.c.member_id == member_id
    return connection.execute(notice.delete().where(notice.c.id == notice_id, mine)).rowcount > 0


# --- projects


class Project(Struct, frozen=True):
    """A project that began at the space."""

    id: int
    name: str
    told: str  # the office's words about it
    born_on: date


def projects(connection: sa.Connection) -> list[Project]:
    """Return all projects, the newest first."""
    c = project.c
    rows = connection.execute(sa.select(c.id, c.name, c.told, c.born_on).order_by(c.born_on.desc(), c.id.desc()))
    return [_project(row) for row in rows]


def _project(record: sa.Row[*tuple[Any, ...]]) -> Project:
    """Return a project from its row."""
    return Project(*record)


def add_project(connection: sa.Connection, name: str, told: str, born_on: date, actor: str) -> int:
    """Add a project and return its id; one of the same name and day gets the new text instead."""
    c = project.c
    existing = connection.execute(sa.select(c.id).where(c.name == name, c.born_on == born_on)).scalar()
    if existing is not None:
        connection.execute(project.update().where(c.id == existing).values(told=told))
        return existing
    values = {"name": name, "told": told, "born_on": born_on, "actor": actor}
    return int(connection.execute(project.insert(), values).lastrowid)


def drop_project(connection: sa.Connection, project_id: int) -> bool:
    """Delete a project. Return False if there is none."""
    return connection.execute(project.delete().where(project.c.id == project_id)).rowcount > 0
