"""Tables of prepaid days other than carnets: an organisation's envelopes with their vouchers, and days that members
earned.

Apart from the books' tables, which a tap does not need: a tap reads these.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class EnvelopeColumns(TypedColumns):
    """Days that an organisation bought together for people it names. `used` counts the entries of use, `expired` those
    of expiry; `value_cents` is one day's price without VAT.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    organisation_id: Column[int] = Column(Integer, ForeignKey("organisation.id"), nullable=False, index=True)
    product_id: Column[int] = Column(Integer, ForeignKey("product.id"), nullable=False)
    days: Column[int] = Column(Integer, nullable=False)
    used: Column[int] = Column(Integer, nullable=False, server_default="0")
    value_cents: Column[int] = Column(Integer, nullable=False)
    expired: Column[int] = Column(Integer, nullable=False, server_default="0")
    from_on: Column[date] = Column(sa.Date, nullable=False)
    expires_on: Column[date | None] = Column(sa.Date, nullable=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False, unique=True)


envelope = table(
    "envelope",
    EnvelopeColumns,
    sa.CheckConstraint("used BETWEEN 0 AND days AND expired >= 0 AND used + expired <= days", name="used"),
)


class VoucherColumns(TypedColumns):
    """A member's right to days of an envelope: to `days` of them, or without a number to as many as the envelope has
    left.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    envelope_id: Column[int] = Column(Integer, ForeignKey("envelope.id"), nullable=False, index=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    days: Column[int | None] = Column(Integer, nullable=True)
    used: Column[int] = Column(Integer, nullable=False, server_default="0")
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)


voucher = table(
    "voucher",
    VoucherColumns,
    sa.CheckConstraint("used >= 0 AND (days IS NULL OR (days > 0 AND used <= days))", name="used"),
)


class BankedDayColumns(TypedColumns):
    """Days that a member earned, by hosting for example. They were never sold, so using one moves no money."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    days: Column[int] = Column(Integer, nullable=False)
    used: Column[int] = Column(Integer, nullable=False, server_default="0")
    from_on: Column[date] = Column(sa.Date, nullable=False)
    expires_on: Column[date | None] = Column(sa.Date, nullable=True)
    reason: Column[str] = Column(String, nullable=False)
    given_at: Column[datetime] = Column(UtcTime, nullable=False)
    given_by: Column[str] = Column(String, nullable=False)


banked_day = table(
    "banked_day",
    BankedDayColumns,
    sa.CheckConstraint("days > 0 AND used BETWEEN 0 AND days", name="used"),
)


class VoucherCodeColumns(TypedColumns):
    """A voucher for a person whose name the association does not know yet: the first member to show the code gets it.

    On `ended_on` the code was used, and the voucher `voucher_id` was made; without one it was withdrawn.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    envelope_id: Column[int] = Column(Integer, ForeignKey("envelope.id"), nullable=False, index=True)
    code: Column[str] = Column(String, nullable=False, unique=True)
    days: Column[int | None] = Column(Integer, nullable=True)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    voucher_id: Column[int | None] = Column(Integer, ForeignKey("voucher.id"), nullable=True, unique=True)
    ended_on: Column[date | None] = Column(sa.Date, nullable=True)


voucher_code = table("voucher_code", VoucherCodeColumns, sa.CheckConstraint("days IS NULL OR days > 0", name="days"))
