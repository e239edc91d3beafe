"""Moves a payment that is made online: its states, what happens to it, and what follows from each.

Nothing but `step` moves one. Whether what the platform says is ours, and paid: `checkout`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.problems import Problem

ASKED_MINUTES = 45  # the platform is asked about a payment for so long
LINK_MINUTES = 14  # the platform's page takes a payment for 15 minutes: the link to it goes before
NIGHT_HOUR = 3  # from then on, the platform's list of payments is read once
LOOKED_BACK_DAYS = 120  # for so long a payment can be refunded or contested
LEAST_CENTS, MOST_CENTS = 50, 500_000
MOST_A_DAY = 10  # payments that are begun for an account


class State(StrEnum):
    """How far a payment is."""

    MADE = "made"  # asked for by its member
    INTENDED = "intended"  # the platform has a page for it
    PAID = "paid"
    REFUNDED = "refunded"  # handed back by the platform, or set aside by an officer
    EXPIRED = "expired"  # not paid in time; paid late, it is entered all the same
    UNCERTAIN = "uncertain"  # an officer decides


OPEN = frozenset({State.MADE, State.INTENDED})


class Event(StrEnum):
    """What happens to a payment."""

    INTENT = "intent"  # the platform gave it a page
    PAID = "paid"
    REFUNDED = "refunded"
    CONTESTED = "contested"
    DIFFERS = "differs"  # what the platform says is not what was asked for
    OVER = "over"  # its time is over
    KEPT = "kept"  # an officer says that the money is here
    DROPPED = "dropped"  # an officer says that it is not


class Why(StrEnum):
    """Why an officer has to decide."""

    CONTESTED = "contested"
    SUM = "sum"
    ORGANISATION = "organisation"
    REFERENCE = "reference"
    TWICE = "twice"
    PART = "part"  # refunded in part
    IN_FILE = "in-file"  # the platform's file brought it, for another account or sum
    PAID_OUT = "paid-out"  # refunded once it was in a payout


class Effect(StrEnum):
    """What is done in the transaction that moves a payment."""

    ENTER = "enter"  # write the payment on the account, today
    TAKE_BACK = "take-back"  # write the counter-entry
    TELL = "tell"  # mail the member that a late payment counts


class Move(Struct, frozen=True):
    """Where a payment is after an event, and what is done."""

    state: State
    effects: tuple[Effect, ...] = ()


_MOVES: Mapping[State, Mapping[Event, tuple[State, tuple[Effect, ...]]]] = {
    State.MADE: {Event.INTENT: (State.INTENDED, ()), Event.OVER: (State.EXPIRED, ())},
    State.INTENDED: {
        Event.PAID: (State.PAID, (Effect.ENTER,)),
        Event.REFUNDED: (State.REFUNDED, ()),
        Event.CONTESTED: (State.UNCERTAIN, ()),
        Event.DIFFERS: (State.UNCERTAIN, ()),
        Event.OVER: (State.EXPIRED, ()),
    },
    State.EXPIRED: {
        Event.PAID: (State.PAID, (Effect.ENTER, Effect.TELL)),
        Event.REFUNDED: (State.REFUNDED, ()),
        Event.CONTESTED: (State.UNCERTAIN, ()),
        Event.DIFFERS: (State.UNCERTAIN, ()),
        Event.OVER: (State.EXPIRED, ()),
    },
    State.PAID: {
        Event.PAID: (State.PAID, ()),
        Event.REFUNDED: (State.REFUNDED, (Effect.TAKE_BACK,)),
        Event.CONTESTED: (State.UNCERTAIN, ()),
        Event.DIFFERS: (State.UNCERTAIN, ()),
        Event.OVER: (State.PAID, ()),
    },
    State.REFUNDED: dict.fromkeys(
        (Event.PAID, Event.REFUNDED, Event.CONTESTED, Event.DIFFERS, Event.OVER), (State.REFUNDED, ())
    ),
    State.UNCERTAIN: {
        **dict.fromkeys((Event.PAID, Event.CONTESTED, Event.DIFFERS, Event.OVER), (State.UNCERTAIN, ())),
        Event.REFUNDED: (State.REFUNDED, (Effect.TAKE_BACK,)),
        Event.KEPT: (State.PAID, (Effect.ENTER,)),
        Event.DROPPED: (State.REFUNDED, (Effect.TAKE_BACK,)),
    },
}


def step(state: State, event: Event, *, is_entered: bool) -> Move:
    """Return where an event leads. A payment is entered once, and taken back only where it `is_entered`.

    Raises Problem `online-step` for an event that a state cannot have.
    """
    found = _MOVES[state].get(event)
    if found is None:
        raise Problem("online-step", "a payment that is {kind} cannot be {kind_2}", kind=state, kind_2=event)
    without = Effect.ENTER if is_entered else Effect.TAKE_BACK
    return Move(found[0], tuple(effect for effect in found[1] if effect is not without))


def is_asked(made_at: datetime, now: datetime) -> bool:
    """Tell whether the platform is asked about a payment, or its time is over."""
    return now - made_at < timedelta(minutes=ASKED_MINUTES)


def has_link(made_at: datetime, now: datetime) -> bool:
    """Tell whether the platform's page still takes a payment."""
    return now - made_at < timedelta(minutes=LINK_MINUTES)


def checked_cents(cents: int) -> int:
    """Return a sum that can be paid online. Raises Problem `online-sum`."""
    if not LEAST_CENTS <= cents <= MOST_CENTS:
        raise Problem("online-sum", field="amount", least_cents=LEAST_CENTS, most_cents=MOST_CENTS)
    return cents


def is_news(state: State, known: Why | None, event: Event, why: Why | None) -> bool:
    """Tell whether what the platform says changes anything: a reason that an officer has seen is not told again."""
    if event is Event.REFUNDED and known is Why.PAID_OUT:
        return False
    if why is not None and why is known:
        return False
    found = _MOVES[state].get(event)
    return found is not None and (found[0] is not state or bool(found[1]))
