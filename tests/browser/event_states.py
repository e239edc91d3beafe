"""Every state of the pages about events at the screen, with the longest of what may be on them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, EventState
from kiosk.domain.money.credit import Beyond, Reason
from kiosk.events.signing_up import Place
from kiosk.exports.events.words import KINDS
from kiosk.language.texts import Text
from kiosk.selfservice import event_topics, events, keyboard
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.events import EventSheet, EventsSheet, RefusedSheet
from kiosk.selfservice.keyboard import Typed

ZONE = ZoneInfo("Europe/Paris")
STARTS = datetime(2026, 12, 10, 18, 30, tzinfo=ZONE)
LONG = "Comprendre sa comptabilité d’association sans peur, du reçu au bilan, en deux soirées d’hiver"
BACK = (Act.ACCOUNT, Act.DONE)


def listed(kind: CardKind, act: Act, count: int, *acts: Act) -> Card:
    """A list of so many, every second one the member's own."""
    titles = ("La compta", events.cut(LONG), "Les abeilles du toit", "Repas partagé", "Le grand débat", "Plus loin")
    day = ShortDay(STARTS.date())
    said = [event_topics._VOTES.of(title=title, count=12) for title in titles]
    if kind is CardKind.EVENTS:
        said = [events._DATED.of(day=day, title=title) for title in titles]
    options = tuple(Option(act, str(place), each) for place, each in enumerate(said[:count], 1))
    sheet = EventsSheet(tuple(place % 2 == 0 for place in range(count)))
    return Card(kind, "Inès", ticket="t", acts=(*acts, *BACK), sheet=sheet, options=options)


def one(*acts: Act, **other: Any) -> Card:
    """One event."""
    values: dict[str, Any] = {
        "kind": EventKind.TRAINING,
        "title": "La compta",
        "about": "Le bilan, le résultat, et ce que l’on en dit à l’assemblée.",
        "place": "Salle du fond",
        "host": None,
        "state": EventState.OPEN,
        "mine": Place.NONE,
        "starts_at": STARTS,
        "deadline_at": datetime(2026, 12, 6, 23, tzinfo=ZONE),
        "coming": 4,
        "interested": 0,
        "places": 8,
        "threshold": 6,
        "cents": 3000,
    }
    sheet = EventSheet(**{**values, **other})
    return Card(CardKind.EVENT, "Inès", ticket="t", acts=(*acts, Act.EVENTS, Act.DONE), sheet=sheet)


def typed(kind: CardKind, act: Act, words: str, *acts: Act, wanted: int | None = None) -> Card:
    """The keyboard for a title."""
    keys = keyboard.keys(keyboard.Typing(act, words, writes=keyboard.TEXT))
    return Card(kind, ticket="t", acts=(*acts, Act.DONE), sheet=Typed(words, wanted), options=keys)


_NAMES = (Act.PROPOSE_UNNAMED, Act.PROPOSE_NAMED)
LONGEST = one(
    Act.EVENT_JOIN,
    Act.TOPICS,
    title=LONG,
    about=LONG * 3,
    host="Marie-Antoinette des Charmettes",
    mine=Place.TO_CONFIRM,
    place="Grande salle du premier étage, côté cour",
)
EVENTS = {
    "events": listed(CardKind.EVENTS, Act.EVENT, 6, Act.PROPOSE),
    "events-few": listed(CardKind.EVENTS, Act.EVENT, 2, Act.PROPOSE),
    "events-none": listed(CardKind.EVENTS, Act.EVENT, 0, Act.PROPOSE),
    "event": one(Act.EVENT_JOIN),
    "event-longest": LONGEST,
    "event-seat": one(
        Act.EVENT_LEAVE,
        mine=Place.SEAT,
        state=EventState.HELD,
        told=Text("C’est noté : vous venez.", "Saved: you are coming."),
    ),
    "event-waiting": one(Act.EVENT_LEAVE, mine=Place.WAITING, waits=3, state=EventState.HELD, coming=11),
    "event-beyond": one(Act.PAY, beyond=Beyond(Reason.LIMIT, 50, 5000)),
    "event-not-held": one(state=EventState.NOT_HELD, mine=Place.SEAT),
    "event-cancelled": one(state=EventState.CANCELLED, reason="l’animatrice est malade"),
    "event-proposed": one(
        Act.EVENT_INTEREST, state=EventState.PROPOSED, starts_at=None, deadline_at=None, interested=3, place=""
    ),
    "event-kind": Card(
        CardKind.EVENT_KIND,
        "Inès",
        ticket="t",
        acts=(Act.EVENTS, Act.DONE),
        options=tuple(Option(Act.PROPOSE_KIND, kind.value, said) for kind, said in KINDS.items()),
    ),
    "event-title": typed(CardKind.EVENT_TITLE, Act.PROPOSE_KIND, "", *_NAMES),
    "event-title-typed": typed(CardKind.EVENT_TITLE, Act.PROPOSE_KIND, LONG[:60], *_NAMES),
    "event-title-wanted": typed(CardKind.EVENT_TITLE, Act.PROPOSE_KIND, "Ab", *_NAMES, wanted=0),
    "event-refused": Card(
        CardKind.EVENT_REFUSED, ticket="t", acts=(Act.EVENTS, Act.DONE), sheet=RefusedSheet("event-proposals")
    ),
    "topics": listed(CardKind.TOPICS, Act.TOPIC, 6, Act.TOPIC_NEW),
    "topics-none": listed(CardKind.TOPICS, Act.TOPIC, 0, Act.TOPIC_NEW),
    "topic-title": typed(CardKind.TOPIC_TITLE, Act.TOPIC_NEW, "Le bruit", Act.TOPIC_PUT, Act.TOPICS),
    "events-larger": replace(listed(CardKind.EVENTS, Act.EVENT, 6, Act.PROPOSE), aids=Aids.LARGER),
    "event-longest-larger": replace(LONGEST, aids=Aids.LARGER),
}
