"""Tables of the hosting rota: the weekly template, the shifts of each day, swaps, one-time links, and the reward in
days.

No hour of arrival or departure is stored: hosts are volunteers and do not clock in.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table

# Conditions on columns that the template's lines and the shifts both have.
_KINDS = "kind IN ('opening', 'hosting', 'cleaning')"
_HOURS = "from_minute >= 0 AND until_minute <= 1440 AND from_minute < until_minute"


class ShiftSlotColumns(TypedColumns):
    """A line of the weekly template: a shift on a weekday, for a number of people, from a day until a day. Minutes are
    counted from midnight.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    weekday: Column[int] = Column(Integer, nullable=False)
    kind: Column[str] = Column(String, nullable=False)
    from_minute: Column[int] = Column(Integer, nullable=False)
    until_minute: Column[int] = Column(Integer, nullable=False)
    places: Column[int] = Column(Integer, nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)


shift_slot = table(
    "shift_slot",
    ShiftSlotColumns,
    sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    sa.CheckConstraint(_KINDS, name="kind"),
    sa.CheckConstraint(_HOURS, name="hours"),
    sa.CheckConstraint("places BETWEEN 1 AND 9", name="places"),
)


class ShiftColumns(TypedColumns):
    """One person's shift on one day; `place` numbers the shifts of one line of the template. A `confirmed` one was
    held: `declared_minutes` is how long the host says it took, `banked_id` the day that it earned.

    `asked_on` is the day on which members were asked to take the shift because it was free.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    slot_id: Column[int] = Column(Integer, ForeignKey("shift_slot.id"), nullable=False)
    place: Column[int] = Column(Integer, nullable=False)
    kind: Column[str] = Column(String, nullable=False)
    from_minute: Column[int] = Column(Integer, nullable=False)
    until_minute: Column[int] = Column(Integer, nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True, index=True)
    confirmed: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    declared_minutes: Column[int | None] = Column(Integer, nullable=True)
    called_off: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    asked_on: Column[date | None] = Column(sa.Date, nullable=True)
    banked_id: Column[int | None] = Column(Integer, ForeignKey("banked_day.id"), nullable=True)


shift = table(
    "shift",
    ShiftColumns,
    sa.UniqueConstraint("slot_id", "day_on", "place"),
    sa.CheckConstraint(_KINDS, name="kind"),
    sa.CheckConstraint(_HOURS, name="hours"),
    sa.CheckConstraint("confirmed = (declared_minutes IS NOT NULL)", name="declared"),
    sa.CheckConstraint("declared_minutes > 0", name="minutes"),
    sa.CheckConstraint("NOT (confirmed AND called_off)", name="called_off"),
)


class ShiftSwapColumns(TypedColumns):
    """A member's request to exchange their shift for another member's. It is over once either shift changes hands.

    `told` is 1 once the other member has the mail with the request, 2 once the asking member has the mail with the
    answer.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    shift_id: Column[int] = Column(Integer, ForeignKey("shift.id"), nullable=False, index=True)
    for_shift_id: Column[int] = Column(Integer, ForeignKey("shift.id"), nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    to_member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    asked_on: Column[date] = Column(sa.Date, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    told: Column[int] = Column(Integer, nullable=False, server_default="0")


shift_swap = table(
    "shift_swap",
    ShiftSwapColumns,
    sa.CheckConstraint("state IN ('open', 'agreed', 'refused', 'over')", name="state"),
    sa.CheckConstraint("shift_id <> for_shift_id AND member_id <> to_member_id", name="two"),
)


class ShiftLinkColumns(TypedColumns):
    """A link in a mail that works once, until a day. Only the digest of its random part is stored."""

    digest: Column[bytes] = Column(LargeBinary, primary_key=True)
    act: Column[str] = Column(String, nullable=False)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    shift_id: Column[int] = Column(Integer, ForeignKey("shift.id"), nullable=False)
    swap_id: Column[int | None] = Column(Integer, ForeignKey("shift_swap.id"), nullable=True)
    until_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    used: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())


shift_link = table(
    "shift_link",
    ShiftLinkColumns,
    sa.CheckConstraint("act IN ('take', 'give-up', 'confirm', 'swap')", name="act"),
    sa.CheckConstraint("(act = 'swap') = (swap_id IS NOT NULL)", name="swap"),
)


class HostingRewardColumns(TypedColumns):
    """The number of held shifts that earn a day, 0 for no reward; set by the president, after reading a warning. The
    newest row counts.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    shifts_a_day: Column[int] = Column(Integer, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


hosting_reward = table(
    "hosting_reward",
    HostingRewardColumns,
    sa.CheckConstraint("shifts_a_day BETWEEN 0 AND 100", name="shifts"),
)
