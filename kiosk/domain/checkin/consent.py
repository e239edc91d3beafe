"""Decides what an act at the screen requires of a person: nothing more than a touch, a fresh badge, or that it is
refused.

Acts on the member's own money need only a touch for some seconds after the badge. Acts that concern another person,
tell others something or grant access need the badge again, on the page that names the act. Acts that only take a right
away need no new badge, in a badge's session for SESSION_SECONDS. The sets below list which acts belong to which kind. A
*flow* is what one person does at the screen, from page to page; with a badge it is a *session*.
"""

from enum import Enum

from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Badge, Came, Code, Invited, NewBadge, Nobody, Proof, Refused, Telephone

READ_SECONDS = 1.5  # a page that names an act must stand this long before a badge can confirm it
AWAITS_SECONDS = 30.0  # a page waits this long for the badge that confirms its act, and keeps what was typed
OWN_SECONDS = 20.0  # this long after a badge, a touch suffices for the member's own money
SESSION_SECONDS = 90.0  # this long after its last badge, a session asks for the badge again
FLOW_SECONDS = 32.0  # this long after its last touch, a flow without a badge ends
READ_PAGE_SECONDS = 20.0  # how long an untouched page of a badge's session stays
TYPED_PAGE_SECONDS = 40.0  # the same for a page on which something was typed or chosen

# Computed before the transaction, which would be held up: a code's hash, and a member's whole data.
SLOW = frozenset({Act.PIN_ENTER, Act.PIN_SAVE, Act.DATA_SEND})
ANYBODY = frozenset(  # free for a person without a badge
    {
        Act.PRICES, Act.PRICES_ON, Act.VISIT, Act.TRIAL, Act.APPOINTMENT, Act.DELIVERY, Act.EVACUATION,
        Act.EVACUATION_LIST, Act.KEY, Act.BADGE_FORGOTTEN, Act.PIN_NAMES, Act.PIN_WHO, Act.PIN_KEY, Act.PIN_ENTER,
        Act.IS_MEMBER, Act.VOUCH, Act.VOUCH_ALONE,
    }
)  # fmt: skip
NEWCOMERS = frozenset(  # free for a person with a badge that has no owner, too
    {
        Act.JOIN, Act.JOIN_AS, Act.JOIN_RULES, Act.UNDERAGE, Act.SPONSOR, Act.JOIN_ALONE, Act.VOUCHER_CODE,
        Act.VOUCHER_KEEP,
    }
)  # fmt: skip
# what a refused member can do about the refusal: needs the badge
STEPS = frozenset({Act.RENEW, Act.PUT_IN, Act.BUY_DAYS})
LESS = frozenset(  # take only a right away: free
    {
        Act.GUEST_UNDO, Act.ROOM_UNDO, Act.UNTAKE, Act.PIN_NONE, Act.LOSE, Act.NOT_LOST, Act.WELCOME_UNDO,
        Act.VOUCH_UNDO, Act.PHONE_END, Act.PHONES_END,
    }
)  # fmt: skip
OWN = frozenset(  # on the member's own affairs: free for some seconds after the badge
    {
        Act.GUEST, Act.DECLARE, Act.WITHDRAW, Act.TAKE_YES, Act.CHOOSE, Act.DAY_USE, Act.VOUCHER_KEEP,
        Act.EVENT_JOIN, Act.EVENT_INTEREST, Act.EVENT_LEAVE, Act.TOPIC, Act.ROOM_BOOK, Act.ROOM_CANCEL,
        Act.FORGOT, Act.WRONG_LINE, Act.SET, Act.DATA_SEND, Act.HOST_MAILS, Act.SHIFT_TAKE, Act.SHIFT_GIVE_UP,
        Act.SHIFT_HELD, Act.SWAP_NO, Act.SKILL_DROP, Act.NOTICE_DOWN, Act.SPOT_TAKE, Act.SPOT_LEAVE, Act.SPOT_LEND,
        Act.SPOT_KEEP, Act.THING_TAKE, Act.THING_BACK, Act.PHONE,
    }
)  # fmt: skip
ALWAYS = frozenset(  # need the badge each time
    {
        Act.PIN_SAVE, Act.PROPOSE_NAMED, Act.PROPOSE_UNNAMED, Act.TOPIC_PUT, Act.SKILL_ASK, Act.SKILL_KEEP,
        Act.NOTICE_KEEP, Act.NOTICE_ANSWER, Act.SWAP_ASK, Act.SWAP_YES, Act.PLAN_TO, Act.PHONE_PAIR,
    }
)  # fmt: skip
SEEN_BY_OTHERS = "visible=yes"  # a setting that makes the member visible to others
READ = frozenset(  # only show something: free as long as the session lasts
    {
        Act.ACCOUNT, Act.SHOW, Act.LINES, Act.OLDER, Act.SETTINGS, Act.DATA, Act.DOOR_NAME, Act.PAY, Act.CASH,
        Act.CASH_SUM, Act.TRANSFER, Act.RECEIPT, Act.BUY, Act.PRICE, Act.TAKE, Act.DAY, Act.REPORT, Act.FORGOTTEN,
        Act.WRONG, Act.EVENTS, Act.EVENT, Act.PROPOSE, Act.PROPOSE_KIND, Act.TOPICS, Act.TOPIC_NEW, Act.VOUCHER_CODE,
        Act.PIN_NEW, Act.PIN_AGAIN, Act.PIN_KEY, Act.KEY, Act.LOST, Act.HOUSE, Act.HOSTING, Act.SHIFT,
        Act.SHIFT_SWAP, Act.SWAP_ASKED, Act.PEOPLE, Act.SKILL_FIND, Act.SKILL_FOUND, Act.OWN_SKILLS, Act.SKILL_NEW,
        Act.NOTICES, Act.NOTICE, Act.NOTICE_KIND, Act.NOTICE_NEW, Act.PROJECT, Act.FLOOR, Act.SPOT_DAYS, Act.THINGS,
        Act.THING, Act.ROOM, Act.ROOM_WHEN, Act.ROOM_LONG, Act.ROOM_OWN, Act.ROOM_ONE, Act.PLAN,
        Act.PHONE_CODE, Act.PHONES,
    }
)  # fmt: skip
SESSION = READ | LESS | OWN | ALWAYS  # all that a session with a badge may do
# All that a paired telephone may do: acts on its member's own affairs, none of which needs a badge.
TELEPHONE_READS = frozenset(
    {
        Act.ACCOUNT, Act.TRANSFER, Act.REPORT, Act.FORGOTTEN, Act.WRONG, Act.HOUSE, Act.ROOM, Act.ROOM_WHEN,
        Act.ROOM_LONG, Act.ROOM_OWN, Act.ROOM_ONE, Act.EVENTS, Act.EVENT, Act.TOPICS, Act.HOSTING, Act.SHIFT,
        Act.SHIFT_SWAP, Act.SWAP_ASKED, Act.SETTINGS, Act.DOOR_NAME, Act.PHONES,
    }
)  # fmt: skip
TELEPHONE_DOES = frozenset(
    {
        Act.FORGOT, Act.WRONG_LINE, Act.ROOM_BOOK, Act.ROOM_UNDO, Act.ROOM_CANCEL, Act.EVENT_JOIN,
        Act.EVENT_INTEREST, Act.EVENT_LEAVE, Act.TOPIC, Act.SHIFT_TAKE, Act.SHIFT_GIVE_UP, Act.SHIFT_HELD,
        Act.SWAP_ASK, Act.SWAP_YES, Act.SWAP_NO, Act.HOST_MAILS, Act.SET, Act.PHONE_END, Act.PHONES_END,
    }
)  # fmt: skip
TELEPHONE = TELEPHONE_READS | TELEPHONE_DOES


class Need(Enum):
    """What a person must show before an act is done."""

    NOTHING = "nothing"
    PROOF = "proof"  # a badge, or the code of a member who came in by code, shown after a page that names the act
    REFUSED = "refused"  # this person may not do the act


def need(act: Act, choice: str, proof: Proof, now: float) -> Need:
    """Return what a person with this proof must show before doing an act now. The act's value matters for a setting
    only, where it holds the setting and its new value. `now` is in monotonic seconds.
    """
    match proof:
        case Nobody():
            return _need(act, ANYBODY)
        case NewBadge():
            return _need(act, ANYBODY | NEWCOMERS)
        case Came():  # just let in: may type the name of a guest; counting the guest needs the badge
            return _need(act, frozenset({Act.GUEST_NAME, Act.KEY}), frozenset({Act.GUEST}))
        case Refused():  # may see what is missing for the door to open; mending it needs the badge
            return _need(act, frozenset({Act.STEP}), STEPS)
        case Code(is_refused=True):
            return _need(act, frozenset({Act.STEP, Act.PIN_KEY, Act.PIN_ENTER}), STEPS)
        case Code():  # without a badge nothing is spent, and the code itself is not deleted
            return _need(act, READ | (LESS - {Act.PIN_NONE}), OWN | ALWAYS | {Act.PIN_NONE})
        case Telephone():
            return _need(act, TELEPHONE)
        case Invited():  # known by another member's word alone: may report a badge lost, and take rights away
            return _need(act, LESS | {Act.LOST})
        case Badge():
            return _in_session(act, choice, now - proof.at)


def _need(act: Act, free: frozenset[Act], proven: frozenset[Act] = frozenset()) -> Need:
    """Return what an act needs: nothing where it is free, the badge where it must be proven, else it is refused."""
    return Need.NOTHING if act in free else Need.PROOF if act in proven else Need.REFUSED


def _in_session(act: Act, choice: str, seconds: float) -> Need:
    """Return what an act needs from a member whose badge was last shown so many seconds ago: the badge again each time
    for ALWAYS and to become visible to others, after OWN_SECONDS for the member's own affairs, after SESSION_SECONDS
    for all other acts; nothing before; refusal outside SESSION.
    """
    if act not in SESSION:
        return Need.REFUSED
    needs_badge = act in ALWAYS or (act is Act.SET and choice == SEEN_BY_OTHERS)
    return Need.PROOF if needs_badge or seconds > (OWN_SECONDS if act in OWN else SESSION_SECONDS) else Need.NOTHING
