"""The state machine of an online payment: its states, events, and effects.

Only `step` moves a payment. `checkout` judges whether the platform's answer is about our payment, and what it says.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.problems import Problem

ASKED_MINUTES = 45  # how long the platform is asked about a payment
LINK_MINUTES = 14  # the platform's page takes a payment for 15 minutes: our link to it ends before
NIGHT_HOUR = 3  # from this hour on, the platform's list of payments is read once a night
LOOKED_BACK_DAYS = 120  # how long a payment can still be refunded or contested
LEAST_CENTS, MOST_CENTS = 50, 500_000  # of one payment
MOST_A_DAY = 10  # payments begun for one account


class State(StrEnum):
    """The state of a payment."""

    MADE = "made"  # requested by the member
    INTENDED = "intended"  # the platform has a page for it
    PAID = "paid"
    REFUNDED = "refunded"  # by the platform, or set aside by an officer
    EXPIRED = "expired"  # not paid in time; paid late, it is entered all the same
    UNCERTAIN = "uncertain"  # an officer decides


OPEN = frozenset({State.MADE, State.INTENDED})  # neither paid nor over


class Event(StrEnum):
    """An event in a payment's life."""

    INTENT = "intent"  # the platform gave it a page
    PAID = "paid"
    REFUNDED = "refunded"
    CONTESTED = "contested"
    DIFFERS = "differs"  # the platform's answer differs from what was asked for
    OVER = "over"  # its time has passed
    KEPT = "kept"  # an officer confirms that the money is here
    DROPPED = "dropped"  # an officer confirms that it is not


class Why(StrEnum):
    """Why an officer has to decide."""

    CONTESTED = "contested"  # by the payer, at their bank
    SUM = "sum"  # another amount than ours
    ORGANISATION = "organisation"  # paid to another one
    REFERENCE = "reference"  # the answer names another payment
    TWICE = "twice"  # two payments of one order
    PART = "part"  # refunded in part
    IN_FILE = "in-file"  # the platform's file had it for another account or amount
    PAID_OUT = "paid-out"  # refunded after it was in a payout


class Effect(StrEnum):
    """What is done in the transaction that moves a payment."""

    ENTER = "enter"  # enter the payment on the account, today
    TAKE_BACK = "take-back"  # reverse the payment's entry
    TELL = "tell"  # tell the member by mail that a late payment counts


class Move(Struct, frozen=True):
    """The state after an event, and the effects to carry out."""

    state: State
    effects: tuple[Effect, ...] = ()


# the state after each event, with its effects; an event that is missing is impossible
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
    """Return where an event leads. A payment that `is_entered` is not entered again, and only such a one is reversed.

    Raises Problem `online-step` for an event that is impossible in the state.
    """
    move = _MOVES[state].get(event)
    if move is None:
        raise Problem("online-step", "a payment that is {kind} cannot be {kind_2}", kind=state, kind_2=event)
    without = Effect.ENTER if is_entered else Effect.TAKE_BACK  # the effect that is already done, or has no object
    return Move(move[0], tuple(effect for effect in move[1] if effect is not without))


def is_asked(made_at: datetime, now: datetime) -> bool:
    """Tell whether the platform is still asked about a payment; otherwise its time is over, and it expires unpaid."""
    return now - made_at < timedelta(minutes=ASKED_MINUTES)


def has_link(made_at: datetime, now: datetime) -> bool:
    """Tell whether the platform's page still takes a payment."""
    return now - made_at < timedelta(minutes=LINK_MINUTES)


def checked_cents(cents: int) -> int:
    """Return an amount that can be paid online. Raises Problem `online-sum`."""
    if not LEAST_CENTS <= cents <= MOST_CENTS:
        raise Problem("online-sum", field="amount", least_cents=LEAST_CENTS, most_cents=MOST_CENTS)
    return cents


def is_news(state: State, known: Why | None, event: Event, why: Why | None) -> bool:
    """Tell whether the platform's answer (`event`, `why`) changes anything: a reason that is `known`, because it is
    written with the payment, is not reported again. An event that is impossible in the state is no news.
    """
    if event is Event.REFUNDED and known is Why.PAID_OUT:  # that refund waits for an officer already
        return False
    if why is not None and why is known:
        return False
    move = _MOVES[state].get(event)
    return move is not None and (move[0] is not state or bool(move[1]))
