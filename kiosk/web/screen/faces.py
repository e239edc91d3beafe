"""Decides how a state looks and what it says: makes a `Face` of a `View` and the kiosk's health, for templates to draw.

All choices are made here, from the card's row (`kiosk.checkin.specs`), with `buttons` for what can be touched.
Templates choose nothing, and nothing here escapes HTML, knows requests or asks the time. `health.spool` tells where a
tap is kept that cannot be recorded now: on a disk, in memory, or nowhere.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.specs.lists import ACTS, REFUSALS
from kiosk.checkin.specs.rows import OUT, WAIT, Aloud, Look, Says, Words
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.steps import MENDABLE
from kiosk.domain.checkin.verdicts import Denial, Notice, NoticeKind
from kiosk.health.entrance_health import Health
from kiosk.language.catalogues import Language, language_of
from kiosk.language.texts import Text
from kiosk.web.screen import buttons, formats, texts
from kiosk.web.screen.board import Showing, View
from kiosk.web.screen.buttons import Button
from kiosk.web.screen.words import purchase_words

if TYPE_CHECKING:
    from kiosk.selfservice.purchases import Beyond

# Characters beyond which a title is written smaller, and smaller again, so that it takes two lines at most.
LONG_TITLE, VERY_LONG_TITLE = 27, 34
# Characters beyond which a page of more than four choices is written smaller: of all its words, or of its lead alone.
WORDY, WORDY_LEAD = 200, 60
WORDY_VERDICT = 200  # the same for a verdict; its title, which is large, counts three times
NIGHT = Look("night", "rings", "nfc", "none")  # colours, shape, icon, and no role for screen readers


class Face(Struct, frozen=True):
    """All that a template draws. `code` names the state, `bar` shows the time left, `top` shows the status bar."""

    code: str
    language: Language
    look: Look
    title: str
    lead: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    bar: bool = False
    band: str = ""  # across the top: training, or simulated
    training: bool = False
    top: bool = False  # on idle faces only
    at: tuple[str, str] | None = None  # hour and day, where they can be trusted; a chip takes the day's room
    chip: str = ""  # a few words in the status bar about a fault
    prices: bool = False  # whether the status bar leads to the prices
    sheet: object | None = None  # what only a page of this kind shows (an account, a purchase), for its template
    options: tuple[Button, ...] = ()  # the page's own choices
    facts: tuple[object, ...] = ()  # about the place, on the idle face
    people: tuple[str, str] | None = None  # how many are here: in numbers, in words
    manners: str = ""  # classes of this screen and hour, for the style sheet
    tone: str = ""  # the sound that it plays
    speaks: bool = False  # a sentence is spoken after the tone
    aided: Aids = Aids.NONE  # which aids are on
    reminds: bool = False  # a badge was read before what was typed was saved
    stays_by: str = ""  # the card's ticket, with which "Still there?" keeps it open; empty where nothing would be lost
    aloud: Aloud = Aloud.WHOLE  # how much of it a screen reader says
    aids: object | None = None  # the "Aa" button and the step that it leads to; None: no such button
    says: str = ""  # the recorded sentence of a face without a tone

    @property
    def guided(self) -> bool:
        """Tell whether each button says its name before it acts."""
        return self.aided is Aids.VOICE

    @property
    def is_wordy(self) -> bool:
        """Tell whether the words are too long for their usual size. A page ("sheet") is so only with more than four
        choices; its lines do not count.
        """
        if self.look.shape != "sheet":
            return 3 * len(self.title) + len(self.lead) + sum(map(len, self.lines)) > WORDY_VERDICT
        words = len(self.title) + len(self.lead) + sum(len(option.label) for option in self.options)
        return len(self.options) > 4 and (words > WORDY or len(self.lead) > WORDY_LEAD)

    @property
    def size(self) -> str:
        """Return the size in which the verdict's title fits: `short`, `long` or `very-long`."""
        if len(self.title) > VERY_LONG_TITLE:
            return "very-long"
        return "long" if len(self.title) > LONG_TITLE else "short"


# Notices that would tell the queue how a member pays: a verdict says at most that a message waits in their account.
OWN_AFFAIRS = frozenset(
    {
        NoticeKind.MEMBERSHIP_GRACE,
        NoticeKind.CAP_REACHED,
        NoticeKind.LAST_PREPAID_DAY,
        NoticeKind.LAST_PREPAID_HALF,
    }
)


class Place(Struct, frozen=True):
    """Where and when a face is drawn. `training`: nothing counts; `simulated`: no real door opens; `phone` is the
    number to call for help, empty where none is set.
    """

    language: Language
    local: datetime
    training: bool
    simulated: bool
    phone: str = ""

    def in_language(self, code: str | None) -> "Place":
        """Return the same place in the language with a code; in its present one if the code is None or not offered."""
        return replace(self, language=language_of(code, self.language))

    @property
    def band(self) -> str:
        """Return the words of the band on top of every state; an empty text unless this is training or simulated."""
        simulated = texts.SIMULATED.to(self.language)
        if self.training:
            band = texts.TRAINING_BAND.to(self.language)
            return f"{band} · {simulated}" if self.simulated else band
        return texts.SIMULATED_BAND.to(self.language) if self.simulated else ""


def face(view: View, health: Callable[[], Health], place: Place, zone: ZoneInfo) -> Face:
    """Return the face of what is shown now. Only an idle face asks for `health`, so that no card waits for it."""
    if view.card is not None:
        return of_card(view.card, place.in_language(view.card.language), zone)
    if view.showing is Showing.READING:
        return _state("reading", NIGHT, texts.READING, place)
    return _idle(health(), place)


def of_card(card: Card, place: Place, zone: ZoneInfo) -> Face:
    """Return the face of a card, with hours in the space's time `zone`. Where the title is only a name, and the member
    shows none, the lead takes its place.
    """
    words: Words = card.row
    look = card.row.look
    if card.denial is not None:
        words = _refusal_words(card, card.denial)
    language = place.language
    lead, lines = _body(card, words, place, zone)
    title = words.title.to(language, name=card.name or "").strip()  # empty for a member without a shown name
    return Face(
        code=card.kind.value if card.denial is None else card.denial.value,
        language=language,
        look=look,
        title=title or lead,
        lead=lead if title else "",
        lines=lines,
        buttons=buttons.of_card(card, language, look.tone),
        bar=True,
        sheet=card.sheet,
        aided=card.aids,
        aloud=card.spec.aloud,
        stays_by=card.ticket or "" if card.warns else "",
        reminds=card.reminds,
        options=tuple(buttons.option(card, index, language) for index in range(len(card.options))),
        band=place.band,
        training=place.training,
    )


def trouble(place: Place) -> Face:
    """Return the face of a page that cannot reach the entrance, or whose answer failed."""
    return _state("trouble", WAIT, texts.TROUBLE, place)


def updating(place: Place) -> Face:
    """Return the face of an entrance that stops for a newer release; the page keeps it while the server is away."""
    return _state("updating", WAIT, texts.UPDATING, place)


def _idle(health: Health, place: Place) -> Face:
    """Return the idle face: an invitation to tap; or what is out of order, where no badge is read, or a tap can be
    recorded neither now nor later. The hour stands there only if the clock is trusted.
    """
    if health.reader != "online":
        idle_face = _with_help_alone(_state("reader-down", OUT, texts.READER_DOWN, place))
    elif health.database != "ok" and health.spool == "nowhere":
        idle_face = _with_help_alone(_state("database-down", WAIT, texts.DATABASE_DOWN, place))
    else:
        acts = (buttons.unticketed(Act.VISIT, place.language), buttons.help_button(place.language))
        idle_face = replace(_state("idle", NIGHT, texts.IDLE, place), buttons=acts)
    chip, language = _chip(health), place.language
    day = "" if chip else formats.weekday(place.local.date(), language)
    at = (formats.hour(place.local, language), day) if health.clock_trusted else None
    return replace(idle_face, top=True, at=at, chip="" if chip is None else chip.to(language))


def _with_help_alone(face: Face) -> Face:
    """Return a face with the help button alone."""
    return replace(face, buttons=(buttons.help_button(face.language),))


def _chip(health: Health) -> Text | None:
    """Return the chip (a few words in the status bar) for the gravest fault that does not stop taps: the door, then
    taps that wait in memory, the clock, taps that wait on disk, the settings. None without any.

    `settings` is not "ok" where kiosk.toml has errors, so that earlier settings are in force.
    """
    if health.door != "ok":
        return texts.DOOR_DOWN
    later = health.database != "ok" or not health.clock_trusted  # taps are kept and recorded later
    if later and health.spool == "memory":
        return texts.IN_MEMORY
    if not health.clock_trusted:
        return texts.CLOCK_UNSURE_KEPT if health.spool == "disk" else texts.CLOCK_UNSURE
    if later and health.spool == "disk":
        return texts.KEPT
    return None if health.settings == "ok" else texts.SETTINGS_UNSURE


def _state(code: str, look: Look, words: Words, place: Place) -> Face:
    """Return the face of a state without a card."""
    language = place.language
    return Face(
        code=code,
        language=language,
        look=look,
        title=words.title.to(language),
        lead=words.lead.to(language),
        lines=tuple(line.to(language) for line in words.lines),
        band=place.band,
        training=place.training,
    )


def _body(card: Card, words: Words, place: Place, zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    """Return the lead and the lines of a card: of a refusal, its next step; else what was done, then notices."""
    if card.denial is not None:
        return _refusal(card, card.denial, words, place)
    language = place.language
    lead = texts.WOULD_OPEN if card.spec.opens and place.simulated else words.lead
    confirmed = () if card.confirms is None else (card.confirms.to(language),)
    return lead.to(language), (*confirmed, *_lines(card, words, place, zone), *_noticed(card, place))


def _lines(card: Card, words: Words, place: Place, zone: ZoneInfo) -> list[str]:
    """Return the lines of a card below what was just done, from the source that its row names. A source without its
    fact (no phone number, no act that is asked) leaves the row's own lines; a visit in passing whose end is not known
    has none.
    """
    language = place.language
    match card.spec.says:
        case Says.DAY:
            return [_counted(card, place)]
        case Says.SINCE:
            return [_counted_already(card, words, language, zone)]
        case Says.UNTIL:
            hour = "" if card.until is None else formats.hour(card.until.astimezone(zone), language)
            return [line.to(language, time=hour) for line in words.lines if hour]
        case Says.COSTS if card.confirms is not None:  # the cost, said by `_body`, replaces the first line
            return [line.to(language) for line in words.lines[1:]]
        case Says.NUMBER if place.phone:
            return [texts.CALL_NUMBER.to(language, phone=place.phone)]
        case Says.ASKED if card.asked is not None:
            asked, cents = ACTS[card.asked].asked, card.amount_cents
            costs = () if cents is None else (texts.DAY_COSTS.to(language, amount=formats.amount(cents, language)),)
            return [*costs, *(() if asked is None else (asked.to(language),))]
    beyond = card.spec.says is Says.BEYOND and card.sheet is not None
    before = [purchase_words.beyond(cast("Beyond", card.sheet), language)] if beyond else []
    return [*before, *(line.to(language) for line in words.lines)]


def _noticed(card: Card, place: Place) -> list[str]:
    """Return the notices of a card, one line each. A member's own affairs (`OWN_AFFAIRS`) stand on their account's page
    alone; other cards have one line in their place, that a message waits there. A reached cap (the day is free) needs
    no action, and brings no such line.
    """
    if card.kind is CardKind.ACCOUNT:
        return [_notice(notice, place) for notice in card.notices if notice.kind in OWN_AFFAIRS]
    notices = [_notice(notice, place) for notice in card.notices if notice.kind not in OWN_AFFAIRS]
    has_word = any(notice.kind in OWN_AFFAIRS - {NoticeKind.CAP_REACHED} for notice in card.notices)
    return [*notices, texts.A_WORD.to(place.language)] if has_word else notices


def _counted(card: Card, place: Place) -> str:
    """Return the line of a counted day, with its amount where the card has one; in training it says that it is
    practice.
    """
    language = place.language
    if card.amount_cents is not None:
        with_sum = texts.COUNTED_WITH_SUM_TO_PRACTISE if place.training else texts.COUNTED_WITH_SUM
        return with_sum.to(language, amount=formats.amount(card.amount_cents, language))
    counted = texts.COUNTED_TO_PRACTISE if place.training else card.row.lines[0]
    return counted.to(language)


def _counted_already(card: Card, words: Words, language: Language, zone: ZoneInfo) -> str:
    """Return the line of a day that was counted already, with its hour where that is known."""
    if card.arrived_at is None:
        return texts.AGAIN_WITHOUT_TIME.to(language)
    return words.lines[0].to(language, time=formats.hour(card.arrived_at.astimezone(zone), language))


def _notice(notice: Notice, place: Place) -> str:
    """Return a notice in words, with its day where it has one; the notice of a membership that is over (but still opens
    for some days) has words for an unknown day, too.
    """
    language = place.language
    if notice.on is not None:
        day = formats.day(notice.on, place.local.date(), language)
        return texts.NOTICES[notice.kind].to(language, day=day)
    if notice.kind is NoticeKind.MEMBERSHIP_GRACE:
        return texts.GRACE_WITHOUT_DAY.to(language)
    return texts.NOTICES[notice.kind].to(language)


def _refusal_words(card: Card, denial: Denial) -> Words:
    """Return the words of a refusal: its own, unless a step of the member's would end it (`MENDABLE`: renew, pay,
    confirm the badge) and the card does not offer that step. Then they send the member to the host: before an act
    inside (`asked`), or at the door.
    """
    if denial not in MENDABLE or Act.STEP in card.acts:
        return REFUSALS[denial]
    return texts.STEP_ELSEWHERE if card.asked is None else texts.STEP_INSIDE


def _refusal(card: Card, denial: Denial, words: Words, place: Place) -> tuple[str, tuple[str, ...]]:
    """Return the lead of a refusal, and its lines with the next step. An unknown badge with an amount is offered
    joining, at that cost. The lead is the next step's own (`LEADS`) if it has one; else it says until when, if that is
    known. A closed place without it, and a badge lost on an unknown day, have a lead without a day.
    """
    language = place.language
    step = () if card.next_step is None else (texts.NEXT_STEPS[card.next_step].to(language),)
    if denial is Denial.UNKNOWN_BADGE and card.amount_cents is not None:
        step = (texts.JOINING.to(language, amount=formats.amount(card.amount_cents, language)),)
    if card.next_step in texts.LEADS:
        return texts.LEADS[card.next_step].to(language), step
    if card.until is not None:
        return words.lead.to(language, time=formats.until(card.until, place.local, language)), step
    if denial is Denial.CLOSED or (denial is Denial.BADGE_LOST and card.since_on is None):
        return (REFUSALS[denial].without_day or words.lead).to(language), step
    day = "" if card.since_on is None else formats.day(card.since_on, place.local.date(), language)
    return words.lead.to(language, day=day), (*(line.to(language, day=day) for line in words.lines), *step)
