"""Reads and writes members' skills, and finds visible members with a skill: those that let others see them.

No query here finds other members, however it is worded.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.names import at_the_door, searchable
from kiosk.store.tables import is_current, member, visit
from kiosk.store.tables.people import skill, skill_ask

MOST_FOUND = 50  # rows that a search reads: members with a skill


class Knower(Struct, frozen=True):
    """A visible member with a skill (its id and text): the name for the door, and whether they are present."""

    skill: int
    text: str
    name: str
    here: bool


class Skill(Struct, frozen=True):
    """A skill of a member."""

    id: int
    text: str


def _seen(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a member has not left and lets others see them."""
    c = member.c
    return sa.and_(c.visible, c.merged_into.is_(None), is_current(today))


def _here(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a member is present: has a kept visit of today that has not ended."""
    c = visit.c
    now = (c.day_on == today, c.state == "kept", c.left_at.is_(None), c.host_visit_id.is_(None))
    return sa.exists().where(c.member_id == member.c.id, *now)


def board(connection: sa.Connection, today: date) -> list[str]:
    """Return the names for the door of the visible members that are present, without empty names."""
    c = member.c
    rows = connection.execute(
        sa.select(c.name, c.shown_name, c.door_name).where(_seen(today), _here(today)).order_by(c.search, c.number)
    )
    return [shown for name, shown_name, door in rows if (shown := at_the_door(name, shown_name, door))]


def knowers(connection: sa.Connection, words: Sequence[str], today: date, *, besides: int = 0) -> list[Knower]:
    """Return the members with a skill that contains all these words, present ones first; not the member with
    the id `besides`, nor members without a name for the door. Without words none are found.
    """
    if not words:
        return []
    here, c = _here(today), member.c
    has_words = [skill.c.search.contains(word, autoescape=True) for word in words]
    rows = connection.execute(
        sa.select(skill.c.id, skill.c.text, c.name, c.shown_name, c.door_name, here)
        .join(member, c.id == skill.c.member_id)
        .where(_seen(today), c.id != besides, *has_words)
        .order_by(here.desc(), skill.c.search, c.search, c.number)
        .limit(MOST_FOUND)
    )
    all_knowers = [
        Knower(id_, text, at_the_door(name, shown, door), is_here) for id_, text, name, shown, door, is_here in rows
    ]
    return [knower_ for knower_ in all_knowers if knower_.name]


class Asked(Struct, frozen=True):
    """The member that a question about a skill goes to, by `id` and member `number`. `email` and `language` are for
    the mail, and never shown.
    """

    id: int
    number: int
    name: str
    email: str | None
    language: str | None
    text: str
    here: bool


def knower(connection: sa.Connection, skill_id: int, today: date) -> Asked | None:
    """Return the visible member with a skill; None if there is no such skill, or its member is not visible or has no
    name for the door: all look alike.
    """
    c = member.c
    row = connection.execute(
        sa.select(c.id, c.number, c.name, c.shown_name, c.door_name, c.email, c.language, skill.c.text, _here(today))
        .join(member, c.id == skill.c.member_id)
        .where(skill.c.id == skill_id, _seen(today))
    ).first()
    if row is None:
        return None
    id_, number, name, shown_name, door, email, language, text, here = row
    shown = at_the_door(name, shown_name, door)
    return Asked(id_, number, shown, email, language, text, here) if shown else None


def note_ask(connection: sa.Connection, member_id: int, to_member_id: int, today: date) -> bool:
    """Record that a member asked another about a skill. Return False if they did so before on this day."""
    c = skill_ask.c
    same = (c.member_id == member_id, c.to_member_id == to_member_id, c.asked_on == today)
    if connection.execute(sa.select(c.id).where(*same)).first() is not None:
        return False
    values = {"member_id": member_id, "to_member_id": to_member_id, "asked_on": today}
    connection.execute(skill_ask.insert(), values)
    return True


def asked_on(connection: sa.Connection, member_id: int, today: date) -> int:
    """Return how many people a member asked on a day."""
    c = skill_ask.c
    mine = (c.member_id == member_id, c.asked_on == today)
    return connection.execute(sa.select(sa.func.count()).select_from(skill_ask).where(*mine)).scalar_one()


def of_member(connection: sa.Connection, member_id: int) -> list[Skill]:
    """Return a member's own skills, by text."""
    rows = connection.execute(
        sa.select(skill.c.id, skill.c.text).where(skill.c.member_id == member_id).order_by(skill.c.search)
    )
    return [_skill(row) for row in rows]


def _skill(record: sa.Row[*tuple[Any, ...]]) -> Skill:
    """Return a skill from its row."""
    return Skill(*record)


def add(connection: sa.Connection, member_id: int, text: str) -> None:
    """Add a skill to a member, unless they have it already, without regard to accents and case."""
    search = searchable(text)
    same = (skill.c.member_id == member_id, skill.c.search == search)
    if connection.execute(sa.select(skill.c.id).where(*same)).first() is None:
        connection.execute(skill.insert(), {"member_id": member_id, "text": text, "search": search})


def drop(connection: sa.Connection, member_id: int, skill_id: int) -> bool:
    """Delete a member's skill. Return False if they do not have it."""
    mine = (skill.c.id == skill_id, skill.c.member_id == member_id)
    return connection.execute(skill.delete().where(*mine)).rowcount > 0
