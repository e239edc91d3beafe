"""Acts on the things of the premises and their loans.

A *wish* is what an act's form asks for. `act` gives an act the right that it needs, and its line in the desk's log;
`Done` has the id of what was made, then the member and the subject for that line. The function in a field's annotation
checks and cleans what was typed.
"""

from typing import Annotated, NewType

from msgspec import Meta, Struct

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.premises import things
from kiosk.domain.premises.things import Terms, ThingKind
from kiosk.errors import RequestError
from kiosk.fields import MemberRef
from kiosk.premises import lending
from kiosk.premises.spots import SpotId
from kiosk.store.premises import spot_rows, thing_rows

LoanId = NewType("LoanId", int)
ThingId = NewType("ThingId", int)


class NewThing(Struct, frozen=True):
    """A thing to add; `spot` is where it stands on the plan."""

    kind: Annotated[ThingKind, things.kind]
    label: Annotated[str, things.label]
    places: Annotated[int, Meta(description="How many people can have it at once.")] = 1
    minutes: Annotated[int | None, Meta(description="For how many minutes it is taken.")] = None
    days: Annotated[int | None, Meta(description="For how many days it is lent; until returned by default.")] = None
    spot: Annotated[SpotId | None, Meta(description="Its spot on the plan; none by default.")] = None


class NewLoan(Struct, frozen=True):
    """A request to lend a thing to a member. Sent again with the same `key`, it lends the thing only once."""

    thing: ThingId
    member: MemberRef
    key: bytes


@act(May.EDIT_MEMBERS, log="things-changed")
def add_thing(now: Writing, wish: NewThing) -> Done:
    """Add an item.

    Raises Problem `thing-kind`, `thing-label` or `thing-terms`, RequestError `thing-known`, `thing-many` or
    `no-such-spot`.
    """
    terms = Terms(wish.places, wish.minutes, wish.days)
    if wish.spot is not None:
        spot_rows.by_id(now.connection, wish.spot)  # refuses an unknown one
    if thing_rows.is_label(now.connection, wish.label):
        raise RequestError("thing-known", field="label", label=wish.label)
    if len(thing_rows.things(now.connection)) >= things.MOST_THINGS:
        raise RequestError("thing-many", field="label", most=things.MOST_THINGS)
    return Done(thing_rows.add(now.connection, wish.kind, wish.label, terms, wish.spot), what=wish.label)


@act(May.EDIT_MEMBERS, log="things-changed")
def remove_thing(now: Writing, thing: ThingId) -> Done:
    """Remove an item; not while someone has it. Raises RequestError `no-such-thing` or `thing-out`."""
    label = thing_rows.by_id(now.connection, thing).label
    if any(loan.thing == thing for loan in thing_rows.running(now.connection, now.moment.at)):
        raise RequestError("thing-out", label=label)
    thing_rows.remove(now.connection, thing, now.moment.day)
    return Done(thing, what=label)


@act(May.FIND_MEMBERS, log="thing-lent")
def lend_thing(now: Writing, wish: NewLoan) -> Done:
    """Lend an item to a member from now on. Raises as `kiosk.premises.lending.borrow` does."""
    loan = lending.borrow(now.connection, now.moment, wish.key, wish.member, wish.thing)
    return Done(loan.id, loan.person.number, loan.label)


@act(May.FIND_MEMBERS, log="thing-back")
def thing_back(now: Writing, loan: LoanId) -> Done:
    """Record the return of an item, or cancel a reservation to come. Raises RequestError `no-such-loan`."""
    returned = lending.give_back(now.connection, now.moment, loan)
    return Done(loan, returned.person.number, returned.label)
