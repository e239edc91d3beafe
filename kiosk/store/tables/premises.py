"""Tables of the premises: the plan's spots, their holders, days on which spots are lent, things and loans, registered
offices.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap reads these tables.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table

_PERIOD = "until_on >= from_on"


class SpotColumns(TypedColumns):
    """A spot on the plan of the premises, by its upper left corner and size, in the plan's own steps.

    Other rows refer to a spot by its `id`; a removed spot stays for its former holders.
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
    """A member's hold on a spot of their own, from a day until a day, both included; None: with no last day."""

    id: Column[int] = Column(Integer, primary_key=True)
    spot_id: Column[int] = Column(Integer, ForeignKey("spot.id"), nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)


spot_holder = table("spot_holder", SpotHolderColumns, sa.CheckConstraint(_PERIOD, name="period"))


class SpotDayColumns(TypedColumns):
    """A day on which a spot's holder lends it, and the member that takes it (`taken_id`), if there is one.

    `counts` is set once the day is past: whether it counts towards a banked day by the rules of that day. `banked_id`
    is the banked day that it earned.
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
    """A thing to use or borrow: for `minutes`, for `days`, or until it is brought back; by up to `places` people at
    once.
    """

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
    """A loan of a thing, past, present or future: when it begins, the day it is due, and the moment it ended.

    A loan for minutes ends by itself: `ended_at` is set from the beginning, and may become earlier.
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
    """The prefect's approval to host other organisations' registered offices here, by its number and dates."""

    id: Column[int] = Column(Integer, primary_key=True)
    authority: Column[str] = Column(String, nullable=False)
    number: Column[str] = Column(String, nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    ended_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


office_approval = table("office_approval", OfficeApprovalColumns, sa.CheckConstraint(_PERIOD, name="period"))


class RegisteredOfficeColumns(TypedColumns):
    """A registered office hosted here, by contract. `told_on` is the day on which the registry was told of its end."""

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False)
    siren: Column[str | None] = Column(String, nullable=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    told_on: Column[date | None] = Column(sa.Date, nullable=True)
    actor: Column[str] = Column(String, nullable=False)


registered_office = table("registered_office", RegisteredOfficeColumns, sa.CheckConstraint(_PERIOD, name="period"))
