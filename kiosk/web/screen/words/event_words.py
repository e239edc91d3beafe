"""Words one event at the screen: when and where, its price, how many come, what became of it.

What it draws is imported for the type checker only, so that the entrance starts without the pages of dialogues.
"""

from typing import TYPE_CHECKING

from kiosk.domain.events.terms import EventState
from kiosk.exports.events.words import KINDS
from kiosk.language import problems
from kiosk.language.catalogues import Language
from kiosk.language.texts import Plural, Text
from kiosk.web.screen import formats

if TYPE_CHECKING:
    from kiosk.selfservice.events import EventSheet, RefusedSheet

LONG_TITLE = 24  # longer ones get a line of their own
LONGEST_PLACE, LONGEST_ABOUT = 18, 80  # characters
NOTHING = Text(
    "Rien n’est prévu pour l’instant. Proposez quelque chose !", "Nothing planned for now. Suggest something!"
)
NO_TOPICS = Text("Pas encore de sujet. Proposez le vôtre.", "No topics yet. Suggest one.")
WHEN = Text("{day}, {time}", "{day}, {time}")
AT_PLACE = Text("{when} · {place}", "{when} · {place}")
NO_DAY = Text("La date est à fixer.", "Date to be set.")
COSTS = Text("{amount} · sur votre ardoise", "{amount} · on your tab")
COSTS_IF = Text("{amount} · sur votre ardoise si cela a lieu", "{amount} · on your tab if it takes place")
FREE = Text("Gratuit", "Free")
BEYOND = Text("{amount} : voyez avec le bureau.", "{amount}: please see the office.")
BEYOND_LIMIT = Text(
    "{amount}, limite d’ardoise {limit} : payez {missing} ou plus.",
    "{amount}, your tab’s limit is {limit}: pay {missing} or more.",
)
BEYOND_ADVANCE = Text(
    "{amount}, plus que votre avance : payez {missing} ou plus.",
    "{amount}, more than your credit: pay {missing} or more.",
)
COME = Plural(Text("{count} inscription", "{count} sign-up"), Text("{count} inscriptions", "{count} sign-ups"))
COME_OF = Text("{come} sur {threshold}, décidé le {day}", "{come} of {threshold}, decided on {day}")
COME_AND_FULL = Plural(
    Text("{come} pour {count} place", "{come} for {count} seat"),
    Text("{come} pour {count} places", "{come} for {count} seats"),
)
LIKE = Plural(
    Text("{count} personne intéressée", "{count} person interested"),
    Text("{count} personnes intéressées", "{count} people interested"),
)
WITH_HOST = Text("Proposé par {name}", "Proposed by {name}")
YOU_COME = Text("Vous avez une place.", "You have a seat.")
YOU_WOULD = Text("Vous êtes inscrit·e.", "You have signed up.")
YOU_WAIT = Text("Vous êtes en liste d’attente : n° {count}.", "You are on the waiting list: no. {count}.")
TO_CONFIRM = Text("Date ou prix ont changé : confirmez.", "The date or price has changed: please confirm.")
ENDED = {
    EventState.NOT_HELD: Text(
        "N’a pas lieu : pas assez d’inscriptions. Rien n’est compté.",
        "Not taking place: too few sign-ups. No charge.",
    ),
    EventState.CANCELLED: Text("Annulé : {reason}.", "Cancelled: {reason}."),
    EventState.DECLINED: Text("Non retenu : {reason}.", "Declined: {reason}."),
}


def is_long(sheet: "EventSheet") -> bool:
    """Tell whether the title needs a line of its own below the page's title, so that it can be read whole."""
    return len(sheet.title) > LONG_TITLE


def lines(sheet: "EventSheet", language: Language) -> list[str]:
    """Return what there is to know about an event, a line each: when and where, how many come, the price (not of a
    proposal, which has none yet), the member's own part. Of an event that is not held: when it was, and why not.
    """
    if sheet.state in ENDED:
        return [_when(sheet, language), ENDED[sheet.state].to(language, reason=sheet.reason)]
    facts = [_when(sheet, language), _come(sheet, language)]
    if sheet.state is not EventState.PROPOSED:
        facts.append(_costs(sheet, language))
    own = _mine(sheet, language)
    return [*facts, *([own] if own else [])]


def small(sheet: "EventSheet", language: Language) -> str:
    """Word an event's kind, its proposer and its subject on one line of at most `LONGEST_ABOUT` characters."""
    host = WITH_HOST.to(language, name=sheet.host) if sheet.host else ""
    whole = " · ".join(filter(None, (KINDS[sheet.kind].to(language), host, " ".join(sheet.about.split()))))
    return _cut(whole, LONGEST_ABOUT)


def _cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters, with an ellipsis where it was longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def refused(sheet: "RefusedSheet", language: Language) -> str:
    """Return why a member cannot sign up or leave, in words."""
    return problems.told(sheet.code, language, sheet.values)


def _when(sheet: "EventSheet", language: Language) -> str:
    """Return when and where an event is."""
    if sheet.starts_at is None:
        return NO_DAY.to(language)
    day = formats.weekday(sheet.starts_at.date(), language)
    when = WHEN.to(language, day=day, time=formats.hour(sheet.starts_at, language))
    return AT_PLACE.to(language, when=when, place=_cut(sheet.place, LONGEST_PLACE)) if sheet.place else when


def _come(sheet: "EventSheet", language: Language) -> str:
    """Return how many are interested in a proposal, or how many come: with the number that is needed and the day of the
    decision while sign-ups are open, else with the number of seats, where these are set.
    """
    if sheet.state is EventState.PROPOSED:
        return LIKE.to(language, sheet.interested)
    come = COME.to(language, sheet.coming)
    if sheet.state is EventState.OPEN and sheet.threshold and sheet.deadline_at is not None:
        day = formats.short_day(sheet.deadline_at.date(), language)
        return COME_OF.to(language, come=come, threshold=str(sheet.threshold), day=day)
    return COME_AND_FULL.to(language, sheet.places, come=come) if sheet.places else come


def _costs(sheet: "EventSheet", language: Language) -> str:
    """Return what a seat costs, and what to do where the member's tab does not allow it (`beyond`): pay `missing_cents`
    first, or, where that is 0 because no cash would help, see the office. A limit of 0: the member has no tab.
    """
    if not sheet.cents:
        return FREE.to(language)
    amount = formats.amount(sheet.cents, language)
    if sheet.beyond is None:
        return (COSTS_IF if sheet.state is EventState.OPEN else COSTS).to(language, amount=amount)
    if not sheet.beyond.missing_cents:
        return BEYOND.to(language, amount=amount)
    missing, limit = (
        formats.amount(cents, language) for cents in (sheet.beyond.missing_cents, sheet.beyond.limit_cents)
    )
    words = BEYOND_LIMIT if sheet.beyond.limit_cents else BEYOND_ADVANCE
    return words.to(language, amount=amount, missing=missing, limit=limit)


def _mine(sheet: "EventSheet", language: Language) -> str:
    """Return what became of the member's own sign-up: their place in the waiting list (from 1), a seat, or terms that
    changed and must be confirmed; an empty text where there is none.
    """
    if sheet.waits:
        return YOU_WAIT.to(language, count=str(sheet.waits))
    if sheet.mine.value == "seat":  # by its value: the module of its type is not imported here
        # A seat is certain once it is decided that the event is held.
        return (YOU_COME if sheet.state is EventState.HELD else YOU_WOULD).to(language)
    return TO_CONFIRM.to(language) if sheet.mine.value == "to-confirm" else ""
