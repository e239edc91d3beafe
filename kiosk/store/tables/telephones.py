"""Tables of members' telephones and of their pairings.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap reads these tables.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class TelephonePairingColumns(TypedColumns):
    """A pairing of a telephone with its member: by the screen's QR code, or by a code in a mail.

    Secrets are stored as hashes: `secret_hash` is that of the QR code's secret, `bearer_hash` of the telephone's
    cookie, `code_hash` of the mailed code. Without a member the code was asked for an address that no file has: the
    page answers as for any other, and no mail leaves. `asked_hash` is the hash of the address, to count requests by
    address. `digits` are those that the telephone shows, and that its member types at the screen. `tries` counts wrong
    codes; `ended` is why the pairing is over.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True, index=True)
    way: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    secret_hash: Column[bytes | None] = Column(LargeBinary(32), nullable=True, unique=True)
    bearer_hash: Column[bytes | None] = Column(LargeBinary(32), nullable=True, unique=True)
    code_hash: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    asked_hash: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    digits: Column[str] = Column(String, nullable=False)
    kind: Column[str] = Column(String, nullable=False)
    tries: Column[int] = Column(Integer, nullable=False, server_default="0")
    scanned_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    ended: Column[str | None] = Column(String, nullable=True)


telephone_pairing = table(
    "telephone_pairing",
    TelephonePairingColumns,
    sa.CheckConstraint("way IN ('badge', 'mail')", name="way"),
)


class TelephoneColumns(TypedColumns):
    """A telephone that is paired with a member, by the hash of its cookie. `kind` is `iphone`, `android` or `other`, as
    its browser says, to tell two telephones apart.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    bearer_hash: Column[bytes] = Column(LargeBinary(32), nullable=False, unique=True)
    way: Column[str] = Column(String, nullable=False)
    kind: Column[str] = Column(String, nullable=False)
    paired_at: Column[datetime] = Column(UtcTime, nullable=False)
    used_on: Column[date] = Column(sa.Date, nullable=False)
    ended_on: Column[date | None] = Column(sa.Date, nullable=True)


telephone = table(
    "telephone",
    TelephoneColumns,
    sa.CheckConstraint("way IN ('badge', 'mail')", name="way"),
)
