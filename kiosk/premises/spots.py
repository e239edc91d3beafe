"""Acts on the spots of the plan, their holders, and desks lent for a day.

A *wish* is what an act's form asks for. `act` gives an act the right that it needs, and its line in the desk's log;
`Done` has the id of what was made, then the member and the subject for that line. The function in a field's annotation
checks and cleans what was typed.
"""

from datetime import date
from typing import Annotated, NewType

from msgspec import Meta, Struct, field

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.premises import floor
from kiosk.domain.premises.floor import Box, SpotKind
from kiosk.errors import RequestError
from kiosk.fields import MemberRef
from kiosk.premises import lending
from kiosk.store.members import members
from kiosk.store.premises import lent_rows, spot_rows

SpotId = NewType("SpotId", int)


class NewSpot(Struct, frozen=True):
    """A spot as it is drawn: its corner and its size in steps of the plan."""

    kind: Annotated[SpotKind, floor.kind]
    label: Annotated[str, floor.label]
    x: int
    y: int
    wide: int
    high: int

    @property
    def box(self) -> Box:
        """Return the spot's rectangle on the plan. Raises Problem `spot-place`."""
        return Box(self.x, self.y, self.wide, self.high)


class Step(Struct, frozen=True):
    """One step by which a spot is moved, enlarged or made smaller, by its name in `kiosk.domain.premises.floor`."""

    step: str = ""


class NewHolder(Struct, frozen=True):
    """The member that a desk is assigned to, and from which day on."""

    member: MemberRef
    from_on: Annotated[date | None, Meta(description="Start date; today by default.")] = field(
        name="from", default=None
    )


class TakenDesk(Struct, frozen=True):
    """A lent desk that a member takes for a day."""

    member: MemberRef
    spot: SpotId
    day: date


class DeskDay(Struct, frozen=True):
    """A member and a day: of their own desk, or of a lent one that they took."""

    member: MemberRef
    day: date


@act(May.EDIT_RULES, log="plan-changed")
def add_spot(now: Writing, wish: NewSpot) -> Done:
    """Add a spot.

    Raises Problem `spot-kind`, `spot-label` or `spot-place`, RequestError `spot-known` or `spot-many`.
    """
    box = wish.box
    if len(spot_rows.spots(now.connection)) >= floor.MOST_SPOTS:
        raise RequestError("spot-many", field="label", most=floor.MOST_SPOTS)
    _check_label(now, wish.label)
    return Done(spot_rows.add(now.connection, wish.kind, wish.label, box), what=wish.label)


@act(May.EDIT_RULES, log="plan-changed")
def change_spot(now: Writing, spot: SpotId, wish: NewSpot) -> Done:
    """Change a spot's kind, label or place. Raises as `add_spot` does, and `no-such-spot` or `spot-held`."""
    box = wish.box
    spot_rows.by_id(now.connection, spot)  # refuses an unknown one
    _check_label(now, wish.label, spot)
    # A spot with a holder, now or later, must remain a desk. 0 is no member's id: held by anyone.
    if wish.kind is not SpotKind.DESK and spot_rows.held_later(now.connection, spot, 0, now.moment.day):
        raise RequestError("spot-held", number=spot)
    spot_rows.change(now.connection, spot, wish.kind, wish.label, box)
    return Done(spot, what=wish.label)


@act(May.EDIT_RULES)
def move_spot(now: Writing, spot: SpotId, wish: Step) -> Done:
    """Move a spot by one step, or make it larger or smaller; this gets no line in the desk's log.

    Raises Problem `spot-step` or `spot-place`, RequestError `no-such-spot`.
    """
    drawn = spot_rows.by_id(now.connection, spot)
    spot_rows.change(now.connection, spot, drawn.kind, drawn.label, floor.moved(drawn.box, wish.step))
    return Done(spot)


@act(May.EDIT_RULES, log="plan-changed")
def remove_spot(now: Writing, spot: SpotId) -> Done:
    """Remove a spot from the plan. Raises RequestError `no-such-spot` or `spot-held`."""
    label = spot_rows.by_id(now.connection, spot).label
    if spot_rows.held_later(now.connection, spot, 0, now.moment.day):  # 0: held by anyone
        raise RequestError("spot-held", label=label)
    spot_rows.remove(now.connection, spot, now.moment.day)
    return Done(spot, what=label)


@act(May.EDIT_MEMBERS, log="spot-given")
def give_spot(now: Writing, spot: SpotId, wish: NewHolder) -> Done:
    """Assign a desk to a member from a day on, today at the earliest; one that they hold then is left as it is.

    Raises RequestError `no-such-spot`, `spot-no-desk`, `spot-held`, `no-such-member` or `member-left`.
    """
    desk, person = spot_rows.by_id(now.connection, spot), members.present(now.connection, wish.member, now.moment.day)
    if desk.kind is not SpotKind.DESK:
        raise RequestError("spot-no-desk", label=desk.label)
    first = max(wish.from_on or now.moment.day, now.moment.day)  # a past day means today
    held = spot_rows.own(now.connection, person.id, first)
    if held is not None and held.spot == spot:
        return Done(spot, is_new=False)
    # A desk has one holder and a member one desk: an assignment of either, also one still to come, refuses another.
    if spot_rows.held_later(now.connection, spot, person.id, first):
        raise RequestError("spot-held", label=desk.label, member=wish.member)
    spot_rows.holder(now.connection, spot, person.id, first)
    return Done(spot, person.number, desk.label)


@act(May.EDIT_MEMBERS, log="spot-ended")
def end_spot(now: Writing, spot: SpotId) -> Done:
    """End a desk's assignment; its lent days are cancelled. Raises RequestError `no-such-spot`."""
    label, held = spot_rows.by_id(now.connection, spot).label, spot_rows.holders(now.connection, now.moment.day)
    lent_rows.drop_coming(now.connection, spot, now.moment.day)
    spot_rows.end(now.connection, spot, now.moment.day)
    return Done(spot, held[spot].person.number if spot in held else None, label)


@act(May.FIND_MEMBERS)
def lend_desk(now: Writing, wish: DeskDay) -> Done:
    """Lend a member's own desk on a DAY they are away. Raises as `kiosk.premises.lending.lend` does."""
    return Done(lending.lend(now.connection, now.moment, now.actor, wish.member, wish.day).id)


@act(May.FIND_MEMBERS)
def keep_desk(now: Writing, wish: DeskDay) -> Done:
    """Keep a lent desk on a DAY after all. Raises as `kiosk.premises.lending.lend_no_more` does."""
    return Done(lending.lend_no_more(now.connection, now.moment, now.actor, wish.member, wish.day).id)


@act(May.FIND_MEMBERS)
def take_desk(now: Writing, wish: TakenDesk) -> Done:
    """Give a lent desk to a member for a DAY. Raises as `kiosk.premises.lending.take` does."""
    return Done(lending.take(now.connection, now.moment, now.actor, wish.member, wish.spot, wish.day).spot)


@act(May.FIND_MEMBERS)
def leave_desk(now: Writing, wish: DeskDay) -> Done:
    """Give up a desk taken for a DAY. Raises as `kiosk.premises.lending.leave` does."""
    lending.leave(now.connection, now.moment, now.actor, wish.member, wish.day)
    return Done()


def _check_label(now: Writing, label: str, besides: int = 0) -> None:
    """Refuse a label that another spot has. Raises RequestError `spot-known`."""
    if spot_rows.is_label(now.connection, label, besides):
        raise RequestError("spot-known", field="label", label=label)
