"""Reads and writes the topics proposed for an unconference, and the votes for each."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.store.tables.events import topic, topic_vote

MOST = 40  # topics of an event


class Topic(Struct, frozen=True):
    """A topic with its number of votes. `is_wanted`: the member that reads it has voted for it; `member_id` is
    the member that proposed it, None for the desk.
    """

    id: int
    event: int
    title: str
    votes: int
    is_wanted: bool
    member_id: int | None


def of_event(connection: sa.Connection, event_id: int, member_id: int | None = None) -> list[Topic]:
    """Return an event's topics that are not hidden, the one with most votes first, then the oldest. Without a
    `member_id` none of them is wanted: 0 is the id of no member.
    """
    votes = sa.func.count(topic_vote.c.id)
    own_votes = sa.func.coalesce(sa.func.sum(sa.case((topic_vote.c.member_id == (member_id or 0), 1), else_=0)), 0)
    rows = connection.execute(
        sa.select(topic.c.id, topic.c.event_id, topic.c.title, votes, own_votes, topic.c.member_id)
        .outerjoin(topic_vote, topic_vote.c.topic_id == topic.c.id)
        .where(topic.c.event_id == event_id, topic.c.hidden_at.is_(None))
        .group_by(topic.c.id)
        .order_by(votes.desc(), topic.c.id)
    )
    return [
        Topic(id_, of_event_id, title, count, bool(own), proposer_id)
        for id_, of_event_id, title, count, own, proposer_id in rows
    ]


def by_id(connection: sa.Connection, topic_id: int) -> tuple[int, str]:
    """Return the event and the title of a topic that is not hidden. Raises RequestError `no-such-topic`."""
    row = connection.execute(
        sa.select(topic.c.event_id, topic.c.title).where(topic.c.id == topic_id, topic.c.hidden_at.is_(None))
    ).first()
    if row is None:
        raise RequestError("no-such-topic", number=topic_id)
    return row.event_id, row.title


def add(connection: sa.Connection, event_id: int, title: str, member_id: int | None, at: datetime) -> int:
    """Add a topic to an event and return its id. `member_id` is None for a topic of the desk."""
    values = {"event_id": event_id, "title": title, "member_id": member_id, "made_at": at}
    return int(connection.execute(topic.insert(), values).lastrowid)


def hide(connection: sa.Connection, topic_id: int, at: datetime) -> None:
    """Hide a topic from the list; its votes stay."""
    connection.execute(topic.update().where(topic.c.id == topic_id).values(hidden_at=at))


def vote(connection: sa.Connection, topic_id: int, member_id: int, at: datetime) -> None:
    """Write a member's vote for a topic; nothing if they voted for it before."""
    own_vote = (topic_vote.c.topic_id == topic_id, topic_vote.c.member_id == member_id)
    if connection.execute(sa.select(topic_vote.c.id).where(*own_vote)).first() is None:
        connection.execute(topic_vote.insert(), {"topic_id": topic_id, "member_id": member_id, "at": at})


def unvote(connection: sa.Connection, topic_id: int, member_id: int) -> None:
    """Delete a member's vote for a topic; nothing without one."""
    own_vote = (topic_vote.c.topic_id == topic_id, topic_vote.c.member_id == member_id)
    connection.execute(topic_vote.delete().where(*own_vote))
