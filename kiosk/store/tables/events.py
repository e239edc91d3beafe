"""Tables of trainings and events, their sign-ups, attendance, topics and votes.

The same metadata as `kiosk.store.tables`; made by the migrations only. A tap reads `included_day`, and the others only
on days that an event includes.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class EventColumns(TypedColumns):
    """An event. `terms` counts the changes of its date or price; it is 0 before signing up is possible.

    `places` is the number of seats; `threshold` is how many must have signed up by `deadline_at` for it to be held;
    `product_id` is what a seat costs, of which `rent_percent` pay for the space's rent.
    `member_id` is the proposer, shown to others only with `is_named`; `is_listed` puts the event on the public list.
    `key` identifies the form that made it, so that a form sent twice makes one event.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    title: Column[str] = Column(String, nullable=False)
    about: Column[str] = Column(String, nullable=False, server_default=sa.text("''"))
    place: Column[str] = Column(String, nullable=False, server_default=sa.text("''"))
    state: Column[str] = Column(String, nullable=False, server_default="proposed")
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    is_named: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    is_listed: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    starts_at: Column[datetime | None] = Column(UtcTime, nullable=True, index=True)
    ends_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    places: Column[int | None] = Column(Integer, nullable=True)
    threshold: Column[int | None] = Column(Integer, nullable=True)
    deadline_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    rent_percent: Column[int] = Column(Integer, nullable=False, server_default="0")
    terms: Column[int] = Column(Integer, nullable=False, server_default="0")
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    changed_at: Column[datetime] = Column(UtcTime, nullable=False)
    decided_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    decided_by: Column[str | None] = Column(String, nullable=True)
    reason: Column[str | None] = Column(String, nullable=True)
    key: Column[bytes | None] = Column(LargeBinary(16), nullable=True, unique=True)


event = table(
    "event",
    EventColumns,
    sa.CheckConstraint(
        "kind IN ('training', 'conference', 'round-table', 'workshop', 'unconference')",
        name="kind",
    ),
    sa.CheckConstraint("state IN ('proposed', 'declined', 'open', 'held', 'not-held', 'cancelled')", name="state"),
    sa.CheckConstraint("state IN ('proposed', 'declined') OR (starts_at IS NOT NULL AND terms > 0)", name="planned"),
    sa.CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL) AND ends_at > starts_at", name="period"),
    sa.CheckConstraint("places > 0", name="places"),
    sa.CheckConstraint("threshold > 0 AND (places IS NULL OR threshold <= places)", name="threshold"),
    sa.CheckConstraint("(threshold IS NULL) = (deadline_at IS NULL) AND deadline_at <= starts_at", name="deadline"),
    sa.CheckConstraint("rent_percent BETWEEN 0 AND 100", name="rent"),
)


class SignupColumns(TypedColumns):
    """A person's sign-up to an event, or interest in it. The person is a member, or a name without a file.

    `terms` is the version of the event's terms that they agreed to, 0 for interest alone. `charge_entry` is the charge
    of the seat, once the event is confirmed; for a person without a file an organisation pays.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    event_id: Column[int] = Column(Integer, ForeignKey("event.id"), nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True, index=True)
    name: Column[str | None] = Column(String, nullable=True)
    organisation_id: Column[int | None] = Column(Integer, ForeignKey("organisation.id"), nullable=True)
    terms: Column[int] = Column(Integer, nullable=False, server_default="0")
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    left_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    charge_entry: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True, unique=True)


signup = table(
    "signup",
    SignupColumns,
    sa.CheckConstraint("member_id IS NULL OR (name IS NULL AND organisation_id IS NULL)", name="one_person"),
    sa.Index("ix_signup_event_id_id", "event_id", "id"),
    sa.Index(
        "uq_signup_standing",
        "event_id",
        "member_id",
        unique=True,
        sqlite_where=sa.text("left_at IS NULL AND member_id IS NOT NULL"),
    ),
)


class AttendedDayColumns(TypedColumns):
    """A participant's presence on one day of an event: by their badge (`tap`), or by the desk's list, as present
    (`list`) or `absent`.
    """

    signup_id: Column[int] = Column(Integer, ForeignKey("signup.id"), primary_key=True)
    day_on: Column[date] = Column(sa.Date, primary_key=True)
    how: Column[str] = Column(String, nullable=False)
    at: Column[datetime] = Column(UtcTime, nullable=False)
    actor: Column[str] = Column(String, nullable=False)


attended_day = table(
    "attended_day",
    AttendedDayColumns,
    sa.CheckConstraint("how IN ('tap', 'list', 'absent')", name="how"),
    sqlite_with_rowid=False,
)


class IncludedDayColumns(TypedColumns):
    """A day whose price is included in an event: its participants pay for their seat and for no day."""

    day_on: Column[date] = Column(sa.Date, primary_key=True)
    event_id: Column[int] = Column(Integer, ForeignKey("event.id"), primary_key=True, index=True)


included_day = table("included_day", IncludedDayColumns, sqlite_with_rowid=False)


class TopicColumns(TypedColumns):
    """A topic for an unconference, proposed by a member or by the desk (`member_id` None)."""

    id: Column[int] = Column(Integer, primary_key=True)
    event_id: Column[int] = Column(Integer, ForeignKey("event.id"), nullable=False, index=True)
    title: Column[str] = Column(String, nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    hidden_at: Column[datetime | None] = Column(UtcTime, nullable=True)


topic = table("topic", TopicColumns)


class TopicVoteColumns(TypedColumns):
    """A member's vote for a topic, at most one."""

    id: Column[int] = Column(Integer, primary_key=True)
    topic_id: Column[int] = Column(Integer, ForeignKey("topic.id"), nullable=False)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    at: Column[datetime] = Column(UtcTime, nullable=False)


topic_vote = table("topic_vote", TopicVoteColumns, sa.UniqueConstraint("topic_id", "member_id"))
