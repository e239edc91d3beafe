"""Tables beside the ledger's that the entrance reads or writes: requests, pauses, closed days, words, rules, upkeep.

Apart from the office's others, so that the entrance does not carry those. The same metadata as `kiosk.store.tables`;
made by the migrations only.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Table, TypedColumns

from kiosk.store.tables import UtcTime, metadata


class DeskRequestColumns(TypedColumns):
    """What the desk asks of the entrance, with an end: a badge for a member, one opening. `outcome` answers it."""

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    expires_at: Column[datetime] = Column(UtcTime, nullable=False)
    done_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    outcome: Column[str | None] = Column(String, nullable=True)


desk_request = Table(
    "desk_request",
    metadata,
    DeskRequestColumns,
    sa.CheckConstraint("kind IN ('enrol', 'open')", name="kind"),
    sa.CheckConstraint("(kind = 'enrol') = (member_id IS NOT NULL)", name="member"),
    sa.Index("ix_desk_request_open", "kind", "expires_at", sqlite_where=sa.text("done_at IS NULL")),
)


class SubscriptionPauseColumns(TypedColumns):
    """Days on which a subscription neither covers nor costs."""

    id: Column[int] = Column(Integer, primary_key=True)
    subscription_id: Column[int] = Column(Integer, ForeignKey("subscription.id"), nullable=False, index=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


subscription_pause = Table(
    "subscription_pause",
    metadata,
    SubscriptionPauseColumns,
    sa.CheckConstraint("until_on >= from_on", name="period"),
)


class ClosedDayColumns(TypedColumns):
    """A day on which the space is shut, or open though it is a holiday. The newest row of a day counts."""

    id: Column[int] = Column(Integer, primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    is_closed: Column[bool] = Column(sa.Boolean, nullable=False)
    reason: Column[str] = Column(String, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


closed_day = Table("closed_day", metadata, ClosedDayColumns)


class WordingColumns(TypedColumns):
    """The association's own words for a text of the screen or the door's notice. Of each language the newest row
    counts; an empty one takes its words back.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    code: Column[str] = Column(String, nullable=False, index=True)
    language: Column[str] = Column(String, nullable=False)
    text: Column[str] = Column(String, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


wording = Table("wording", metadata, WordingColumns)


class RuleCalledOffColumns(TypedColumns):
    """A change of a rule or a tariff that was called off before its day came: its row stays, and never holds."""

    kind: Column[str] = Column(String, primary_key=True)
    row_id: Column[int] = Column(Integer, primary_key=True)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


rule_called_off = Table(
    "rule_called_off",
    metadata,
    RuleCalledOffColumns,
    sa.CheckConstraint("kind IN ('policy', 'tariff')", name="kind"),
    sqlite_with_rowid=False,
)


class RulesRevisionColumns(TypedColumns):
    """A number that grows with every change of rules, products, prices or zones; whoever caches them looks here."""

    id: Column[int] = Column(Integer, primary_key=True)
    number: Column[int] = Column(Integer, nullable=False)


rules_revision = Table("rules_revision", metadata, RulesRevisionColumns, sa.CheckConstraint("id = 1", name="single"))


class UpkeepColumns(TypedColumns):
    """A kind of upkeep (backup, drill ...): when it was last tried and when it last succeeded."""

    care: Column[str] = Column(String, primary_key=True)
    tried_at: Column[datetime] = Column(UtcTime, nullable=False)
    succeeded_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    says: Column[str] = Column(String, nullable=False)


upkeep = Table("upkeep", metadata, UpkeepColumns, sqlite_with_rowid=False)
