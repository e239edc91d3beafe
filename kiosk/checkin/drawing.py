"""Makes the cards for the pictures that the screen's state machine asks for.

A *picture* says what is to be shown: the outcome of a tap, one of the fixed `Picture`s, or a card that a page made. The
*front* is what stands on the screen with it: a verdict, a page, or a page that waits for a badge.
"""

from msgspec.structs import replace

from kiosk.checkin import entering
from kiosk.checkin.cards import HELP, Card, CardKind
from kiosk.checkin.entering import Outcome
from kiosk.domain.checkin import choices
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_events import Again, Draw, Drawn, Picture, Shut
from kiosk.domain.checkin.screen_state import AwaitsBadge, Front, Person, Verdict, stands, ticket
from kiosk.domain.checkin.verdicts import Granted


def drawn(draw: Draw, *, rings: bool) -> Drawn:
    """Return the card of a picture with the cards that follow it, each with its seconds. `rings`: a bell can ring
    inside; otherwise a card that would ring shows the number to call. The answer's `holds` says that something typed
    would be lost with the card: it stays longer.
    """
    front = draw.front
    if isinstance(draw.picture, Outcome) and isinstance(front, Verdict):
        front = replace(front, acts=_offered(draw.picture))
    card = _card(draw, front)
    if card.rings is not None and not rings:
        card = replace(card, kind=CardKind.CALL)
    holds = card.warns and card.kind is not CardKind.BADGE_AGAIN  # this card waits for a badge, which replaces it
    cards = [card]
    while (then := cards[-1].then) is not None:
        cards.append(then)
    return Drawn(front, tuple((each, each.row.seconds) for each in cards), holds=holds)


def _card(draw: Draw, front: Front) -> Card:
    """Return the card for a picture, with the name, language and aids of the person it is for. Raises ValueError for a
    picture that does not go with the front.
    """
    picture, card_of = draw.picture, stands(front)
    person = Person() if card_of is None else card_of.person
    match picture:
        case Outcome() if isinstance(front, Verdict):
            return _with_acts(_granted(picture), front, draw.waits)
        case Picture.OTHERS if isinstance(front, Verdict):  # the acts that did not fit on the card before
            card = Card(CardKind.MORE, person.name, person.language, aids=person.aids)
            return _with_acts(card, front, draw.waits)
        case Picture.ASK if isinstance(front, AwaitsBadge):
            return Card(CardKind.BADGE_AGAIN, person.name, person.language, asked=front.act, aids=person.aids)
        case Again(card=Card() as card):  # the card that stands already, once more
            return replace(card, reminds=picture.reminds)
        case Picture.HELP:
            then = Card(CardKind.RUNG_LATER, language=person.language)
            return Card(CardKind.RUNG, language=person.language, rings=HELP, then=then)
        case Picture.TAKEN:  # another person is waiting already
            return Card(CardKind.TAKEN)
        case Shut():  # the lock did not respond
            return replace(_shut(picture.picture), kind=CardKind.DOOR_FAULT, ticket=None, acts=())
        case Card():
            return replace(picture, ticket=ticket(front) or None)
        case _:
            raise ValueError(f"this is no picture of a card: {picture!r}")


def _shut(picture: object) -> Card:
    """Return the card that an opening would have shown; its facts stay where the card says that the door did not open.
    Another picture than a member's entry or a card becomes a fault.
    """
    if isinstance(picture, Outcome):
        return _granted(picture)
    return picture if isinstance(picture, Card) else Card(CardKind.FAULT)


def _with_acts(card: Card, front: Verdict, waits: str | None) -> Card:
    """Return the card of an entry with its buttons from `front.place` on, since not all fit on one card. Where a guest
    or newcomer waits for this member's word (`waits` is the name), the first button of all answers.
    """
    acts = front.acts if waits is None else (Act.WAITS, *front.acts)
    return replace(card, ticket=front.ticket, acts=choices.shown(acts, front.place), waits=waits)


def _granted(done: Outcome) -> Card:
    """Return the card of an admitted member."""
    return entering.granted_card(done, _decision_of(done))


def _offered(done: Outcome) -> tuple[Act, ...]:
    """Return the acts that the card of an entry can offer."""
    return choices.offered(_decision_of(done), done.policy, done.guests, done.moment.local.hour)


def _decision_of(done: Outcome) -> Granted:
    """Return the decision that let a member in. Raises ValueError for a refusal."""
    if not isinstance(done.decision, Granted):
        raise ValueError(f"no card of an entry is made of a refusal: {done.decision.reason}")
    return done.decision
