"""Reads the plan of the premises on a day: each spot with its holder, whether it is lent, and its borrower."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.premises.floor import SpotKind, Stands
from kiosk.store.premises import lent_rows, spot_rows
from kiosk.store.premises.lent_rows import LentDay
from kiosk.store.premises.spot_rows import Holder, Spot


class Place(Struct, frozen=True):
    """A spot of the plan as it is on a day."""

    spot: Spot
    stands: Stands  # the desk's state for the member that views the plan
    holder: Holder | None = None
    lent: LentDay | None = None


def on_day(connection: sa.Connection, day: date, viewer: int = 0) -> list[Place]:
    """Return every spot of the plan as it is on a day; `viewer` is the id of the member whose own spots are marked as
    theirs; 0 for none.
    """
    holders = spot_rows.holders(connection, day)
    lent = {each.spot: each for each in lent_rows.on_day(connection, day)}
    return [_place(each, holders.get(each.id), lent.get(each.id), viewer) for each in spot_rows.spots(connection)]


def _place(spot: Spot, holder: Holder | None, lent: LentDay | None, viewer: int) -> Place:
    """Return a spot as the plan shows it to a viewer."""
    return Place(spot, _desk_state(spot, holder, lent, viewer), holder, lent)


def _desk_state(spot: Spot, holder: Holder | None, lent: LentDay | None, viewer: int) -> Stands:
    """Return a spot's state for the member that views the plan: no desk, the viewer's for that day, lent and free, lent
    and taken, kept by its holder, or open to all.
    """
    if spot.kind is not SpotKind.DESK:
        return Stands.NO_DESK
    # Who has the desk that day: its borrower while it is lent (None: not taken yet), else its holder.
    has = lent.taken if lent is not None else holder.person if holder is not None else None
    if has is not None and has.id == viewer:
        return Stands.YOURS
    if lent is not None:
        return Stands.LENT if lent.taken is None else Stands.TAKEN
    return Stands.OPEN if holder is None else Stands.KEPT
