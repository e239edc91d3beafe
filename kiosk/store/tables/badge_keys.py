"""Tables of the keys with which badges prove that they are no copies: each chip's state, and the site's keys.

Apart from the entrance's other tables, which are defined at start: few taps need these. The same metadata as
`kiosk.store.tables`; made by the migrations only.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import table


class BadgeChipColumns(TypedColumns):
    """How far the keys on a badge's chip are written (`domain.badges.writing`), under the badge's keyed hash. The badge
    need not belong to a member yet. Versions are those of the site's keys, 0 the factory's; of the maker's keys the
    names alone. `wrong` counts the keys that were tried and refused.
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
    """One version of the site's key, from which each badge's own key is made. Enciphered with a key that only doors
    have.
    """

    version: Column[int] = Column(Integer, primary_key=True, autoincrement=False)
    enciphered: Column[bytes] = Column(LargeBinary(64), nullable=False)


site_key = table("site_key", SiteKeyColumns)
