"""Lets a member choose a code for days without the badge: typed twice, hashed outside the transaction, and saved by the
badge.
"""

from functools import partial

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext, Work
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.pins import weakness
from kiosk.errors import RequestError
from kiosk.messages import code_notice
from kiosk.selfservice import pad, settings
from kiosk.selfservice.pad import Pad
from kiosk.selfservice.without_badge import pin
from kiosk.store.members import members
from kiosk.store.selfservice import pins


class First(Struct, frozen=True):
    """A new code, as typed the first time; the flow keeps it to compare it with the second."""

    digits: str


def ask_new(context: PageContext) -> Card:
    """Ask for a new code."""
    return _ask(context, _own(context))


def _ask(context: PageContext, number: int, says: str = "") -> Card:
    """Show the pad for a new code. `says` is the word for what was wrong with the last one (a `Weakness`, or
    `differs`), empty for nothing. A member with a code can delete it here.
    """
    has_one = pins.of_member(context.connection, number) is not None
    acts = (Act.PIN_AGAIN, *((Act.PIN_NONE,) if has_one else ()), Act.SETTINGS)
    return pad.empty(context, CardKind.PIN_NEW, *acts, says=says)


def ask_again(context: PageContext) -> Card:
    """Ask for the same code again, unless it is too easy to guess."""
    number, shown_pad, digits = _own(context), context.recall(Pad), pad.take(context)
    why_weak = weakness(digits, number)
    # Digits from another page's pad are not a new code: ask for one.
    if why_weak is not None or shown_pad is None or shown_pad.kind is not CardKind.PIN_NEW:
        return _ask(context, number, why_weak or "")
    context.keep(First(digits))
    return pad.empty(context, CardKind.PIN_AGAIN, Act.PIN_SAVE, Act.SETTINGS)


def work_out(context: PageContext) -> Work | None:
    """Return the work of hashing the new code, which is slow: done before the badge is asked for. None where the second
    code differs from the first, or there is none.
    """
    first = context.recall(First)
    if first is None or pad.typed(context) != first.digits:
        return None
    return partial(pin.hashed, first.digits, context.flows.code_key)


def save(context: PageContext) -> Card:
    """Save the new code, now that it was typed twice and the badge was shown, and mail the member that it changed.
    Otherwise ask for a new code again.
    """
    number, hashed = _own(context), context.take(pin.Hashed)
    context.drop(First, Pad)
    if hashed is None or not context.confirmed:
        return _ask(context, number, "differs")
    pins.keep(context.connection, number, context.moment.at, ACTOR, hashed.hash)
    code_notice.put_in_outbox(context.connection, number, context.moment.at)
    return settings.show(context, saved=True)


def take_away(context: PageContext) -> Card:
    """Delete the code: the member's name can no longer be found without a badge."""
    pins.keep(context.connection, _own(context), context.moment.at, ACTOR, None)
    return settings.show(context, saved=True)


def _own(context: PageContext) -> int:
    """Return the number of the member before the screen. Raises RequestError `touch-over` where the rules allow no
    code.
    """
    if not settings.may_have_pin(context):
        raise RequestError("touch-over", "a code is not offered here")
    return members.by_number(context.connection, context.number).number


# `writes`: in a writing transaction; `before`: the slow work that is done outside it.
PAGES = {
    Act.PIN_NEW: Page(ask_new),
    Act.PIN_AGAIN: Page(ask_again),
    Act.PIN_SAVE: Page(save, writes=True, before=work_out),
    Act.PIN_NONE: Page(take_away, writes=True),
}
