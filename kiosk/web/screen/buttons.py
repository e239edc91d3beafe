"""What there is to touch on a card: each act with its words, its icon and how it stands out."""

from msgspec import Struct

from kiosk.checkin.cards import HELP, Card, CardKind
from kiosk.domain.checkin.choices import MOST, Act
from kiosk.language.catalogues import Language
from kiosk.language.texts import spoken
from kiosk.web.screen import looks, ranks, texts


class Button(Struct, frozen=True):
    """Something to touch. `ticket` and `value` go with what the card offers."""

    act: str
    label: str
    icon: str
    ticket: str = ""
    value: str = ""
    rank: str = ""  # how it stands out: see `ranks`


ICONS = {
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
# Help is where it leads to; and pages of dialogues have no room for it, except where somebody stands outside.
_UNHELPED = frozenset({CardKind.RUNG, CardKind.RUNG_LATER, CardKind.CALL, CardKind.EVACUATION_AT_DESK})
_OUTSIDE = frozenset({CardKind.STEP, CardKind.PIN_WHO, CardKind.PIN_CODE})


def of_card(card: Card, language: Language, tone: str) -> tuple[Button, ...]:
    """What the card offers, with help where there is room: before what closes it."""
    found = _offered(card, language, tone)
    if (
        len(found) >= MOST
        or card.kind in _UNHELPED
        or (looks.LOOKS[card.kind].shape == "sheet" and card.kind not in _OUTSIDE)
    ):
        return found
    closes = len(found) - (bool(found) and ranks.LEAVE in found[-1].rank)
    return (*found[:closes], help_button(language), *found[closes:])


def help_button(language: Language) -> Button:
    """What rings, or says whom to call. It needs no ticket: it can do no harm."""
    return unticketed(Act.HELP, language)


def unticketed(act: Act, language: Language) -> Button:
    """An act that anybody may do at any time."""
    return Button(act.value, texts.ACTS[act].to(language), ICONS[act])


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
    return Button(act.value, said.to(language), ICONS[act], card.ticket or "", rank=rank)


def _close(language: Language, act: str = "close", ticket: str = "") -> Button:
    return Button(act, texts.CLOSE.to(language), "x", ticket, rank=ranks.LEAVE)


def option(card: Card, place: int, language: Language) -> Button:
    """One of the choices that a page has for itself."""
    each = card.options[place]
    icon, rank = ranks.icon_of(card, each), ranks.of_option(card, place)
    return Button(each.act.value, spoken(each.said, language), icon, card.ticket or "", each.value, rank)
