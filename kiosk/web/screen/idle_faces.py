"""Dresses the idle face with what there is to know of the place, and with this screen's manner (hand, contrast, night).

`faces` makes the faces; `kiosk.checkin.idle` knows what is shown.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.idle import Hosted, IdleFacts
from kiosk.domain.checkin.choices import MOST, Act
from kiosk.language.catalogues import Language
from kiosk.language.texts import own
from kiosk.web.screen import buttons, faces, formats, texts
from kiosk.web.screen.buttons import Button
from kiosk.web.screen.faces import Face, Place
from kiosk.web.screen.words import room_words

_ROOM_FOR_TURNS = 44  # characters beside the invitation, on two lines
SHIFTS = 9  # places that an idle screen moves between, one a minute: what never moves burns in


class Manner(Struct, frozen=True):
    """What kiosk.toml says of this screen. `volume` is 0 to 100; `scan_seconds` the pace of a ring, 0 for none."""

    hand: str = "right"
    contrast: str = "normal"
    text: str = "normal"
    volume: int = 0
    scan_seconds: float = 0
    voice: bool = False

    @property
    def classes(self) -> str:
        """The classes for the style sheet."""
        found = {"left-hand": self.hand == "left", "high": self.contrast == "high", "larger": self.text == "large"}
        return "".join(f" {name}" for name, holds in found.items() if holds)


class Fact(Struct, frozen=True):
    """One thing to know of the place. `percent` is drawn as a bar, too."""

    icon: str
    label: str
    text: str = ""
    percent: int | None = None


def dressed(face: Face, facts: IdleFacts, place: Place, manner: Manner) -> Face:
    """An idle face with what there is to know, in the dark where it is night."""
    minute = place.local.hour * 60 + place.local.minute
    manners = f"{manner.classes} shift-{minute % SHIFTS}"
    if facts.dim:
        wake = buttons.unticketed(Act.WAKE, face.language)
        return replace(face, manners=f"{manners} dim", buttons=(wake,), lead=_lead(face, manner))
    if facts.updating:
        return replace(faces.updating(place), manners=manners)
    if face.code == "reader-down" and facts.by_pin:
        by_pin = replace(_by_pin(face.language), label=texts.NAME_AND_CODE.to(face.language))
        return replace(face, manners=manners, buttons=(by_pin, *face.buttons))
    if face.code != "idle":
        return replace(face, manners=manners)
    if facts.neglected and not face.chip and face.at is not None:
        face = replace(face, chip=texts.NEGLECTED.to(face.language), at=(face.at[0], ""))
    if facts.by_pin or facts.vouches:
        first, *others = face.buttons
        forgotten = _by_pin(face.language)
        forgotten = forgotten if facts.by_pin else replace(forgotten, act=Act.IS_MEMBER.value)
        face = replace(face, buttons=(first, forgotten, *others))
    return replace(
        face,
        manners=manners,
        lead=_lead(face, manner),
        facts=_facts(facts, place, face.language),
        people=_people(facts, face.language),
        buttons=(*face.buttons, *_lunch(facts, face.language, MOST - len(face.buttons))),
    )


def _lead(face: Face, manner: Manner) -> str:
    """Where the reader is, unless the association says it in its own words."""
    if face.code == "idle" and manner.hand == "left" and texts.IDLE.lead not in own:
        return texts.IDLE_LEFT.to(face.language)
    return face.lead


def _facts(facts: IdleFacts, place: Place, language: Language) -> tuple[Fact, ...]:
    found = []
    if facts.host is not None:
        found.append(Fact("heart-handshake", texts.HOST.to(language), facts.host.to(language)))
    elif facts.turns:
        found.append(Fact("heart-handshake", texts.HOST.to(language), _turns(facts.turns, language)))
    if facts.note is not None:
        found.append(Fact("calendar-days", texts.TODAY.to(language), facts.note.to(language)))
    elif facts.on_today:
        found.append(Fact("calendar-days", texts.TODAY.to(language), room_words.events(facts.on_today, language)))
    if facts.let is not None:
        found.append(Fact("house", room_words.LET.to(language), room_words.let(facts.let, place.local, language)))
    rent = "" if facts.rent is None else facts.rent.to(language)
    if facts.rooms is not None and facts.rooms.rooms:
        found.append(Fact("calendar-days", room_words.ROOMS.to(language), room_words.said(facts.rooms, language)))
    if facts.thermometer_percent is not None:
        percent = facts.thermometer_percent
        found.append(Fact("house", texts.RENT.to(language, count=str(percent)), rent, percent))
    elif rent:
        found.append(Fact("house", texts.RENT_OF_MONTH.to(language), rent))
    return tuple(found)


def _turns(turns: Sequence[Hosted], language: Language) -> str:
    """Who hosts today and when, as many as there is room for: each with a name, or as somebody."""
    said = [
        texts.HOSTED.to(
            language,
            name=each.name or texts.A_MEMBER.to(language),
            since=formats.clock(each.from_minute // 60 % 24, each.from_minute % 60, language, short=True),
            until=formats.clock(each.until_minute // 60 % 24, each.until_minute % 60, language, short=True),
        )
        for each in turns
    ]
    shown = said[:1]
    for one in said[1:]:
        if len(", ".join([*shown, one])) > _ROOM_FOR_TURNS:
            break
        shown.append(one)
    rest = len(said) - len(shown)
    return ", ".join(shown) + (f" +{rest}" if rest else "")


def _people(facts: IdleFacts, language: Language) -> tuple[str, str] | None:
    if facts.present is None:
        return None
    present, places = str(facts.present), str(facts.places)
    if facts.places is None:
        return present, texts.PEOPLE.to(language, count=present)
    return f"{present} / {places}", texts.PEOPLE_OF.to(language, count=present, places=places)


def _by_pin(language: Language) -> Button:
    return buttons.unticketed(Act.BADGE_FORGOTTEN, language)


def _lunch(facts: IdleFacts, language: Language, room: int) -> tuple[Button, ...]:
    """Who eats here: a touch counts one, and can be taken back at once."""
    if facts.lunch is None or room < 1:
        return ()
    count = f" {facts.lunch}" if facts.lunch else ""
    ask = buttons.unticketed(Act.LUNCH, language)
    ask = replace(ask, label=ask.label + count)
    back = buttons.unticketed(Act.LUNCH_BACK, language)
    if not facts.can_take_back:
        return (ask,)
    return (back, ask)[:room] if room < 2 else (ask, back)
