"""Lets in a member with neither badge nor code: they type their name, and a member present vouches by badge.

The vouching member is served first; their card then has a button for the person waiting, and the page behind it names
them and waits for the badge once more. Until then the screen does not reveal whether the name is a member's. The day is
charged to the member themselves, as with their badge, and they are told by mail where the file has an address. Without
anyone to vouch, the bell rings for the desk.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import entering, openings
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.day_choices import may_undo
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Invited
from kiosk.domain.checkin.screen_state import Page as WaitingPage
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.members import joining
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.messages import vouching_notice
from kiosk.selfservice import keyboard
from kiosk.store.checkin import door_events, standing, visits
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins

_VOUCHED = "vouched"  # how the door's log names this way in, and the reason of the bell


class WholeName(Struct, frozen=True):
    """The name typed by the person waiting."""

    name: str


class Vouched(Struct, frozen=True):
    """The visit that a member vouched for, with the row id and number of the member let in."""

    visit: int
    member: int
    number: int


def begin(context: PageContext) -> Card:
    """Ask for the whole name. Raises RequestError `touch-over` for a person already known."""
    if context.is_member:
        raise RequestError("touch-over", "a member known by badge needs no one to vouch")
    return _ask_name(context)


def _ask_name(context: PageContext, missing_line: int | None = None) -> Card:
    """Show the keyboard for a whole name. With a line number, that line of the card says what is missing."""
    by_pin = (Act.BADGE_FORGOTTEN,) if context.policy.pin_sign_in else ()
    return keyboard.card(context, CardKind.MEMBER_NAME, Act.IS_MEMBER, Act.VOUCH, *by_pin, missing_line=missing_line)


def wait(context: PageContext) -> Card:
    """Wait for the badge of a vouching member, once a first and a last name are typed."""
    if keyboard.is_for(context, Act.IS_MEMBER):
        context.keep(WholeName(" ".join(keyboard.typed(context).split())))
    whole = context.recall(WholeName)
    if whole is None or len(searchable(whole.name).split()) < 2:
        return _ask_name(context, missing_line=0)
    # what another member's badge would do for this flow, and the name to show for it
    context.turn.waits = Act.VOUCH_YES, whole.name.split()[0]
    return Card(CardKind.VOUCH, acts=(Act.VOUCH_ALONE, Act.DONE))


def ask(context: PageContext) -> Card:
    """Name to the admitted member the person for whom their badge would vouch; or say that this badge cannot."""
    if _sponsor(context) is not None and _person_named(context) is not None:
        return Card(CardKind.VOUCH_ASKS, _whole_name(context), acts=(Act.DONE,), asked=Act.VOUCH_YES)
    return Card(CardKind.VOUCH_REFUSED, context.name, acts=(Act.DONE,))


def let_in(context: PageContext) -> Card:
    """Let the door's rules decide on the waiting member after the sponsor's badge, as for a badge of their own."""
    sponsor, person = _sponsor(context), _person_named(context)
    if sponsor is None or person is None or not context.confirmed:
        raise RequestError("touch-over", "this member can no longer vouch")
    connection, moment = context.connection, context.moment
    tap_id = context.fresh_id()
    outcome = entering.decide_and_record(
        connection, context.seal, person, context.policy, moment, ACTOR, tap_id, visits.VOUCHED
    )
    if isinstance(outcome.decision, Denied):
        reason, door = outcome.decision.reason.value, context.policy.door.id
        refused = DoorEvent(moment.at, "refused", reason, None, tap_id, door)
        door_events.add(connection, [refused])
        return replace(entering.denied_card(outcome.decision), acts=(Act.DONE,))
    if outcome.visit is not None:
        context.keep(Vouched(outcome.visit, person.member, person.number))
    context.turn.person = _waiting(context).person  # the waiting person's language, where the file has none
    context.become(Invited(person.number), person)
    desk_log.add(connection, moment.at, ACTOR, _VOUCHED, person.number, f"{sponsor.number:04}")
    vouching_notice.put_in_outbox(connection, person.number, sponsor.number, moment.at)
    acts = (*(() if outcome.visit is None else (Act.VOUCH_UNDO,)), Act.LOST, Act.DONE)
    entrant = openings.entrant(outcome.decision, outcome.visit, tap_id, moment, _VOUCHED)
    return Card(CardKind.VOUCHED, person.name, acts=acts, opens_for=entrant)


def undo(context: PageContext) -> Card:
    """Undo the day for which this flow vouched, within the limit of the member's own undone days."""
    vouched = context.take(Vouched)  # so that it is undone once
    if vouched is None:
        raise RequestError("touch-over", "no member was let in here")
    if not may_undo(context, vouched.member):
        return Card(CardKind.UNDO_REFUSED, acts=(Act.DONE,))
    visits.undo(context.connection, context.seal, vouched.visit, context.moment, ACTOR)
    back = openings.taken_back(vouched.number, context.moment.day, context.moment.at)
    return Card(CardKind.UNDONE, takes_back=back)


def ask_desk(context: PageContext) -> Card:
    """Ring for a member without anyone to vouch; the desk sees the reason."""
    return Card(CardKind.RUNG, rings=_VOUCHED, then=Card(CardKind.RUNG_LATER))


def _whole_name(context: PageContext) -> str:
    """Return the name typed by the waiting person. Raises RequestError `touch-over` where no one waits."""
    whole = _waiting(context).memo.get(WholeName)
    if isinstance(whole, WholeName):
        return whole.name
    raise RequestError("touch-over", "a name comes first")


def _waiting(context: PageContext) -> WaitingPage:
    """Return the waiting person's page. Raises RequestError `touch-over` where no one waits to be vouched for."""
    if context.request is None or context.request.act is not Act.VOUCH_YES:
        raise RequestError("touch-over", "no member waits to be vouched for")
    return context.request.page


def _sponsor(context: PageContext) -> Standing | None:
    """Return the member whose badge was shown; None where they may not vouch."""
    person = context.member
    return person if joining.may_welcome(person, context.policy, context.moment) else None


def _person_named(context: PageContext) -> Standing | None:
    """Return the one member with the typed name, other than the vouching one; None for an unknown name or for
    namesakes.
    """
    numbers = pins.of_name(context.connection, _whole_name(context), context.moment.day)
    voucher = context.member
    if len(numbers) != 1 or (voucher is not None and voucher.number in numbers):
        return None
    person = standing.of_member(context.connection, numbers[0], context.policy, context.moment.day)
    # As with their badge, a member whose badges the office has not confirmed comes in until their last day only.
    return person and replace(person, badge_until_on=pins.unconfirmed_until(context.connection, numbers[0]))


PAGES = {
    Act.IS_MEMBER: Page(begin),
    Act.VOUCH: Page(wait),
    Act.VOUCH_YES: Page(let_in, writes=True, names=ask),
    Act.VOUCH_UNDO: Page(undo, writes=True),
    Act.VOUCH_ALONE: Page(ask_desk),
}
