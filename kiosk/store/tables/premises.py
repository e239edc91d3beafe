"""The plan of the premises, whose spots are whose, days on which they are lent, things and loans, registered offices.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap asks for any of it.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table

_PERIOD = "until_on >= from_on"


class SpotColumns(TypedColumns):
    """Something that stands on the plan, by its upper left corner and size, in the plan's own steps.

    References to a place on the plan use its `id`; a removed spot stays for its former holders.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    label: Column[str] = Column(String, nullable=False)
    x: Column[int] = Column(Integer, nullable=False)
    y: Column[int] = Column(Integer, nullable=False)
    wide: Column[int] = Column(Integer, nullable=False)
    high: Column[int] = Column(Integer, nullable=False)
    gone_on: Column[date | None] = Column(sa.Date, nullable=True)


spot = table(
    "spot",
    SpotColumns,
    sa.CheckConstraint("x >= 0 AND y >= 0 AND wide > 0 AND high > 0", name="place"),
    sa.Index("uq_spot_label", "label", unique=True, sqlite_where=sa.text("gone_on IS NULL")),
)


class SpotHolderColumns(TypedColumns):
    """Whose own a spot is, from a day until a day, both included."""

    id: Column[int] = Column(Integer, primary_key=True)
    spot_id: Column[int] = Column(Integer, ForeignKey("spot.id"), nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)


spot_holder = table("spot_holder", SpotHolderColumns, sa.CheckConstraint(_PERIOD, name="period"))


class SpotDayColumns(TypedColumns):
    """A day on which a spot's holder lends it, and its borrower, at most one.

    `counts`: once the day is past, whether the rules of that day let it count for a banked day; `banked_id` is that.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    spot_id: Column[int] = Column(Integer, ForeignKey("spot.id"), nullable=False)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    taken_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    counts: Column[bool | None] = Column(sa.Boolean, nullable=True)
    banked_id: Column[int | None] = Column(Integer, ForeignKey("banked_day.id"), nullable=True)


spot_day = table(
    "spot_day",
    SpotDayColumns,
    sa.UniqueConstraint("spot_id", "day_on"),
    sa.CheckConstraint("taken_id <> member_id", name="two"),
    sa.CheckConstraint("banked_id IS NULL OR counts", name="banked"),
    sa.Index("uq_spot_day_taken", "taken_id", "day_on", unique=True, sqlite_where=sa.text("taken_id IS NOT NULL")),
)


class ThingColumns(TypedColumns):
    """Something small: taken for `minutes`, or lent for `days`, or until it comes back; by `places` people at once."""

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    label: Column[str] = Column(String, nullable=False)
    spot_id: Column[int | None] = Column(Integer, ForeignKey("spot.id"), nullable=True)
    places: Column[int] = Column(Integer, nullable=False, server_default="1")
    minutes: Column[int | None] = Column(Integer, nullable=True)
    days: Column[int | None] = Column(Integer, nullable=True)
    gone_on: Column[date | None] = Column(sa.Date, nullable=True)


thing = table(
    "thing",
    ThingColumns,
    sa.CheckConstraint("places > 0", name="places"),
    sa.CheckConstraint("minutes > 0 AND days IS NULL OR minutes IS NULL", name="minutes"),
    sa.CheckConstraint("days > 0", name="days"),
    sa.Index("uq_thing_label", "label", unique=True, sqlite_where=sa.text("gone_on IS NULL")),
)


class LoanColumns(TypedColumns):
    """A present or future loan of a thing: since when, until when it is due, and when it ended.

    What is taken for minutes ends by itself: `ended_at` is known from the beginning, and may become earlier.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    key: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    thing_id: Column[int] = Column(Integer, ForeignKey("thing.id"), nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    from_at: Column[datetime] = Column(UtcTime, nullable=False)
    due_on: Column[date | None] = Column(sa.Date, nullable=True)
    ended_at: Column[datetime | None] = Column(UtcTime, nullable=True)


loan = table("loan", LoanColumns, sa.CheckConstraint("ended_at >= from_at", name="period"))


class OfficeApprovalColumns(TypedColumns):
    """The prefect's approval to give others their registered office here, by its number and dates."""

    id: Column[int] = Column(Integer, primary_key=True)
    authority: Column[str] = Column(String, nullable=False)
    number: Column[str] = Column(String, nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    ended_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


office_approval = table("office_approval", OfficeApprovalColumns, sa.CheckConstraint(_PERIOD, name="period"))


class RegisteredOfficeColumns(TypedColumns):
    """A registered office here, by contract; `told_on` is when the registry was told that it ended."""

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False)
    siren: Column[str | None] = Column(String, nullable=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    told_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


registered_office = table("registered_office", RegisteredOfficeColumns, sa.CheckConstraint(_PERIOD, name="period"))
