"""Mails everyone signed up for an event about its changes: open, changed, confirmed, not confirmed, or a seat that came
free.

Signing up includes these mails. A member without an address reads the same on the screen, under "Événements".
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language import catalogues
from kiosk.language.texts import Text
from kiosk.store.messages import outbox_rows


class EventNews(Enum):
    """The news that there is about an event."""

    OPENED = "opened"  # signing up is open, for those who were interested
    CHANGED = "changed"  # another day or price: sign up again
    HELD = "held"  # it takes place, and the reader has a seat
    WAITING = "waiting"  # it takes place, and the reader is on the waiting list
    NOT_HELD = "not-held"  # too few signed up
    SEATED = "seated"  # a seat came free for the reader
    CANCELLED = "cancelled"


class EventFacts(Struct, frozen=True):
    """What a mail says about an event. `starts_at` is None where the event has no day yet; `reason` is why it was
    cancelled.
    """

    id: int
    title: str
    starts_at: datetime | None
    place: str = ""
    reason: str = ""


class Reader(Struct, frozen=True):
    """The recipient of a mail, and the charge for their seat in cents where there was one. Only members have the
    entrance screen.
    """

    email: str
    language: str | None
    cents: int | None = None
    is_member: bool = True


_WORDS: dict[EventNews, tuple[Text, Text]] = {
    EventNews.OPENED: (
        Text("Inscriptions ouvertes : {title}", "Sign-up is open: {title}"),
        Text(
            "« {title} » vous intéressait : c’est prévu {when}. Pour venir, inscrivez-vous à l’écran de l’entrée,"
            " « Mon compte », « Événements ». Sans cela, rien ne vous est compté.",
            "You were interested in “{title}”: it is planned for {when}. To come, sign up on the entrance screen,"
            " “My account”, “Events”. Otherwise you are not charged.",
        ),
    ),
    EventNews.CHANGED: (
        Text("Date ou prix changé : {title}", "New date or price: {title}"),
        Text(
            "« {title} » a changé de date ou de prix : c’est maintenant {when}. Votre inscription précédente ne"
            " compte plus : inscrivez-vous de nouveau à l’écran de l’entrée, « Mon compte », « Événements ».",
            "“{title}” has a new date or price: it is now on {when}. Your earlier sign-up no longer counts: sign"
            " up again on the entrance screen, “My account”, “Events”.",
        ),
    ),
    EventNews.HELD: (
        Text("C’est confirmé : {title}", "Confirmed: {title}"),
        Text("« {title} » a lieu {when}, et vous avez une place.", "“{title}” takes place on {when}: you have a seat."),
    ),
    EventNews.WAITING: (
        Text("Liste d’attente : {title}", "Waiting list: {title}"),
        Text(
            "« {title} » a lieu {when}. Tout est pris pour l’instant : si quelqu’un se désiste, la place vous revient"
            " et vous êtes prévenu·e. D’ici là, rien ne vous est compté.",
            "“{title}” takes place on {when}. All seats are taken for now: if someone cancels, you get the seat"
            " and we let you know. Until then you are not charged.",
        ),
    ),
    EventNews.NOT_HELD: (
        Text("N’a pas lieu : {title}", "Not taking place: {title}"),
        Text(
            "« {title} », prévu {when}, n’a pas lieu : il n’y avait pas assez d’inscriptions. Rien ne vous est compté.",
            "“{title}”, planned for {when}, will not take place: too few people signed up. You are not charged.",
        ),
    ),
    EventNews.SEATED: (
        Text("Une place pour vous : {title}", "A seat for you: {title}"),
        Text(
            "Quelqu’un s’est désisté : vous avez une place à « {title} », {when}.",
            "Someone cancelled: you have a seat at “{title}”, {when}.",
        ),
    ),
    EventNews.CANCELLED: (
        Text("Annulé : {title}", "Cancelled: {title}"),
        Text(
            "« {title} », prévu {when}, est annulé : {reason}. Toute somme déjà comptée pour votre place est annulée.",
            "“{title}”, planned for {when}, is cancelled: {reason}. Any charge to you has been reversed.",
        ),
    ),
}
_WITHOUT_SCREEN = {  # for readers that are no members, where the text above sends to the screen
    EventNews.CHANGED: Text(
        "« {title} » a changé de date ou de prix : c’est maintenant {when}. Votre inscription précédente ne"
        " compte plus : inscrivez-vous de nouveau sur la page « Agenda ».",
        "“{title}” has a new date or price: it is now on {when}. Your earlier sign-up no longer counts: "
        "sign up again on the “Agenda” page.",
    )
}
_COSTS = Text("Votre compte est débité de {amount}.", "{amount} is charged to your account.")
_WHERE = Text("Lieu : {place}.", "Place: {place}.")
_WHEN = Text("{day} à {time}", "{day} at {time}")
_SOME_DAY = Text("à une date encore à fixer", "a date to be announced")
_WHOLE = Text("Bonjour,\n\n{said}\n", "Hello,\n\n{said}\n")


def put_in_outbox(
    connection: sa.Connection,
    news: EventNews,
    facts: EventFacts,
    readers: Iterable[Reader],
    zone: ZoneInfo,
    at: datetime,
) -> int:
    """Put a mail for each reader into the outbox, within the given transaction, and return how many."""
    count = 0
    for reader in readers:
        language = reader.language or catalogues.settled()
        subject, body = _WORDS[news]
        body = body if reader.is_member else _WITHOUT_SCREEN.get(news, body)
        text = body.to(language, title=facts.title, when=when(facts, language, zone), reason=facts.reason)
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=reader.email,
            subject=subject.to(language, title=facts.title),
            body=_WHOLE.to(language, said=" ".join((text, *_place_and_price(news, facts, reader, language)))),
            about=f"event {facts.id}: {news.value}",
            at=at,
        )
        count += 1
    return count


def when(facts: EventFacts, language: str, zone: ZoneInfo) -> str:
    """Return day and time of an event in a language, like `jeudi 3 décembre à 18 h 30`."""
    from kiosk.exports import formats  # heavy, and seldom needed

    if facts.starts_at is None:
        return _SOME_DAY.to(language)
    local = facts.starts_at.astimezone(zone)
    day = formats.day(local.date(), language, formats.WEEKDAY)
    return _WHEN.to(language, day=day, time=formats.hour(local, language))


def _place_and_price(news: EventNews, facts: EventFacts, reader: Reader, language: str) -> list[str]:
    """Return the sentences on place and price for a reader whose seat is confirmed (HELD, SEATED), each where there is
    one; empty for other news.
    """
    from kiosk.exports import formats  # heavy, and seldom needed

    parts = []
    if facts.place and news in (EventNews.HELD, EventNews.SEATED):
        parts.append(_WHERE.to(language, place=facts.place))
    if reader.cents and news in (EventNews.HELD, EventNews.SEATED):
        parts.append(_COSTS.to(language, amount=formats.euros(reader.cents, language)))
    return parts
