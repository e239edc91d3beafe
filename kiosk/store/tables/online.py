"""Payments that members make online, through a platform that collects them for the association.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap reads this table.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class OnlinePaymentColumns(TypedColumns):
    """An online payment and its state; `kiosk.domain.money.online` defines the states.

    `token` is our reference, which the platform returns, and the id of the payment's entry. `intent`, `order_id` and
    `payment` are the platform's own numbers, as it writes them. `heard` is the platform's last message while no entry
    follows from it, `why` the reason for which an officer has to decide. `link` is the platform's page for the payment,
    `asked_at` when the platform was last asked about it, `listed_at` when it was last compared with the platform's
    list.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    token: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    account_id: Column[int] = Column(Integer, ForeignKey("account.id"), nullable=False, index=True)
    cents: Column[int] = Column(Integer, nullable=False)
    state: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    asked_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    listed_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    intent: Column[str | None] = Column(String, nullable=True, unique=True)
    link: Column[str | None] = Column(String, nullable=True)
    order_id: Column[str | None] = Column(String, nullable=True, unique=True)
    payment: Column[str | None] = Column(String, nullable=True, unique=True)
    paid_cents: Column[int | None] = Column(Integer, nullable=True)
    heard: Column[str | None] = Column(String, nullable=True)
    why: Column[str | None] = Column(String, nullable=True)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True, unique=True)


online_payment = table(
    "online_payment",
    OnlinePaymentColumns,
    sa.CheckConstraint("cents > 0", name="cents"),
    sa.CheckConstraint("state IN ('made', 'intended', 'paid', 'refunded', 'expired', 'uncertain')", name="state"),
    sa.CheckConstraint("state <> 'intended' OR intent IS NOT NULL", name="intent"),
    sa.CheckConstraint("state <> 'paid' OR entry_number IS NOT NULL", name="entry"),
)
