"""Tables of the keys by which badges prove themselves: how far a chip's are written, and the site's for other doors.

Apart from the entrance's others, which it defines as it starts: few taps ask these. The same metadata as
`kiosk.store.tables`; made by the migrations only.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import table


class BadgeChipColumns(TypedColumns):
    """How far the keys of a badge's chip are written (`domain.badges.writing`), by the badge's keyed hash: given to a
    member or not. Versions are those of the site's keys, 0 the factory's; of the maker's keys there are names alone.
    """

    fingerprint: Column[bytes] = Column(LargeBinary(32), primary_key=True)
    step: Column[str] = Column(String, nullable=False)
    key_version: Column[int] = Column(Integer, nullable=False)
    next_version: Column[int] = Column(Integer, nullable=False)
    maker: Column[bytes | None] = Column(LargeBinary(8), nullable=True)
    next_maker: Column[bytes] = Column(LargeBinary(8), nullable=False)
    wrong: Column[int] = Column(Integer, nullable=False)


badge_chip = table(
    "badge_chip",
    BadgeChipColumns,
    sa.CheckConstraint("step IN ('begun', 'door-sent', 'door-set', 'maker-sent', 'written')", name="step"),
    sqlite_with_rowid=False,
)


class SiteKeyColumns(TypedColumns):
    """A key of the site by which badges prove themselves, by version, enciphered by what only doors have."""

    version: Column[int] = Column(Integer, primary_key=True, autoincrement=False)
    enciphered: Column[bytes] = Column(LargeBinary(64), nullable=False)


site_key = table("site_key", SiteKeyColumns)
