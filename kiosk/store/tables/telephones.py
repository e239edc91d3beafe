"""Members' telephones, and the pairings by which they become theirs.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap asks for any of it.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class TelephonePairingColumns(TypedColumns):
    """A telephone on its way to its member: by the screen's QR, or by a code in a mail.

    Secrets are here as hashes. Without a member it is a code for an address that the files do not have: it is answered
    as any other, and no mail leaves. `asked_hash` tells addresses apart, to count them.
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
    """A telephone that is paired with a member: what it shows to be known by is here as a hash. `kind` is what it says
    it is, as far as that tells two telephones apart.
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
