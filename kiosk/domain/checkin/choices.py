"""Decides which acts a standing card offers after a tap, the likeliest first.

Who stands before the screen is not yet the member: what charges or shows an account asks for the badge again.
"""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.tariffs import Policy

MOST = 4  # buttons on one card


class Act(StrEnum):
    """Something to touch."""

    UNDO = "undo"
    FREE_CORNER = "free-corner"  # today costs nothing: in the zone that is free
    PASSING = "passing"  # only here for some minutes
    COMFORT = "comfort"  # back from the free corner to what costs
    GUEST = "guest"  # of who has tapped
    GUEST_UNDO = "guest-undo"  # the guest is not there after all
    GUEST_NAME = "guest-name"
    LEAVE = "leave"
    ACCOUNT = "account"  # one's own pages
    SHOW = "show"  # the sums that were hidden
    LINES = "lines"  # the newest entries of one's account
    OLDER = "older"  # those before them
    SETTINGS = "settings"
    DATA = "data"  # what is kept of one
    DATA_SEND = "data-send"  # all of it, by mail
    SET = "set"  # one setting, with its value
    DOOR_NAME = "door-name"  # how the door calls one
    PLAN = "plan"  # one's own, and those that may be chosen
    PLAN_TO = "plan-to"  # this one, from the end of what is paid
    PHONE = "phone"  # a QR for one's own telephone
    PHONE_CODE = "phone-code"  # the digits that it shows
    PHONE_PAIR = "phone-pair"  # they are typed
    PHONES = "phones"  # those that are paired
    PHONE_END = "phone-end"  # this one no more
    PHONES_END = "phones-end"  # none any more
    PAY = "pay"  # the ways to pay
    CASH = "cash"  # how much was put in the box
    CASH_SUM = "cash-sum"  # a digit of another sum
    DECLARE = "declare"  # so much was put in the box
    WITHDRAW = "withdraw"  # it was not
    TRANSFER = "transfer"
    BUY = "buy"  # what is for sale
    PRICE = "price"  # where the price is free: how much
    TAKE = "take"  # what is wanted of it, on the tab
    UNTAKE = "untake"  # not this after all
    TAKE_YES = "take-yes"  # all that is wanted, and its sum, are right
    CHOOSE = "choose"  # a free price, kept for what comes
    EVENTS = "events"  # what is planned, and proposed
    EVENT = "event"  # one of them
    EVENT_JOIN = "event-join"  # I come
    EVENT_INTEREST = "event-interest"  # I would
    EVENT_LEAVE = "event-leave"  # I do not, after all
    PROPOSE = "propose"  # an event of one's own: what sort
    PROPOSE_KIND = "propose-kind"  # this one; then its title
    PROPOSE_NAMED = "propose-named"  # with one's name for others
    PROPOSE_UNNAMED = "propose-unnamed"
    TOPICS = "topics"  # of an unconference
    TOPIC = "topic"  # one of them, wanted or no more
    TOPIC_NEW = "topic-new"
    TOPIC_PUT = "topic-put"  # as it was typed
    DAY = "day"  # what else could pay for today
    DAY_USE = "day-use"  # this does
    RECEIPT = "receipt"
    REPORT = "report"  # something is wrong
    FORGOTTEN = "forgotten"  # the days that may have been forgotten
    FORGOT = "forgot"  # one of them was
    WRONG = "wrong"  # the lines that may be wrong
    WRONG_LINE = "wrong-line"  # one of them is
    PRICES = "prices"  # what the rules in force say that things cost
    PRICES_ON = "prices-on"  # the rest of them
    VISIT = "visit"  # somebody who has no badge
    TRIAL = "trial"
    APPOINTMENT = "appointment"
    DELIVERY = "delivery"
    JOIN = "join"  # somebody new, with a badge that nobody owns
    JOIN_AS = "join-as"  # by a name that was announced, or by another
    JOIN_RULES = "join-rules"  # the texts to accept
    VOUCHER_CODE = "voucher-code"  # of whoever an organisation sends: the code that it gave them
    VOUCHER_KEEP = "voucher-keep"  # as it was typed
    SPONSOR = "sponsor"  # accepted: a member's badge welcomes
    WELCOME = "welcome"  # the member who was asked says yes
    WELCOME_UNDO = "welcome-undo"
    JOIN_ALONE = "join-alone"  # nobody is there to welcome
    UNDERAGE = "underage"
    BADGE_FORGOTTEN = "badge-forgotten"  # in by name and code: the first letters of the name
    PIN_NAMES = "pin-names"  # whose names begin so, of those who allowed it
    PIN_WHO = "pin-who"  # one of them
    PIN_KEY = "pin-key"  # one key of a code
    PIN_ENTER = "pin-enter"  # the code is typed
    PIN_NEW = "pin-new"  # a code of one's own
    PIN_AGAIN = "pin-again"  # the same once more
    PIN_SAVE = "pin-save"
    PIN_NONE = "pin-none"  # no code any more
    IS_MEMBER = "is-member"  # with neither badge nor code: a name, and who vouches
    VOUCH = "vouch"  # a member's badge is waited for
    VOUCH_YES = "vouch-yes"
    VOUCH_UNDO = "vouch-undo"
    VOUCH_ALONE = "vouch-alone"  # nobody is here to vouch: the desk
    LOST = "lost"  # which badge is lost
    LOSE = "lose"  # this one is
    NOT_LOST = "not-lost"  # it is not: a slip of the finger
    STEP = "step"  # what is missing for the door to open, and what would do
    RENEW = "renew"  # the membership
    PUT_IN = "put-in"  # so much in the box
    BUY_DAYS = "buy-days"  # a carnet, with its price in the box
    HOUSE = "house"  # what members do together
    HOSTING = "hosting"  # one's turns, and those that are free
    SHIFT = "shift"  # one of them
    SHIFT_TAKE = "shift-take"
    SHIFT_GIVE_UP = "shift-give-up"
    SHIFT_HELD = "shift-held"  # it was, so long
    SHIFT_SWAP = "shift-swap"  # for whose turn
    SWAP_ASK = "swap-ask"  # for this one
    SWAP_ASKED = "swap-asked"  # a swap that somebody wants
    SWAP_YES = "swap-yes"
    SWAP_NO = "swap-no"
    HOST_MAILS = "host-mails"  # whether to be asked by mail
    PEOPLE = "people"  # who is here, of those who chose to be seen
    SKILL_FIND = "skill-find"  # what somebody looks for
    SKILL_FOUND = "skill-found"  # who knows it
    SKILL_ASK = "skill-ask"  # this one
    OWN_SKILLS = "own-skills"
    SKILL_NEW = "skill-new"
    SKILL_KEEP = "skill-keep"
    SKILL_DROP = "skill-drop"
    NOTICES = "notices"
    NOTICE = "notice"  # one of them
    NOTICE_KIND = "notice-kind"
    NOTICE_NEW = "notice-new"
    NOTICE_KEEP = "notice-keep"
    NOTICE_ANSWER = "notice-answer"
    NOTICE_DOWN = "notice-down"
    PROJECT = "project"  # one that was born here
    FLOOR = "floor"  # the plan of the premises, one's own desk and those that are lent
    SPOT_TAKE = "spot-take"
    SPOT_LEAVE = "spot-leave"
    SPOT_DAYS = "spot-days"  # on which one's own is lent
    SPOT_LEND = "spot-lend"
    SPOT_KEEP = "spot-keep"
    THINGS = "things"
    THING = "thing"  # one of them
    THING_TAKE = "thing-take"
    THING_BACK = "thing-back"
    ROOM = "room"  # which one to book
    ROOM_WHEN = "room-when"
    ROOM_LONG = "room-long"
    ROOM_BOOK = "room-book"
    ROOM_UNDO = "room-undo"
    ROOM_OWN = "room-own"  # what one has booked
    ROOM_ONE = "room-one"
    ROOM_CANCEL = "room-cancel"
    HELP = "help"  # rings, or says whom to call
    EVACUATION = "evacuation"  # who is inside, for who knows the house's code
    EVACUATION_LIST = "evacuation-list"
    WAITS = "waits"  # somebody waits for this member's word
    MORE = "more"  # what there was no room for
    DONE = "done"  # the dialogue is over
    STAY = "stay"  # somebody is still there: the page goes on
    KEY = "key"  # one key of the keyboard on the screen
    LUNCH = "lunch"  # one more who eats here today
    LUNCH_BACK = "lunch-back"  # one touch too many
    WAKE = "wake"  # light, at night


SESSIONS = frozenset({Act.PAY, Act.ROOM, Act.HOUSE, Act.ACCOUNT})  # begin with the badge once more
CONFIRMED = SESSIONS | {Act.COMFORT, Act.GUEST}  # these want it, too
ON_THE_CARD = frozenset({Act.UNDO, Act.FREE_CORNER, Act.PASSING, Act.COMFORT, Act.LEAVE})  # done to today's visit


PUBLIC = frozenset(
    {Act.VISIT, Act.BADGE_FORGOTTEN, Act.IS_MEMBER, Act.PRICES, Act.HELP, Act.EVACUATION}
)  # what begins without a badge
AT_REST = frozenset({Act.WAKE})  # what is done to the idle screen, which stays
MEALS = {Act.LUNCH: Act.LUNCH_BACK, Act.LUNCH_BACK: Act.LUNCH}  # what is touched on one's card, and then stands there
URGENT = frozenset({Act.HELP, Act.EVACUATION})  # and these in the place of any card
TYPED = frozenset({Act.KEY, Act.PIN_KEY, Act.CASH_SUM})  # keys come faster than the pages that show them


class Brought(Struct, frozen=True):
    """How many guests a member brought: today, and in this calendar year, today's too."""

    today: int = 0
    this_year: int = 0


NO_GUESTS = Brought()


def offered(granted: Granted, policy: Policy, guests: Brought, hour: int | None = None) -> tuple[Act, ...]:
    """Return the acts of a granted tap's card. `guests` is how many this member brought, `hour` the wall clock's.

    They are the same whatever the day costs and whatever pays for it: a reduced tariff cannot be told from them. What
    members do together comes first behind « Autre… », then one's account.
    """
    again, today = granted.is_again, granted.standing.today
    guest = (Act.GUEST,) if may_bring_guests(granted, policy, guests) else ()
    house = (Act.HOUSE,) if has_house(policy) else ()
    meals = () if again else _meals(policy, hour)
    if granted.right is Right.SUBSCRIPTION:
        return (*guest, *house, *meals, Act.ACCOUNT)  # one glance
    found = list[Act]()
    costs = granted.right is not Right.FREE_ZONE
    if not again and costs and free_zone(policy) is not None:
        found.append(Act.FREE_CORNER)
    if not again and costs and policy.passing_minutes:
        found.append(Act.PASSING)
    in_free_zone = granted.right is Right.FREE_ZONE or (again and today is not None and today.is_free)
    if in_free_zone and costly_zone(policy) is not None:
        found.append(Act.COMFORT)
    rest = (*house, Act.ACCOUNT, *found, *meals) if house else (*found, *meals, Act.ACCOUNT)
    return (Act.LEAVE if again else Act.UNDO, *guest, Act.PAY, *rest)


def _meals(policy: Policy, hour: int | None) -> tuple[Act, ...]:
    """Return the question about lunch, asked of each arrival until the hour that the rules say."""
    until = policy.lunch_until_hour
    is_asked = hour is not None and until is not None and policy.day_start_hour <= hour < until
    return (Act.LUNCH,) if is_asked else ()


def has_house(policy: Policy) -> bool:
    """Whether members do anything together here."""
    has_people = policy.people or policy.notices or policy.hosting or policy.events
    return has_people or policy.books_rooms or policy.floor_plan or policy.things


def shown(acts: tuple[Act, ...], place: int = 0) -> tuple[Act, ...]:
    """As many as there is room for, from a place on; the last button then leads to the others."""
    rest = acts[place:]
    return rest if len(rest) <= MOST else (*rest[: MOST - 1], Act.MORE)


def others(acts: tuple[Act, ...], place: int = 0) -> tuple[Act, ...]:
    """The acts for which there was no room, from that place on."""
    return acts[place + MOST - 1 :] if len(acts) - place > MOST else ()


def may_bring_guests(granted: Granted, policy: Policy, guests: Brought) -> bool:
    """Whether one more guest may come with this member today."""
    if not policy.guests_a_day or guests.today >= policy.guests_a_day:
        return False
    if policy.guest_days_a_year is not None and guests.this_year >= policy.guest_days_a_year:
        return False
    return granted.standing.subscribed or not policy.guests_by_permanents_only


def may_bring_this_guest(policy: Policy, guest_days: int) -> bool:
    """Tell whether a guest may come with so many days as a guest this calendar year, those of guests without a name
    included: they cannot be told apart, and count for everyone.
    """
    return policy.guest_days_a_year is None or guest_days < policy.guest_days_a_year


def may_undo(policy: Policy, undone: int) -> bool:
    """Tell whether a member may undo a day at the screen after so many undone within the rules' days."""
    return undone < policy.undo_limit


def free_zone(policy: Policy) -> str | None:
    """The zone in which a day costs nothing."""
    return next(iter(free_zones(policy)), None)


def costly_zone(policy: Policy) -> str | None:
    """Return the zone for paying members: the first that costs."""
    return next(iter(costly_zones(policy)), None)


def free_zones(policy: Policy) -> list[str]:
    """The zones in which a day costs nothing, the first first."""
    return [code for code, zone in policy.zones.items() if zone.day_product is None]


def costly_zones(policy: Policy) -> list[str]:
    """The zones that cost."""
    return [code for code, zone in policy.zones.items() if zone.day_product is not None]
