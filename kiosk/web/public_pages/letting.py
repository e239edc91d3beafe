"""Makes the page "Louer": rooms, what each kind of client pays, free hours, and the request that becomes a quote.

`Here` is one question of a public page: the transaction that answers it, the language, and what was chosen or typed.
"""

from datetime import date, timedelta

from kiosk.domain.problems import Problem
from kiosk.domain.rooms import clients, pricing
from kiosk.domain.slots import Slot, on_wall
from kiosk.domain.visitors.requests import Kind, Wish
from kiosk.errors import RequestError
from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.rooms import free_times
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import Room
from kiosk.web.pages.speech import Block, Choice, Form, Sheet
from kiosk.web.public_pages.here import (
    CLIENTS,
    KEPT,
    LET,
    MAIL_COMES,
    SAID,
    WITHOUT_MAIL,
    Here,
    heading,
    pairs,
    text,
)
from kiosk.web.public_pages.work import day_of

TITLE = Text("Louer une salle", "Rent a room")
ROOM = "room"  # the form that asks for a quote
DAYS_SHOWN = 7  # from today, with their free hours
_NO_ROOM = Text("Aucune salle à louer en ce moment.", "No rooms to rent at the moment.")
_PLACES = Text("places : {count}", "seats: {count}")
_PRICES, _FREE = Text("Prix", "Prices"), Text("Heures libres", "Free hours")
_REST = Text("le reste de la journée", "the rest of the day")
_FREE_UNTIL = Text("jusqu’à {hour}", "until {hour}")
_ALL_DAY = Text("toute la journée", "all day")
_TAKEN = Text("aucune heure libre", "no free hours")
_FREE_OF_CHARGE = Text("Sans frais.", "Free of charge.")
_UNITS = (  # the units of a room's products, and how a price by each is written
    ("hour", Text("{sum} l’heure", "{sum} an hour")),
    ("half_day", Text("{sum} la demi-journée", "{sum} per half day")),
    ("day", Text("{sum} la journée", "{sum} a day")),
)
_ASK = Text("Demander cette salle", "Request this room")
_LEAD = Text(
    "Vous recevrez par e-mail un devis à accepter ou à refuser.",
    "You will receive a quote by e-mail, to accept or decline.",
)
_DAY, _FROM, _UNTIL = Text("Quel jour ?", "Which day?"), Text("De", "From"), Text("À", "To")
_SEND = Text("Demander un devis", "Request a quote")


def show(here: Here) -> Sheet:
    """Return the list of the rooms that are not closed today, or the page of the one that was chosen. A choice that is
    no longer listed shows the list.
    """
    rooms = room_rows.open_on(here.now.connection, here.now.moment.day)
    chosen = next((room for room in rooms if str(room.id) == here.value), None)
    if chosen is not None:
        return _one(here, chosen)
    choices = [Choice(LET, str(room.id), room.names.to(here.language), _about(here, room)) for room in rooms]
    return Sheet(
        language=here.language,
        title=here.to(TITLE),
        page=LET,
        choices=choices,
        blocks=[] if choices else text(here.to(_NO_ROOM)),
    )


def _about(here: Here, room: Room) -> str:
    """Return a room's seats, place and equipment on one line."""
    facts = room.facts
    seats = "" if facts.capacity is None else here.to(_PLACES, count=facts.capacity)
    return " · ".join(part for part in (seats, facts.place or "", facts.equipment or "") if part)


def _one(here: Here, room: Room) -> Sheet:
    """Return the page of a room: prices, free hours, and the form that asks for a quote where mail can be sent."""
    blocks = [
        *text(_about(here, room)),
        heading(here.to(_PRICES)),
        *(text(here.to(_FREE_OF_CHARGE)) if room.facts.priced_by.is_free else pairs(_prices(here, room))),
        heading(here.to(_FREE)),
        *_free(here, room),
    ]
    return Sheet(
        language=here.language,
        title=room.names.to(here.language),
        page=LET,
        value=str(room.id),
        blocks=[*blocks, *([] if here.has_mail else text(here.to(WITHOUT_MAIL), kind="strong"))],
        forms=[_form(here)] if here.has_mail else [],
    )


def _prices(here: Here, room: Room) -> list[list[str]]:
    """Return a row for each kind of client: its name, and what it pays by each unit for which the room has a product
    (hour, half day, day).
    """
    rows = list[list[str]]()
    for kind, words in CLIENTS.items():
        level, parts = clients.level_of(kind), list[str]()
        for unit, price_words in _UNITS:
            product = getattr(room.facts.priced_by, unit)
            if product is not None:
                cents, _ = pricing.ask(product, level, here.now.policy)
                parts.append(here.to(price_words, sum=formats.euros(cents, here.language)))
        rows.append([here.to(words), " · ".join(parts)])
    return rows


def _free(here: Here, room: Room) -> list[Block]:
    """Return the hours of the coming days at which a room is free, a row for each day; hours that are past are left
    out.
    """
    moment, language = here.now.moment, here.language
    rows = list[list[str]]()
    for number in range(DAYS_SHOWN):
        day = moment.day + timedelta(days=number)
        free = free_times.on_day(here.now.connection, here.rules, room, day)
        hours = [_times(here, slot, day) for slot in free if slot.ends_at > moment.at]
        rows.append([formats.day(day, language, formats.WEEKDAY), ", ".join(hours) or here.to(_TAKEN)])
    return pairs(rows)


def _times(here: Here, free: Slot, day: date) -> str:
    """Return the words for hours at which a room is free on a day: from when until when; once they have begun, only
    until when. Hours up to midnight are "the rest of the day", or "all day" from midnight on.
    """
    starts, ends = free.starts_at.astimezone(here.rules.zone), free.ends_at.astimezone(here.rules.zone)
    has_begun, is_to_midnight = free.starts_at < here.now.moment.at, ends.date() > day
    if is_to_midnight and has_begun:
        return here.to(_REST)
    if is_to_midnight and not (starts.hour or starts.minute):
        return here.to(_ALL_DAY)
    until = formats.clock(24, 0, here.language) if is_to_midnight else formats.hour(ends, here.language)
    return here.to(_FREE_UNTIL, hour=until) if has_begun else f"{formats.hour(starts, here.language)} – {until}"


def _form(here: Here) -> Form:
    """Return the form that asks for a quote."""
    fields = [
        here.field("day", "date", _DAY),
        here.field("from", "time", _FROM),
        here.field("until", "time", _UNTIL),
        *here.payer(),
        *here.person(),
        here.field("said", "words", SAID, is_needed=False),
    ]
    lead = f"{here.to(_LEAD)} {here.to(MAIL_COMES)} {here.to(KEPT)}"
    return Form(name=ROOM, title=here.to(_ASK), button=here.to(_SEND), fields=fields, lead=lead)


def wish(here: Here, _form_name: str) -> Wish:
    """Return what the form asks for. Raises Problem `day`, `slot`, `slot-long` or `slot-skipped`, RequestError
    `no-such-room`.
    """
    typed = here.typed
    day = day_of(typed.get("day", ""))
    if not here.value.isdecimal() or len(here.value) > 9:
        raise RequestError("no-such-room", field="room")
    since, until = _minute(typed.get("from", ""), "from"), _minute(typed.get("until", ""), "until")
    return Wish(
        kind=Kind.ROOM,
        name=typed.get("name", ""),
        email=typed.get("email", ""),
        said=typed.get("said", ""),
        client=typed.get("client", ""),
        organisation=typed.get("organisation", ""),
        day_on=day,
        language=here.language,
        slot=on_wall(day, since, until, here.rules.zone),
        room=int(here.value),
    )


def _minute(written: str, field: str) -> int:
    """Return the minute of the day from the text that a browser sends. Raises Problem `slot`."""
    hour, _, minute = written.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(written) == 5 and int(hour) < 24 and int(minute) < 60):
        raise Problem("slot", "an hour is written like 14:30", field=field)
    return int(hour) * 60 + int(minute)
