"""Tables beside the ledger's that the entrance reads or writes: the desk's requests, pauses, closed days, texts,
cancelled changes of rules, upkeep; and the sites with their doors.

Apart from the office's tables, so that the entrance does not load those. The same metadata as `kiosk.store.tables`;
made by the migrations only.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class DeskRequestColumns(TypedColumns):
    """A request of the desk to the entrance, with a time limit: read a badge for a member, or open a door once.

    `outcome` answers it; for a badge that was tapped it is the last two bytes, with `badge_mark` the badge's keyed
    hash, `badge_bytes` the length of its number and `product` its kind of chip. A new badge `replaces` another of the
    member's; with `writes`, the door writes the keys on its chip.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    expires_at: Column[datetime] = Column(UtcTime, nullable=False)
    done_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    outcome: Column[str | None] = Column(String, nullable=True)
    door_id: Column[int] = Column(Integer, nullable=False, server_default="1")
    badge_mark: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    badge_bytes: Column[int | None] = Column(Integer, nullable=True)
    product: Column[str | None] = Column(String, nullable=True)
    replaces: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    writes: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())


desk_request = table(
    "desk_request",
    DeskRequestColumns,
    sa.CheckConstraint("kind IN ('enrol', 'open')", name="kind"),
    sa.CheckConstraint("(kind = 'enrol') = (member_id IS NOT NULL)", name="member"),
    sa.Index("ix_desk_request_open", "kind", "expires_at", sqlite_where=sa.text("done_at IS NULL")),
)


class SubscriptionPauseColumns(TypedColumns):
    """A pause of a subscription: days on which it neither covers nor costs; with no last day it lasts until it is
    ended.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    subscription_id: Column[int] = Column(Integer, ForeignKey("subscription.id"), nullable=False, index=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


subscription_pause = table(
    "subscription_pause",
    SubscriptionPauseColumns,
    sa.CheckConstraint("until_on >= from_on", name="period"),
)


class ClosedDayColumns(TypedColumns):
    """A day on which the space is closed, or open though it is a holiday. The newest row of a day counts."""

    id: Column[int] = Column(Integer, primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    is_closed: Column[bool] = Column(sa.Boolean, nullable=False)
    reason: Column[str] = Column(String, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


closed_day = table("closed_day", ClosedDayColumns)


class WordingColumns(TypedColumns):
    """The association's own words for a text of the screen or of the door's notice, in one language. The newest row
    counts; an empty text restores the program's own words.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    code: Column[str] = Column(String, nullable=False, index=True)
    language: Column[str] = Column(String, nullable=False)
    text: Column[str] = Column(String, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


wording = table("wording", WordingColumns)


class RuleCalledOffColumns(TypedColumns):
    """A cancelled change of a rule or a tariff: it was withdrawn before its day. The change's row stays, and never
    applies.
    """

    kind: Column[str] = Column(String, primary_key=True)
    row_id: Column[int] = Column(Integer, primary_key=True)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


rule_called_off = table(
    "rule_called_off",
    RuleCalledOffColumns,
    sa.CheckConstraint("kind IN ('policy', 'tariff')", name="kind"),
    sqlite_with_rowid=False,
)


class RulesRevisionColumns(TypedColumns):
    """The one row with a number that grows with every change of rules, products, prices or zones. Every cache of these
    compares it with the number it was read at.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    number: Column[int] = Column(Integer, nullable=False)


rules_revision = table("rules_revision", RulesRevisionColumns, sa.CheckConstraint("id = 1", name="single"))


class UpkeepColumns(TypedColumns):
    """A kind of upkeep (backup, drill ...): when it was last tried, when it last succeeded, and its last message."""

    care: Column[str] = Column(String, primary_key=True)
    tried_at: Column[datetime] = Column(UtcTime, nullable=False)
    succeeded_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    says: Column[str] = Column(String, nullable=False)


upkeep = table("upkeep", UpkeepColumns, sqlite_with_rowid=False)


class SiteColumns(TypedColumns):
    """A house with doors. The first site has an empty name until there is a second one."""

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False, unique=True)


site = table("site", SiteColumns)


class SiteCapacityColumns(TypedColumns):
    """How many people a site holds, from a day on, where this differs from the association's rule for all sites: at
    `notice` the screen says that it is busy, at `legal` the door stays shut.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    site_id: Column[int] = Column(Integer, ForeignKey("site.id"), nullable=False)
    valid_from: Column[date] = Column(sa.Date, nullable=False)
    notice: Column[int | None] = Column(Integer, nullable=True)
    legal: Column[int | None] = Column(Integer, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


site_capacity = table(
    "site_capacity",
    SiteCapacityColumns,
    sa.CheckConstraint("notice > 0", name="notice"),
    sa.CheckConstraint("legal > 0", name="legal"),
)

_TAKES = "takes IN ('all', 'permanents')"


class DoorColumns(TypedColumns):
    """A door: its site, the zone of people coming in through it, the badges it takes, the digest of its own key (None:
    no key). The first door is the home's own, and has an empty name until it is given one.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False)
    site_id: Column[int] = Column(Integer, ForeignKey("site.id"), nullable=False)
    zone_id: Column[int | None] = Column(Integer, ForeignKey("zone.id"), nullable=True)
    takes: Column[str] = Column(String, nullable=False)
    key_digest: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    added_on: Column[date | None] = Column(sa.Date, nullable=True)
    revoked_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


door = table(
    "door",
    DoorColumns,
    sa.CheckConstraint(_TAKES, name="takes"),
    sa.Index("uq_door_name", "name", unique=True, sqlite_where=sa.text("revoked_on IS NULL")),
)


class DoorWordColumns(TypedColumns):
    """A door's last report: its moment, the ledger entry up to which its roster is current, and the facts of its health
    as JSON.
    """

    door_id: Column[int] = Column(Integer, ForeignKey("door.id"), primary_key=True)
    at: Column[datetime] = Column(UtcTime, nullable=False)
    last_entry: Column[int] = Column(Integer, nullable=False)
    facts: Column[str] = Column(String, nullable=False)


door_word = table("door_word", DoorWordColumns)


class DoorCodeColumns(TypedColumns):
    """A code that adds one door, once and within minutes: the code's digest, and the facts of the door to add."""

    id: Column[int] = Column(Integer, primary_key=True)
    digest: Column[bytes] = Column(LargeBinary(32), nullable=False, unique=True)
    name: Column[str] = Column(String, nullable=False)
    site_id: Column[int] = Column(Integer, ForeignKey("site.id"), nullable=False)
    zone_id: Column[int | None] = Column(Integer, ForeignKey("zone.id"), nullable=True)
    takes: Column[str] = Column(String, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    expires_at: Column[datetime] = Column(UtcTime, nullable=False)
    tries: Column[int] = Column(Integer, nullable=False, server_default="0")
    door_id: Column[int | None] = Column(Integer, ForeignKey("door.id"), nullable=True)


door_code = table("door_code", DoorCodeColumns, sa.CheckConstraint(_TAKES, name="takes"))


class TapConflictColumns(TypedColumns):
    """A tap of an outage for the treasurer to check: it was entered though something had changed since, or could not be
    entered.
    """

    tap_id: Column[bytes] = Column(LargeBinary(16), primary_key=True)
    door_id: Column[int] = Column(Integer, nullable=False)
    member_number: Column[int | None] = Column(Integer, nullable=True)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    reason: Column[str] = Column(String, nullable=False)
    noted_on: Column[date] = Column(sa.Date, nullable=False)
    seen_on: Column[date | None] = Column(sa.Date, nullable=True)
    seen_by: Column[str | None] = Column(String, nullable=True)


tap_conflict = table(
    "tap_conflict",
    TapConflictColumns,
    sa.CheckConstraint("(seen_on IS NULL) = (seen_by IS NULL)", name="seen"),
)
