"""Lets a member keep a code for days without the badge: typed twice, hashed outside the
transaction, kept by the badge.
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
    """A new code, as it was typed the first time."""

    digits: str


def ask_new(context: PageContext) -> Card:
    """Ask for a new code, for days without the badge."""
    return _ask(context, _own(context))


def _ask(context: PageContext, number: int, says: str = "") -> Card:
    has_one = pins.of_member(context.connection, number) is not None
    acts = (Act.PIN_AGAIN, *((Act.PIN_NONE,) if has_one else ()), Act.SETTINGS)
    return pad.empty(context, CardKind.PIN_NEW, *acts, says=says)


def ask_again(context: PageContext) -> Card:
    """Ask for the same code again, unless it is one that is guessed first."""
    number, stands, digits = _own(context), context.recall(Pad), pad.take(context)
    weak = weakness(digits, number)
    if weak is not None or stands is None or stands.kind is not CardKind.PIN_NEW:
        return _ask(context, number, weak or "")
    context.keep(First(digits))
    return pad.empty(context, CardKind.PIN_AGAIN, Act.PIN_SAVE, Act.SETTINGS)


def work_out(context: PageContext) -> Work | None:
    """Hash the new code, which takes a while: done before the badge is asked for."""
    first = context.recall(First)
    if first is None or pad.typed(context) != first.digits:
        return None
    return partial(pin.hashed, first.digits, context.flows.code_key)


def save(context: PageContext) -> Card:
    """Keep the new code, now that it was typed twice and the badge was seen."""
    number, hashed = _own(context), context.take(pin.Hashed)
    context.drop(First, Pad)
    if hashed is None or not context.confirmed:
        return _ask(context, number, "differs")
    pins.keep(context.connection, number, context.moment.at, ACTOR, hashed.hash)
    code_notice.put_in_outbox(context.connection, number, context.moment.at)
    return settings.show(context, saved=True)


def take_away(context: PageContext) -> Card:
    """Remove the code: this name can no longer be found."""
    pins.keep(context.connection, _own(context), context.moment.at, ACTOR, None)
    return settings.show(context, saved=True)


def _own(context: PageContext) -> int:
    """The member whose badge was seen, where the rules allow a code. Raises RequestError `touch-over`."""
    if not settings.may_have_pin(context):
        raise RequestError("touch-over", "a code is not offered here")
    return members.by_number(context.connection, context.number).number


PAGES = {
    Act.PIN_NEW: Page(ask_new),
    Act.PIN_AGAIN: Page(ask_again),
    Act.PIN_SAVE: Page(save, writes=True, before=work_out),
    Act.PIN_NONE: Page(take_away, writes=True),
}
