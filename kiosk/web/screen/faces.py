"""Decides how a state looks and what it says: makes a `Face`, which the templates draw, of `View` and health.

All choices of colour, shape, icon, words and buttons are made here; the templates choose nothing, and nothing here
escapes HTML, knows requests or asks the time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from kiosk.checkin.cards import HELP, Card, CardKind
from kiosk.domain.checkin.access import Denial, Notice, NoticeKind
from kiosk.domain.checkin.choices import MOST, Act
from kiosk.domain.checkin.steps import MENDABLE
from kiosk.health.entrance_health import Health
from kiosk.language.catalogues import Language, language_of
from kiosk.language.texts import Text, spoken
from kiosk.web.screen import formats, purchase_words, questions, ranks, texts
from kiosk.web.screen.board import Showing, View
from kiosk.web.screen.texts import Words

if TYPE_CHECKING:
    from kiosk.selfservice.purchases import Beyond

# A verdict longer than this is written smaller, beside a smaller shape, so that it takes two lines at most.
LONG_TITLE, VERY_LONG_TITLE = 28, 34


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a card and the shape that says the same. `mark` is a small icon before its first line."""

    tone: str
    shape: str
    icon: str
    role: str = "status"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to touch. `ticket` and `value` go with what the card offers."""

    act: str
    label: str
    icon: str
    ticket: str = ""
    value: str = ""
    rank: str = ""  # how it stands out: see `ranks`


@dataclass(frozen=True, slots=True)
class Face:
    """All that a template draws. `code` names the state, `bar` that its time left is shown, `top` the status bar."""

    code: str
    language: Language
    look: Look
    title: str
    lead: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    bar: bool = False
    band: str = ""
    training: bool = False
    top: bool = False
    at: tuple[str, str] | None = None  # hour and day, where they can be trusted; a chip takes the day's room
    chip: str = ""
    sheet: object | None = None
    options: tuple[Button, ...] = ()
    facts: tuple[object, ...] = ()
    people: tuple[str, str] | None = None  # how many are here: in numbers, in words
    manners: str = ""  # of this screen and hour, for the style sheet
    tone: str = ""
    speaks: bool = False
    larger: bool = False
    reminds: bool = False  # a badge came before what was typed was kept
    stays_by: str = ""  # the ticket with which a page stays whose end would lose something

    @property
    def size(self) -> str:
        """How large the verdict can be written."""
        if len(self.title) > VERY_LONG_TITLE:
            return "very-long"
        return "long" if len(self.title) > LONG_TITLE else "short"


_GRANTED = Look("granted", "circle", "check")
_SPOOLED = Look("granted striped", "circle", "check", mark="clock-alert")
_NIGHT = Look("night", "rings", "nfc", "none")
_OUT = Look("out", "square", "unplug", "alert")
_ONE_STEP = Look("choice", "drop", "footprints", "alert")
_WAIT = Look("choice", "drop", "hourglass")

LOOKS = {
    CardKind.GRANTED_DAY: _GRANTED,
    CardKind.GRANTED_PLAN: _GRANTED,
    CardKind.AGAIN: Look("granted", "square", "check-check"),
    CardKind.SPOOLED: _SPOOLED,
    CardKind.SPOOLED_IN_MEMORY: _SPOOLED,
    CardKind.UNDONE: Look("paper", "circle", "undo-2"),
    CardKind.UNDO_REFUSED: Look("choice", "drop", "undo-2", "alert"),
    CardKind.UNDO_OVER: Look("choice", "drop", "undo-2", "alert"),
    CardKind.TOUCH_OVER: Look("choice", "drop", "hourglass", "alert"),
    CardKind.IN_FREE_CORNER: Look("paper", "circle", "leaf"),
    CardKind.IN_COMFORT: Look("paper", "circle", "check"),
    CardKind.ZONE_REFUSED: Look("paper", "circle", "footprints"),
    CardKind.PASSING: Look("paper", "circle", "footprints"),
    CardKind.GUEST: Look("paper", "circle", "user-plus"),
    CardKind.GUEST_ASKS: Look("choice", "drop", "user-plus"),
    CardKind.GUEST_UNDONE: Look("paper", "circle", "undo-2"),
    CardKind.ONLY_ME: Look("paper", "circle", "check"),
    CardKind.GUEST_NAME: Look("paper", "sheet", "user-plus"),
    CardKind.HOST_BADGE: Look("choice", "drop", "nfc"),
    CardKind.GUEST_REFUSED: _ONE_STEP,
    CardKind.LEFT: Look("paper", "circle", "log-out"),
    CardKind.LAST_OUT: Look("choice", "drop", "lightbulb"),
    CardKind.CONFIRM: Look("paper", "sheet", "ticket"),
    CardKind.BADGE_AGAIN: Look("choice", "drop", "nfc"),
    CardKind.MORE: Look("paper", "circle", "ellipsis"),
    CardKind.ACCOUNT: Look("paper", "sheet", "user"),
    CardKind.OWN_LINES: Look("paper", "sheet", "scroll-text"),
    CardKind.OWN_SETTINGS: Look("paper", "sheet", "settings"),
    CardKind.OWN_NAME: Look("paper", "sheet", "settings"),
    CardKind.OWN_DATA: Look("paper", "sheet", "package"),
    CardKind.PAY: Look("paper", "sheet", "coins"),
    CardKind.CASH: Look("paper", "sheet", "coins"),
    CardKind.CASH_SUM: Look("paper", "sheet", "coins"),
    CardKind.CASH_DECLARED: Look("paper", "sheet", "coins"),
    CardKind.CASH_WITHDRAWN: Look("paper", "circle", "undo-2"),
    CardKind.CASH_REFUSED: _ONE_STEP,
    CardKind.TRANSFER: Look("paper", "sheet", "landmark"),
    CardKind.BUY: Look("paper", "sheet", "ticket"),
    CardKind.PRICE: Look("paper", "sheet", "ticket"),
    CardKind.BOUGHT: Look("paper", "sheet", "ticket"),
    CardKind.NOT_SOLD: _ONE_STEP,
    CardKind.PRICE_CHOSEN: Look("paper", "circle", "check"),
    CardKind.DAY: Look("paper", "sheet", "ticket"),
    CardKind.DAY_CHOSEN: Look("paper", "circle", "check"),
    CardKind.RECEIPT: Look("paper", "sheet", "receipt"),
    CardKind.EVENTS: Look("paper", "sheet", "calendar-days"),
    CardKind.EVENT: Look("paper", "sheet", "calendar-days"),
    CardKind.EVENT_KIND: Look("paper", "sheet", "calendar-plus"),
    CardKind.EVENT_TITLE: Look("paper", "sheet", "calendar-plus"),
    CardKind.EVENT_REFUSED: Look("paper", "sheet", "calendar-days"),
    CardKind.TOPICS: Look("paper", "sheet", "lightbulb"),
    CardKind.TOPIC_TITLE: Look("paper", "sheet", "lightbulb"),
    CardKind.FORGOTTEN: Look("paper", "sheet", "flag"),
    CardKind.WRONG: Look("paper", "sheet", "flag"),
    CardKind.REPORTED: Look("paper", "circle", "flag"),
    CardKind.NOT_REPORTED: _ONE_STEP,
    CardKind.VISIT: Look("paper", "sheet", "footprints"),
    CardKind.RUNG: Look("paper", "circle", "bell"),
    CardKind.RUNG_LATER: Look("paper", "circle", "bell"),
    CardKind.CALL: Look("paper", "circle", "bell"),
    CardKind.JOIN_NAME: Look("paper", "sheet", "user-plus"),
    CardKind.JOIN_RULES: Look("paper", "sheet", "user-plus"),
    CardKind.VOUCHER_CODE: Look("paper", "sheet", "ticket"),
    CardKind.SPONSOR: Look("choice", "drop", "nfc"),
    CardKind.SPONSOR_REFUSED: Look("choice", "drop", "nfc", "alert"),
    CardKind.WELCOME_ASKS: Look("choice", "drop", "user-plus"),
    CardKind.JOINED: _GRANTED,
    CardKind.WELCOME_UNDONE: Look("paper", "circle", "undo-2"),
    CardKind.JOIN_ASKED: Look("paper", "circle", "check"),
    CardKind.JOIN_AT_DESK: _ONE_STEP,
    CardKind.MEMBER_NAME: Look("paper", "sheet", "user"),
    CardKind.VOUCH: Look("choice", "drop", "nfc"),
    CardKind.VOUCH_ASKS: Look("choice", "drop", "user"),
    CardKind.VOUCH_REFUSED: Look("choice", "drop", "nfc", "alert"),
    CardKind.VOUCHED: _GRANTED,
    CardKind.PIN_NAME: Look("paper", "sheet", "user"),
    CardKind.PIN_WHO: Look("paper", "sheet", "user"),
    CardKind.PIN_CODE: Look("paper", "sheet", "user"),
    CardKind.PIN_REFUSED: _ONE_STEP,
    CardKind.CAME_BY_PIN: _GRANTED,
    CardKind.PIN_NEW: Look("paper", "sheet", "settings"),
    CardKind.PIN_AGAIN: Look("paper", "sheet", "settings"),
    CardKind.LOSE_BADGE: Look("paper", "sheet", "nfc"),
    CardKind.BADGE_STOPPED: Look("paper", "circle", "check"),
    CardKind.BADGE_KEPT: Look("paper", "circle", "undo-2"),
    CardKind.STEP: Look("paper", "sheet", "footprints"),
    CardKind.EVACUATION_CODE: Look("paper", "sheet", "users"),
    CardKind.EVACUATION: Look("paper", "sheet", "users"),
    CardKind.EVACUATION_AT_DESK: Look("paper", "circle", "users"),
    CardKind.HOUSE: Look("paper", "sheet", "house"),
    CardKind.HOSTING: Look("paper", "sheet", "heart-handshake"),
    CardKind.SHIFT: Look("paper", "sheet", "heart-handshake"),
    CardKind.SHIFT_SWAP: Look("paper", "sheet", "heart-handshake"),
    CardKind.PEOPLE: Look("paper", "sheet", "users"),
    CardKind.SKILL_FIND: Look("paper", "sheet", "circle-question-mark"),
    CardKind.SKILL_FOUND: Look("paper", "sheet", "circle-question-mark"),
    CardKind.OWN_SKILLS: Look("paper", "sheet", "heart-handshake"),
    CardKind.SKILL_NEW: Look("paper", "sheet", "heart-handshake"),
    CardKind.NOTICES: Look("paper", "sheet", "scroll-text"),
    CardKind.NOTICE_NEW: Look("paper", "sheet", "scroll-text"),
    CardKind.FLOOR: Look("paper", "sheet", "house"),
    CardKind.SPOT_DAYS: Look("paper", "sheet", "house"),
    CardKind.THINGS: Look("paper", "sheet", "key-round"),
    CardKind.THING: Look("paper", "sheet", "key-round"),
    CardKind.ROOM: Look("paper", "sheet", "calendar-days"),
    CardKind.ROOM_WHEN: Look("paper", "sheet", "calendar-days"),
    CardKind.ROOM_LONG: Look("paper", "sheet", "calendar-days"),
    CardKind.ROOM_OWN: Look("paper", "sheet", "calendar-days"),
    CardKind.HOUSE_DONE: Look("paper", "circle", "check"),
    CardKind.HOUSE_THANKS: Look("paper", "circle", "heart-handshake"),
    CardKind.HOUSE_REFUSED: _ONE_STEP,
    CardKind.DENIED: _ONE_STEP,
    CardKind.BADGE_GIVEN: Look("paper", "circle", "nfc"),
    CardKind.DOOR_FAULT: _OUT,
    CardKind.FAULT: _WAIT,
}
# Red is for what cannot be mended here; one step mends the rest.
DENIED_LOOKS = {
    Denial.UNKNOWN_BADGE: Look("choice", "drop", "circle-question-mark", "alert"),
    Denial.BADGE_LOST: Look("refused", "octagon", "hand", "alert"),
    Denial.BADGE_UNCONFIRMED: _ONE_STEP,
    Denial.MEMBER_LEFT: _ONE_STEP,
    Denial.MEMBERSHIP_OVER: _ONE_STEP,
    Denial.TAB_OVER_LIMIT: _ONE_STEP,
    Denial.NO_TAB: _ONE_STEP,
    Denial.CLOSED: Look("refused", "octagon", "hand", "alert"),
    Denial.FULL: Look("refused", "octagon", "hand", "alert"),
    Denial.OTHER_DOOR: Look("refused", "octagon", "hand", "alert"),
    Denial.NOT_ON_ROSTER: Look("choice", "drop", "hourglass", "alert"),
}
_OPENS = (
    CardKind.GRANTED_DAY,
    CardKind.GRANTED_PLAN,
    CardKind.AGAIN,
    CardKind.SPOOLED,
    CardKind.SPOOLED_IN_MEMORY,
    CardKind.JOINED,
    CardKind.VOUCHED,
    CardKind.CAME_BY_PIN,
)
_ICONS = {
    Act.VISIT: "footprints",
    Act.TRIAL: "footprints",
    Act.APPOINTMENT: "calendar-days",
    Act.DELIVERY: "package",
    Act.JOIN: "user-plus",
    Act.JOIN_RULES: "arrow-right",
    Act.VOUCHER_CODE: "ticket",
    Act.VOUCHER_KEEP: "arrow-right",
    Act.SPONSOR: "check",
    Act.SPONSOR_AGAIN: "nfc",
    Act.JOIN_ALONE: "user",
    Act.WELCOME: "check",
    Act.WELCOME_UNDO: "undo-2",
    Act.BRING_YES: "check",
    Act.GUEST_UNDO: "undo-2",
    Act.ONLY_ME: "x",
    Act.UNDERAGE: "circle-question-mark",
    Act.BADGE_FORGOTTEN: "key-round",
    Act.PIN_NAMES: "arrow-right",
    Act.PIN_ENTER: "check",
    Act.PIN_AGAIN: "arrow-right",
    Act.PIN_SAVE: "check",
    Act.PIN_NONE: "undo-2",
    Act.IS_MEMBER: "user",
    Act.VOUCH: "arrow-right",
    Act.VOUCH_YES: "check",
    Act.VOUCH_UNDO: "undo-2",
    Act.VOUCH_ALONE: "bell",
    Act.LOST: "nfc",
    Act.NOT_LOST: "undo-2",
    Act.STEP: "arrow-right",
    Act.HELP: "circle-question-mark",
    Act.EVACUATION: "users",
    Act.EVACUATION_LIST: "check",
    Act.UNDO: "undo-2",
    Act.FREE_CORNER: "leaf",
    Act.PASSING: "footprints",
    Act.COMFORT: "arrow-right",
    Act.GUEST: "user-plus",
    Act.BRING: "user-plus",
    Act.GUEST_NAME: "user",
    Act.LEAVE: "log-out",
    Act.MORE: "ellipsis",
    Act.ACCOUNT: "user",
    Act.SHOW: "eye",
    Act.LINES: "scroll-text",
    Act.OLDER: "history",
    Act.SETTINGS: "settings",
    Act.DATA: "package",
    Act.DATA_SEND: "mail",
    Act.PAY: "coins",
    Act.DAY: "calendar-days",
    Act.CASH: "coins",
    Act.DECLARE: "check",
    Act.WITHDRAW: "undo-2",
    Act.TRANSFER: "landmark",
    Act.BUY: "ticket",
    Act.TAKE: "ticket",
    Act.UNTAKE: "undo-2",
    Act.TAKE_YES: "check",
    Act.RECEIPT: "receipt",
    Act.EVENTS: "calendar-days",
    Act.EVENT: "calendar-days",
    Act.EVENT_JOIN: "check",
    Act.EVENT_INTEREST: "check",
    Act.EVENT_LEAVE: "undo-2",
    Act.PROPOSE: "calendar-plus",
    Act.PROPOSE_NAMED: "id-card",
    Act.PROPOSE_UNNAMED: "check",
    Act.TOPICS: "lightbulb",
    Act.TOPIC_NEW: "lightbulb",
    Act.TOPIC_PUT: "check",
    Act.REPORT: "flag",
    Act.FORGOTTEN: "calendar-plus",
    Act.HOUSE: "house",
    Act.HOSTING: "heart-handshake",
    Act.PEOPLE: "users",
    Act.SKILL_FIND: "circle-question-mark",
    Act.SKILL_FOUND: "arrow-right",
    Act.SKILL_KEEP: "check",
    Act.OWN_SKILLS: "heart-handshake",
    Act.NOTICES: "scroll-text",
    Act.NOTICE_KEEP: "check",
    Act.FLOOR: "house",
    Act.THINGS: "key-round",
    Act.ROOM: "calendar-days",
    Act.ROOM_UNDO: "undo-2",
    Act.DONE: "x",
}
_OWN_LINES = (CardKind.GRANTED_DAY, CardKind.AGAIN, CardKind.PASSING)  # that say what this one card knows
_CLOSABLE = (
    CardKind.UNDONE,
    CardKind.UNDO_REFUSED,
    CardKind.UNDO_OVER,
    CardKind.TOUCH_OVER,
    CardKind.IN_FREE_CORNER,
    CardKind.IN_COMFORT,
    CardKind.ZONE_REFUSED,
    CardKind.PASSING,
    CardKind.GUEST,
    CardKind.GUEST_UNDONE,
    CardKind.ONLY_ME,
    CardKind.LEFT,
    CardKind.LAST_OUT,
    CardKind.JOINED,
    CardKind.RUNG,
    CardKind.RUNG_LATER,
    CardKind.CALL,
    CardKind.DENIED,
    CardKind.BADGE_GIVEN,
    CardKind.FAULT,
)


# Notices that would tell the queue who pays how: a card says at most that there is a word for its member.
OWN_AFFAIRS = frozenset(
    {
        NoticeKind.MEMBERSHIP_GRACE,
        NoticeKind.CAP_REACHED,
        NoticeKind.LAST_PREPAID_DAY,
        NoticeKind.LAST_PREPAID_HALF,
    }
)
# Help is where it leads to; and pages of dialogues have no room for it, except where somebody stands outside.
_UNHELPED = frozenset({CardKind.RUNG, CardKind.RUNG_LATER, CardKind.CALL, CardKind.EVACUATION_AT_DESK})
_OUTSIDE = frozenset({CardKind.STEP, CardKind.PIN_WHO, CardKind.PIN_CODE})


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a face is drawn: a language, the local time, and whether nothing counts or nothing opens."""

    language: Language
    local: datetime
    training: bool
    simulated: bool

    def in_language(self, code: str | None) -> "Place":
        """The same place, in the member's own language if it is one of ours."""
        return Place(language_of(code, self.language), self.local, self.training, self.simulated)

    @property
    def band(self) -> str:
        """The words of the band on top of every state, if there is a reason for one."""
        simulated = texts.SIMULATED.to(self.language)
        if self.training:
            band = texts.TRAINING_BAND.to(self.language)
            return f"{band} · {simulated}" if self.simulated else band
        return texts.SIMULATED_BAND.to(self.language) if self.simulated else ""


def face(view: View, health: Callable[[], Health], place: Place, zone: ZoneInfo) -> Face:
    """The face of what is to be seen now. Only an idle one asks for `health`: no card waits for it."""
    if view.card is not None:
        return of_card(view.card, place.in_language(view.card.language), zone)
    if view.showing is Showing.READING:
        return _state("reading", _NIGHT, texts.READING, place)
    return _idle(health(), place)


def of_card(card: Card, place: Place, zone: ZoneInfo) -> Face:
    """The face of a card."""
    words = texts.CARDS[card.kind]
    look = LOOKS[card.kind]
    if card.kind is CardKind.DENIED and card.denial is not None:
        words, look = _refused_in(card, card.denial), DENIED_LOOKS[card.denial]
    language = place.language
    lead, lines = _said(card, words, place, zone)
    title = words.title.to(language, name=_named(card, language)).strip()  # empty for who wants no name
    return Face(
        code=card.kind.value if card.denial is None else card.denial.value,
        language=language,
        look=look,
        title=title or lead,
        lead=lead if title else "",
        lines=lines,
        buttons=_buttons(card, language, look.tone),
        bar=True,
        sheet=card.sheet,
        larger=card.larger,
        stays_by=card.ticket or "" if card.warns else "",
        reminds=card.reminds,
        options=tuple(_option(card, place, language) for place in range(len(card.options))),
        band=place.band,
        training=place.training,
    )


def _named(card: Card, language: Language) -> str:
    """Whom a title names: a question names who it is about."""
    return questions.about(card, language) if card.kind in questions.KINDS else card.name or ""


def trouble(place: Place) -> Face:
    """The face of a page that cannot reach the entrance, or whose answer failed."""
    return _state("trouble", _WAIT, texts.TROUBLE, place)


def updating(place: Place) -> Face:
    """The face of an entrance that stops for a newer release: the page keeps it while nobody answers."""
    return _state("updating", _WAIT, texts.UPDATING, place)


def _idle(health: Health, place: Place) -> Face:
    """No card: the invitation, as long as a badge that is shown is served, at once or later."""
    if health.reader != "online":
        drawn = _helped(_state("reader-down", _OUT, texts.READER_DOWN, place))
    elif health.database != "ok" and health.spool == "nowhere":
        drawn = _helped(_state("database-down", _WAIT, texts.DATABASE_DOWN, place))
    else:
        visit = Button(Act.VISIT.value, texts.ACTS[Act.VISIT].to(place.language), _ICONS[Act.VISIT])
        drawn = replace(_state("idle", _NIGHT, texts.IDLE, place), buttons=(visit, help_button(place.language)))
    chip, language = _chip(health), place.language
    day = "" if chip else formats.weekday(place.local.date(), language)
    at = (formats.hour(place.local, language), day) if health.clock_trusted else None
    return replace(drawn, top=True, at=at, chip="" if chip is None else chip.to(language))


def _helped(face: Face) -> Face:
    return replace(face, buttons=(help_button(face.language),))


def _chip(health: Health) -> Text | None:
    """The one thing that the idle screen must not hide."""
    if health.door != "ok":
        return texts.DOOR_DOWN
    later = health.database != "ok" or not health.clock_trusted
    if later and health.spool == "memory":
        return texts.IN_MEMORY
    if not health.clock_trusted:
        return texts.CLOCK_UNSURE_KEPT if health.spool == "disk" else texts.CLOCK_UNSURE
    return texts.KEPT if later and health.spool == "disk" else None


def _state(code: str, look: Look, words: Words, place: Place) -> Face:
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


def _buttons(card: Card, language: Language, tone: str) -> tuple[Button, ...]:
    """What the card offers, with help where there is room: before what closes it."""
    found = _offered(card, language, tone)
    if (
        len(found) >= MOST
        or card.kind in _UNHELPED
        or (LOOKS[card.kind].shape == "sheet" and card.kind not in _OUTSIDE)
    ):
        return found
    closes = len(found) - (bool(found) and ranks.LEAVE in found[-1].rank)
    return (*found[:closes], help_button(language), *found[closes:])


def help_button(language: Language) -> Button:
    """What rings, or says whom to call. It needs no ticket: it can do no harm."""
    return Button(Act.HELP.value, texts.ACTS[Act.HELP].to(language), _ICONS[Act.HELP])


def _offered(card: Card, language: Language, tone: str) -> tuple[Button, ...]:
    if card.kind is CardKind.BADGE_AGAIN:
        close = _close(language, "done" if card.ticket else "close", card.ticket or "")
        beside = (act for act in card.acts if act is not Act.DONE)
        return (*(_button(card, act, language, tone) for act in beside), close)
    if card.ticket is not None and card.acts:
        return tuple(_button(card, act, language, tone) for act in card.acts)
    if card.kind not in _CLOSABLE:
        return ()
    if card.rings == HELP:  # the one who asked may be the host, in an emergency
        return (Button(Act.EVACUATION.value, texts.ACTS[Act.EVACUATION].to(language), "users"), _close(language))
    return (_close(language),)


def _button(card: Card, act: Act, language: Language, tone: str) -> Button:
    rank = ranks.of_act(card, act, tone)
    said = texts.CLOSE if act is Act.DONE and tone != "paper" else texts.ACTS[act]  # nothing was begun there
    return Button(act.value, said.to(language), _ICONS[act], card.ticket or "", rank=rank)


def _close(language: Language, act: str = "close", ticket: str = "") -> Button:
    return Button(act, texts.CLOSE.to(language), "x", ticket, rank=ranks.LEAVE)


def _option(card: Card, place: int, language: Language) -> Button:
    """One of the choices that a page has for itself."""
    each = card.options[place]
    icon, rank = ranks.icon_of(card, each), ranks.of_option(card, place)
    return Button(each.act.value, spoken(each.said, language), icon, card.ticket or "", each.value, rank)


def _said(card: Card, words: Words, place: Place, zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    """The lead and the lines of a card."""
    if card.kind is CardKind.DENIED and card.denial is not None:
        return _refusal(card, card.denial, words, place)
    language = place.language
    lead = texts.WOULD_OPEN if card.kind in _OPENS and place.simulated else words.lead
    lines = [line.to(language) for line in words.lines if card.kind not in _OWN_LINES]
    if card.kind is CardKind.PASSING and card.until is not None:
        lines = [words.lines[0].to(language, time=formats.hour(card.until.astimezone(zone), language))]
    elif card.kind is CardKind.BADGE_AGAIN and card.asked is not None:
        lines = [texts.ASKED[card.asked].to(language)]
    elif card.kind is CardKind.GRANTED_DAY:
        lines = [_counted(card, place)]
    elif card.kind is CardKind.NOT_SOLD and card.sheet is not None:
        lines = [purchase_words.beyond(cast("Beyond", card.sheet), language), *lines]
    elif card.kind in questions.KINDS:
        return questions.said(card, words, language)
    elif card.kind is CardKind.AGAIN:
        lines = [_again(card, words, language, zone)]
    confirmed = () if card.confirms is None else (card.confirms.to(language),)
    return lead.to(language), (*confirmed, *lines, *_noticed(card, place))


def _noticed(card: Card, place: Place) -> list[str]:
    """The notices of a card, one line each; what is the member's own affair only on their own page."""
    if card.kind is CardKind.ACCOUNT:
        return [_notice(notice, place) for notice in card.notices if notice.kind in OWN_AFFAIRS]
    said = [_notice(notice, place) for notice in card.notices if notice.kind not in OWN_AFFAIRS]
    has_word = any(notice.kind in OWN_AFFAIRS - {NoticeKind.CAP_REACHED} for notice in card.notices)
    return [*said, texts.A_WORD.to(place.language)] if has_word else said


def _counted(card: Card, place: Place) -> str:
    language = place.language
    if card.amount_cents is not None:
        with_sum = texts.COUNTED_WITH_SUM_TO_PRACTISE if place.training else texts.COUNTED_WITH_SUM
        return with_sum.to(language, amount=formats.amount(card.amount_cents, language))
    counted = texts.COUNTED_TO_PRACTISE if place.training else texts.CARDS[CardKind.GRANTED_DAY].lines[0]
    return counted.to(language)


def _again(card: Card, words: Words, language: Language, zone: ZoneInfo) -> str:
    if card.arrived_at is None:
        return texts.AGAIN_WITHOUT_TIME.to(language)
    return words.lines[0].to(language, time=formats.hour(card.arrived_at.astimezone(zone), language))


def _notice(notice: Notice, place: Place) -> str:
    language = place.language
    if notice.on is not None:
        day = formats.day(notice.on, place.local.date(), language)
        return texts.NOTICES[notice.kind].to(language, day=day)
    if notice.kind is NoticeKind.MEMBERSHIP_GRACE:
        return texts.GRACE_WITHOUT_DAY.to(language)
    return texts.NOTICES[notice.kind].to(language)


def _refused_in(card: Card, denial: Denial) -> Words:
    """The words of a refusal: of a step that can be taken here, or with somebody's help."""
    if denial not in MENDABLE or Act.STEP in card.acts:
        return texts.DENIALS[denial]
    return texts.STEP_ELSEWHERE if card.asked is None else texts.STEP_INSIDE


def _refusal(card: Card, denial: Denial, words: Words, place: Place) -> tuple[str, tuple[str, ...]]:
    language = place.language
    step = () if card.next_step is None else (texts.NEXT_STEPS[card.next_step].to(language),)
    if denial is Denial.UNKNOWN_BADGE and card.amount_cents is not None:
        step = (texts.JOINING.to(language, amount=formats.amount(card.amount_cents, language)),)
    if card.next_step in texts.LEADS:
        return texts.LEADS[card.next_step].to(language), step
    if card.until is not None:
        return words.lead.to(language, time=formats.until(card.until, place.local, language)), step
    if denial in (Denial.BADGE_LOST, Denial.CLOSED) and (card.since_on is None or denial is Denial.CLOSED):
        return texts.WITHOUT_DAY[denial].to(language), step
    day = "" if card.since_on is None else formats.day(card.since_on, place.local.date(), language)
    return words.lead.to(language, day=day), (*(line.to(language, day=day) for line in words.lines), *step)
