"""Adds to the idle face what there is to know about the place, and the screen's own manner (hand, contrast, night).

`faces` makes the face; `kiosk.checkin.idle` reads the facts. Only one fact fits at a time: they are ranked, no more are
taken than can be read, and each is shown in turn once a minute. Of the facts, `by_pin` and `vouches` say that members
come in without a badge, by their code or on another member's word, and `neglected` that backups were not made in time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.idle_facts import Hosted, IdleFacts
from kiosk.domain.checkin.choices import Act
from kiosk.language.catalogues import Language
from kiosk.language.texts import own
from kiosk.web.screen import buttons, faces, formats, texts
from kiosk.web.screen.buttons import Button
from kiosk.web.screen.faces import Face, Place
from kiosk.web.screen.words import room_words

MOST_FACTS = 6  # shown in turn, each once a minute: ten seconds each where there are six
ROOM = 66  # characters of one fact
ROOM_FOR_TWO = 72  # characters of two facts, which a larger screen shows together
SHIFTS = 9  # positions that the idle screen takes in turn, one a minute (classes `shift-0` on), against burn-in
_MINUTE = 60


class Manner(Struct, frozen=True):
    """What kiosk.toml sets for this screen. `volume` is 0 to 100; `scan_seconds` is how long a ring stays on each
    button, for people with a single switch (0: no ring).
    """

    hand: str = "right"
    contrast: str = "normal"
    text: str = "normal"
    volume: int = 0
    scan_seconds: float = 0
    voice: bool = False

    @property
    def classes(self) -> str:
        """Return the classes for the style sheet, each with a space before it."""
        switches = {"left-hand": self.hand == "left", "high": self.contrast == "high", "larger": self.text == "large"}
        return "".join(f" {name}" for name, holds in switches.items() if holds)


class Fact(Struct, frozen=True):
    """One fact about the place. `percent` is drawn as a bar, too."""

    icon: str
    label: str
    text: str = ""
    percent: int | None = None

    @property
    def is_long(self) -> bool:
        """Tell whether the text must be written smaller: the association's own words may be longer
        than the program's.
        """
        return len(self.text) > ROOM


def dressed(face: Face, facts: IdleFacts, place: Place, manner: Manner) -> Face:
    """Return an idle face with the facts whose turn it is, or as the moment asks.

    At night (`dim`) it is dark, with a button that wakes it; while a newer release is installed it says so. With a
    faulty reader, a button leads to name and code; any other fault leaves the face as it is. A forgotten badge has its
    button where codes (`by_pin`) or another member's word (`vouches`) let members in.
    """
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
        # The chip takes the room of the date; the hour stays.
        face = replace(face, chip=texts.NEGLECTED.to(face.language), at=(face.at[0], ""))
    if facts.by_pin or facts.vouches:
        first, *others = face.buttons
        badge_forgotten = _by_pin(face.language)
        # Without codes the same button leads to another member's word.
        badge_forgotten = badge_forgotten if facts.by_pin else replace(badge_forgotten, act=Act.IS_MEMBER.value)
        face = replace(face, buttons=(first, badge_forgotten, *others))
    return replace(
        face,
        manners=manners,
        lead=_lead(face, manner),
        facts=_in_turn(_ranked(facts, place.local, face.language), place.local),
        people=_people(facts, face.language),
        prices=True,
    )


def turns_in(facts: IdleFacts, local: datetime) -> float:
    """Return the seconds until the next fact has its turn; infinite where fewer than two are shown, as in the dark."""
    count = 0 if facts.dim or facts.updating else len(_ranked(facts, local, "fr"))  # as many in each language
    if count < 2:
        return float("inf")
    # The next turn's second of this minute, less the seconds gone; and a little, so that it has begun when drawn.
    return _MINUTE * (_turn(count, local) + 1) / count - local.second - local.microsecond / 1e6 + 0.02


def _turn(count: int, local: datetime) -> int:
    """Return the index of the fact whose turn it is now, among `count` facts that share each minute evenly."""
    return local.second * count // _MINUTE


def _in_turn(ranked: Sequence[Fact], local: datetime) -> tuple[Fact, ...]:
    """Return the fact whose turn it is, and the one after it where both are short: a larger screen has room for it."""
    if len(ranked) < 2:
        return tuple(ranked)
    index = _turn(len(ranked), local)
    now, then = ranked[index], ranked[(index + 1) % len(ranked)]
    return (now, then) if len(now.text) + len(then.text) <= ROOM_FOR_TWO else (now,)


def _lead(face: Face, manner: Manner) -> str:
    """Return the lead: the association's own words where it has some, else on which side the reader is."""
    # `own` holds the texts that the association has reworded.
    if face.code == "idle" and manner.hand == "left" and texts.IDLE.lead not in own:
        return texts.IDLE_LEFT.to(face.language)
    return face.lead


def _ranked(facts: IdleFacts, local: datetime, language: Language) -> tuple[Fact, ...]:
    """Return the facts, at most `MOST_FACTS`, the most useful to a person arriving now first."""
    all_facts = [*_of_today(facts, language), *_of_rooms(facts, local, language), *_of_rent(facts, language)]
    return tuple(all_facts[:MOST_FACTS])


def _of_today(facts: IdleFacts, language: Language) -> Iterator[Fact]:
    """Yield today's hosts, and today's events: the desk's own note (`host`, `note`) where it wrote one, else those of
    the rota and of the programme.
    """
    if facts.host is not None:
        yield Fact("heart-handshake", texts.HOST.to(language), facts.host.to(language))
    elif facts.turns:
        yield Fact("heart-handshake", texts.HOST.to(language), _turns(facts.turns, language))
    if facts.note is not None:
        yield Fact("calendar-days", texts.TODAY.to(language), facts.note.to(language))
    elif facts.on_today:
        yield Fact("calendar-days", texts.TODAY.to(language), fitting(room_words.events(facts.on_today, language)))


def _of_rooms(facts: IdleFacts, local: datetime, language: Language) -> Iterator[Fact]:
    """Yield, as far as they are known: the zone or place that is an organisation's for some hours (`let`), the event
    that still needs people (`seeks`: its title, and how many), which rooms are free, and how many have lunch here.
    """
    if facts.let is not None:
        yield Fact("house", room_words.LET.to(language), room_words.let(facts.let, local, language))
    if facts.seeks is not None:
        title, missing = facts.seeks
        yield Fact("calendar-plus", texts.SEEKS.to(language, missing), title)
    if facts.rooms is not None and facts.rooms.rooms:
        yield Fact("door-open", room_words.ROOMS.to(language), fitting(room_words.said(facts.rooms, language)))
    if facts.lunch:
        yield Fact("utensils", texts.EAT_HERE.to(language), texts.EATING.to(language, facts.lunch))


def _of_rent(facts: IdleFacts, language: Language) -> Iterator[Fact]:
    """Yield the rent, if the association shows it: a bar with the percentage that the month covers, with what is
    missing in words (`rent`); or these words alone.
    """
    rent = "" if facts.rent is None else facts.rent.to(language)
    if facts.thermometer_percent is not None:
        percent = facts.thermometer_percent
        yield Fact("coins", texts.RENT.to(language, count=str(percent)), rent, percent)
    elif rent:
        yield Fact("coins", texts.RENT_OF_MONTH.to(language), rent)


def fitting(parts: Iterable[str], between: str = " · ") -> str:
    """Return as many of the parts, at least one, as fit into `ROOM` characters, always the first; then "+" and how many
    are left out.
    """
    first, *others = parts
    shown = [first]
    for part in others:
        if len(between.join([*shown, part])) > ROOM:
            break
        shown.append(part)
    left_out = 1 + len(others) - len(shown)
    return between.join(shown) + (f" +{left_out}" if left_out else "")


def _turns(turns: Sequence[Hosted], language: Language) -> str:
    """Word today's hosts and their hours (minutes since midnight), as many as there is room for: each by name, or as
    "a member" without one.
    """
    hosts = [
        texts.HOSTED.to(
            language,
            name=turn.name or texts.A_MEMBER.to(language),
            since=formats.clock(turn.from_minute // 60 % 24, turn.from_minute % 60, language, short=True),
            until=formats.clock(turn.until_minute // 60 % 24, turn.until_minute % 60, language, short=True),
        )
        for turn in turns
    ]
    return fitting(hosts, ", ")


def _people(facts: IdleFacts, language: Language) -> tuple[str, str] | None:
    """Return how many people are here, in numbers and in words, with the number of places where that is known; None
    where it is not shown.
    """
    if facts.present is None:
        return None
    present, places = str(facts.present), str(facts.places)
    if facts.places is None:
        return present, texts.PEOPLE.to(language, count=present)
    return f"{present} / {places}", texts.PEOPLE_OF.to(language, count=present, places=places)


def _by_pin(language: Language) -> Button:
    """Return the button for a forgotten badge."""
    return buttons.unticketed(Act.BADGE_FORGOTTEN, language)
