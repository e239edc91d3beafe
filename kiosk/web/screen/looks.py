"""How each card looks: its colours, the shape and the icon that say the same."""

from dataclasses import dataclass

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.verdicts import Denial


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a card and the shape that says the same. `mark` is a small icon before its first line."""

    tone: str
    shape: str
    icon: str
    role: str = "status"
    mark: str = ""


_GRANTED = Look("granted", "circle", "check")
_SPOOLED = Look("granted striped", "circle", "check", mark="clock-alert")
NIGHT = Look("night", "rings", "nfc", "none")
OUT = Look("out", "square", "unplug", "alert")
_ONE_STEP = Look("choice", "drop", "footprints", "alert")
WAIT = Look("choice", "drop", "hourglass")

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
    CardKind.DOOR_FAULT: OUT,
    CardKind.FAULT: WAIT,
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
