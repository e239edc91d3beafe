"""Says how a button ranks on its page, and which icon a page's own choice wears.

One act is primary: dark, and first. Leaving is last. Everything else stands beside, all alike. A page on which nothing
is left to do has leaving as its primary act. A list whose choices are all as likely has none.
"""

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.choices import Act

PRIMARY, LEAVE = "primary", "leave"

# The act with which a page goes on. A refusal that one step mends goes on with the first that it offers.
_GOES_ON = {
    CardKind.ACCOUNT: (Act.PAY,),
    CardKind.OWN_DATA: (Act.DATA_SEND,),
    CardKind.CASH_SUM: (Act.DECLARE,),
    CardKind.EVENT: (Act.EVENT_JOIN, Act.EVENT_INTEREST),
    CardKind.EVENT_TITLE: (Act.PROPOSE_UNNAMED,),
    CardKind.TOPIC_TITLE: (Act.TOPIC_PUT,),
    CardKind.BUY: (Act.TAKE,),
    CardKind.CONFIRM: (Act.TAKE_YES,),
    CardKind.GUEST_ASKS: (Act.BRING_YES,),
    CardKind.WELCOME_ASKS: (Act.WELCOME,),
    CardKind.GUEST_NAME: (Act.BRING, Act.GUEST),
    CardKind.JOIN_NAME: (Act.JOIN_RULES,),
    CardKind.JOIN_RULES: (Act.SPONSOR,),
    CardKind.VOUCHER_CODE: (Act.VOUCHER_KEEP,),
    CardKind.SPONSOR_REFUSED: (Act.SPONSOR_AGAIN,),
    CardKind.MEMBER_NAME: (Act.VOUCH,),
    CardKind.VOUCH_ASKS: (Act.VOUCH_YES,),
    CardKind.VOUCH_REFUSED: (Act.VOUCH,),
    CardKind.PIN_NAME: (Act.PIN_NAMES,),
    CardKind.PIN_CODE: (Act.PIN_ENTER,),
    CardKind.EVACUATION_CODE: (Act.EVACUATION_LIST,),
    CardKind.PIN_NEW: (Act.PIN_AGAIN,),
    CardKind.PIN_AGAIN: (Act.PIN_SAVE,),
    CardKind.SKILL_FIND: (Act.SKILL_FOUND,),
    CardKind.SKILL_NEW: (Act.SKILL_KEEP,),
    CardKind.NOTICE_NEW: (Act.NOTICE_KEEP,),
}
# Pages whose first choice is the likeliest by far.
_FIRST_CHOICE = frozenset({CardKind.PAY, CardKind.CASH, CardKind.VISIT, CardKind.STEP})
# Pages on which something is still to be chosen, or waited for: leaving is not what they are for.
_OPEN = frozenset(
    {
        CardKind.BUY,
        CardKind.PRICE,
        CardKind.DAY,
        CardKind.FORGOTTEN,
        CardKind.WRONG,
        CardKind.PIN_WHO,
        CardKind.LOSE_BADGE,
        CardKind.HOUSE,
        CardKind.HOSTING,
        CardKind.SHIFT,
        CardKind.SHIFT_SWAP,
        CardKind.EVENTS,
        CardKind.EVENT_KIND,
        CardKind.TOPICS,
        CardKind.PEOPLE,
        CardKind.SKILL_FOUND,
        CardKind.OWN_SKILLS,
        CardKind.NOTICES,
        CardKind.FLOOR,
        CardKind.SPOT_DAYS,
        CardKind.THINGS,
        CardKind.THING,
        CardKind.ROOM,
        CardKind.ROOM_WHEN,
        CardKind.ROOM_LONG,
        CardKind.ROOM_OWN,
    }
)

_CHOICES = {
    Act.DATA: "package",
    Act.CASH: "coins",
    Act.TRANSFER: "landmark",
    Act.BUY: "ticket",
    Act.DAY: "calendar-days",
    Act.DAY_USE: "ticket",
    Act.VOUCHER_CODE: "ticket",
    Act.RECEIPT: "receipt",
    Act.REPORT: "flag",
    Act.EVENTS: "calendar-days",
    Act.EVENT: "calendar-days",
    Act.TOPICS: "lightbulb",
    Act.TOPIC: "lightbulb",
    Act.SETTINGS: "settings",
    Act.PROPOSE_KIND: "calendar-plus",
    Act.DECLARE: "banknote",
    Act.WITHDRAW: "undo-2",
    Act.TAKE: "ticket",
    Act.GUEST: "user-plus",
    Act.PRICE: "tag",
    Act.CHOOSE: "tag",
    Act.FORGOT: "calendar-plus",
    Act.WRONG: "receipt",
    Act.WRONG_LINE: "flag",
    Act.TRIAL: "footprints",
    Act.APPOINTMENT: "calendar-days",
    Act.DELIVERY: "package",
    Act.BRING: "user-plus",
    Act.PIN_WHO: "user",
    Act.LOSE: "nfc",
    Act.RENEW: "ticket",
    Act.PUT_IN: "coins",
    Act.BUY_DAYS: "ticket",
    Act.DOOR_NAME: "id-card",
    Act.PIN_NEW: "key-round",
    Act.HOSTING: "heart-handshake",
    Act.SHIFT: "calendar-days",
    Act.SHIFT_TAKE: "check",
    Act.SHIFT_GIVE_UP: "undo-2",
    Act.SHIFT_HELD: "check-check",
    Act.SHIFT_SWAP: "users",
    Act.SWAP_ASK: "users",
    Act.SWAP_ASKED: "users",
    Act.SWAP_YES: "check",
    Act.SWAP_NO: "x",
    Act.HOST_MAILS: "mail",
    Act.PEOPLE: "users",
    Act.SKILL_FIND: "circle-question-mark",
    Act.SKILL_FOUND: "arrow-right",
    Act.SKILL_ASK: "user",
    Act.OWN_SKILLS: "heart-handshake",
    Act.SKILL_NEW: "user-plus",
    Act.SKILL_DROP: "x",
    Act.NOTICES: "scroll-text",
    Act.NOTICE: "scroll-text",
    Act.NOTICE_KIND: "tag",
    Act.NOTICE_NEW: "tag",
    Act.NOTICE_ANSWER: "mail",
    Act.NOTICE_DOWN: "x",
    Act.PROJECT: "lightbulb",
    Act.FLOOR: "house",
    Act.SPOT_TAKE: "check",
    Act.SPOT_LEAVE: "undo-2",
    Act.SPOT_DAYS: "calendar-days",
    Act.SPOT_LEND: "users",
    Act.SPOT_KEEP: "undo-2",
    Act.THINGS: "key-round",
    Act.THING: "key-round",
    Act.THING_TAKE: "check",
    Act.THING_BACK: "undo-2",
    Act.HOUSE: "house",
    Act.ROOM: "calendar-days",
    Act.ROOM_WHEN: "calendar-days",
    Act.ROOM_LONG: "calendar-plus",
    Act.ROOM_BOOK: "check",
    Act.ROOM_OWN: "calendar-days",
    Act.ROOM_ONE: "calendar-days",
    Act.ROOM_CANCEL: "x",
    Act.SETTINGS: "settings",
}
_SETTINGS = {
    "language": "languages",
    "larger": "a-large-small",
    "visible": "eye",
    "sums-hidden": "coins",
    "notify": "mail",
    "name": "id-card",
}


def of_act(card: Card, act: Act, tone: str) -> str:
    """The rank of one of a card's acts, as classes for the style sheet; `tone` is the card's colour."""
    goes_on = _goes_on(card, tone)
    if act is goes_on:
        return PRIMARY
    if act is Act.ONLY_ME:
        return LEAVE
    if act is not Act.DONE:
        return ""
    is_open = card.kind in _FIRST_CHOICE | _OPEN or bool(goes_on) or tone != "paper"
    return LEAVE if is_open else f"{PRIMARY} {LEAVE}"


def of_option(card: Card, place: int) -> str:
    """The rank of a page's own choice, by its place among them."""
    return PRIMARY if place == 0 and card.kind in _FIRST_CHOICE else ""


def icon_of(card: Card, option: Option) -> str:
    """The icon of a page's own choice; none on a key."""
    if option.act is Act.SET:
        return _SETTINGS.get(option.value.partition("=")[0], "settings")
    if option.act is Act.CASH_SUM:
        return "" if card.kind is CardKind.CASH_SUM else "calculator"
    if option.act is Act.WRONG and option.value:
        return "history"
    return _CHOICES.get(option.act, "")


def _goes_on(card: Card, tone: str) -> Act | None:
    if card.kind is CardKind.DENIED:
        return next((act for act in card.acts if act is not Act.DONE), None) if tone == "choice" else None
    return next((act for act in card.acts if act in _GOES_ON.get(card.kind, ())), None)
