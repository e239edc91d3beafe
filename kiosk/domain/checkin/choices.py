"""Names every act that the screen offers (`Act`), and decides which of them the card after a tap shows, likeliest
first.

The person before the screen is not yet known to be the member: acts that charge an account or show one ask for the
badge again. A *tab* is what a member owes; a *carnet*, days that were bought together. A member's *word* is their
answer for a person waiting at the screen.
"""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.tariffs import Policy

MOST = 4  # buttons on one card


class Act(StrEnum):
    """An act that the screen offers: a button, a key, or a choice on a page."""

    UNDO = "undo"
    FREE_CORNER = "free-corner"  # move today's visit to the zone that is free
    PASSING = "passing"  # count today as a few minutes only, at no cost
    COMFORT = "comfort"  # move today's visit back from the free corner to a zone that costs
    GUEST = "guest"  # count a guest of the member
    GUEST_UNDO = "guest-undo"  # withdraw the guest just counted
    GUEST_NAME = "guest-name"
    LEAVE = "leave"
    ACCOUNT = "account"  # the member's own pages
    SHOW = "show"  # show the amounts that were hidden
    LINES = "lines"  # the newest entries of the member's account
    OLDER = "older"  # the entries before those shown
    SETTINGS = "settings"
    DATA = "data"  # what is stored about the member
    DATA_SEND = "data-send"  # send all of it by mail
    SET = "set"  # change one setting, with its new value
    DOOR_NAME = "door-name"  # choose the name that the door shows
    PLAN = "plan"  # the member's plan, and those that may be chosen
    PLAN_TO = "plan-to"  # change to this plan at the end of the paid period
    PHONE = "phone"  # show a QR code to pair the member's own telephone
    PHONE_CODE = "phone-code"  # enter the digits that the telephone shows
    PHONE_PAIR = "phone-pair"  # pair it, once the digits are typed
    PHONES = "phones"  # the paired telephones
    PHONE_END = "phone-end"  # unpair this telephone
    PHONES_END = "phones-end"  # unpair all of them
    PAY = "pay"  # the means of payment
    CASH = "cash"  # choose how much was put in the cash box
    CASH_SUM = "cash-sum"  # type a digit of another amount
    DECLARE = "declare"  # declare this amount as put in the box
    WITHDRAW = "withdraw"  # withdraw that declaration
    TRANSFER = "transfer"
    BUY = "buy"  # the products for sale
    PRICE = "price"  # choose the amount of a free price
    TAKE = "take"  # add a product to what is bought on the tab
    UNTAKE = "untake"  # remove a product again
    TAKE_YES = "take-yes"  # confirm the products chosen, and their sum
    CHOOSE = "choose"  # keep a free price for the coming days
    EVENTS = "events"  # the planned and proposed events
    EVENT = "event"  # one event
    EVENT_JOIN = "event-join"  # sign up
    EVENT_INTEREST = "event-interest"  # say that one would come
    EVENT_LEAVE = "event-leave"  # withdraw from the event
    PROPOSE = "propose"  # propose an event: choose its kind
    PROPOSE_KIND = "propose-kind"  # this kind; its title is typed next
    PROPOSE_NAMED = "propose-named"  # propose it with the member's name shown to others
    PROPOSE_UNNAMED = "propose-unnamed"  # propose it without a name
    TOPICS = "topics"  # the topics of an unconference
    TOPIC = "topic"  # vote for a topic, or withdraw the vote
    TOPIC_NEW = "topic-new"
    TOPIC_PUT = "topic-put"  # put up the topic as typed
    DAY = "day"  # what else could pay for today
    DAY_USE = "day-use"  # pay for today with this
    RECEIPT = "receipt"
    REPORT = "report"  # report a mistake
    FORGOTTEN = "forgotten"  # the days that may have been forgotten
    FORGOT = "forgot"  # report that this day was forgotten
    WRONG = "wrong"  # the entries that may be wrong
    WRONG_LINE = "wrong-line"  # report that this entry is wrong
    PRICES = "prices"  # the prices, by the rules in force
    PRICES_ON = "prices-on"  # the next page of the prices
    VISIT = "visit"  # a visitor without a badge
    TRIAL = "trial"
    APPOINTMENT = "appointment"
    DELIVERY = "delivery"
    JOIN = "join"  # a newcomer, with a badge that has no owner
    JOIN_AS = "join-as"  # use a name announced in advance, or type another
    JOIN_RULES = "join-rules"  # the texts to accept
    VOUCHER_CODE = "voucher-code"  # enter the code that an organisation gave for its voucher
    VOUCHER_KEEP = "voucher-keep"  # keep that code as typed
    SPONSOR = "sponsor"  # texts accepted: a member's badge is needed next, to welcome
    WELCOME = "welcome"  # the member asked to welcome a newcomer says yes
    WELCOME_UNDO = "welcome-undo"
    JOIN_ALONE = "join-alone"  # no member is here to welcome
    UNDERAGE = "underage"
    BADGE_FORGOTTEN = "badge-forgotten"  # come in by name and code: type the first letters of the name
    PIN_NAMES = "pin-names"  # the names that begin so, of members who allowed it
    PIN_WHO = "pin-who"  # choose one of these names
    PIN_KEY = "pin-key"  # one key of a code
    PIN_ENTER = "pin-enter"  # submit the typed code
    PIN_NEW = "pin-new"  # choose a new code
    PIN_AGAIN = "pin-again"  # type the new code once more
    PIN_SAVE = "pin-save"
    PIN_NONE = "pin-none"  # delete the code
    IS_MEMBER = "is-member"  # a member with neither badge nor code: type the name, then a member vouches
    VOUCH = "vouch"  # wait for a member's badge
    VOUCH_YES = "vouch-yes"
    VOUCH_UNDO = "vouch-undo"
    VOUCH_ALONE = "vouch-alone"  # no member is here to vouch: ask the desk
    LOST = "lost"  # choose which badge is lost
    LOSE = "lose"  # declare this badge lost
    NOT_LOST = "not-lost"  # undo that declaration, made by mistake
    STEP = "step"  # show what is missing for the door to open, and how to mend it
    RENEW = "renew"  # renew the membership
    PUT_IN = "put-in"  # declare this amount as put in the box
    BUY_DAYS = "buy-days"  # buy a carnet, with its price put in the box
    HOUSE = "house"  # what members do together
    HOSTING = "hosting"  # the member's shifts, and the free ones
    SHIFT = "shift"  # one shift
    SHIFT_TAKE = "shift-take"
    SHIFT_GIVE_UP = "shift-give-up"
    SHIFT_HELD = "shift-held"  # say that a shift was held, and for how long
    SHIFT_SWAP = "shift-swap"  # choose the shift to swap for
    SWAP_ASK = "swap-ask"  # ask for a swap with this shift
    SWAP_ASKED = "swap-asked"  # a swap that another member asks for
    SWAP_YES = "swap-yes"
    SWAP_NO = "swap-no"
    HOST_MAILS = "host-mails"  # choose whether to be asked for shifts by mail
    PEOPLE = "people"  # the members here who chose to be visible
    SKILL_FIND = "skill-find"  # type the skill that is looked for
    SKILL_FOUND = "skill-found"  # the members who have it
    SKILL_ASK = "skill-ask"  # ask this member
    OWN_SKILLS = "own-skills"
    SKILL_NEW = "skill-new"
    SKILL_KEEP = "skill-keep"
    SKILL_DROP = "skill-drop"
    NOTICES = "notices"
    NOTICE = "notice"  # one notice
    NOTICE_KIND = "notice-kind"
    NOTICE_NEW = "notice-new"
    NOTICE_KEEP = "notice-keep"
    NOTICE_ANSWER = "notice-answer"
    NOTICE_DOWN = "notice-down"
    PROJECT = "project"  # one project of members
    FLOOR = "floor"  # the plan of the premises, the member's own desk and the lent ones
    SPOT_TAKE = "spot-take"
    SPOT_LEAVE = "spot-leave"
    SPOT_DAYS = "spot-days"  # choose the days on which the member's own desk is lent
    SPOT_LEND = "spot-lend"
    SPOT_KEEP = "spot-keep"
    THINGS = "things"
    THING = "thing"  # one thing
    THING_TAKE = "thing-take"
    THING_BACK = "thing-back"
    ROOM = "room"  # choose a room to book
    ROOM_WHEN = "room-when"
    ROOM_LONG = "room-long"
    ROOM_BOOK = "room-book"
    ROOM_UNDO = "room-undo"
    ROOM_OWN = "room-own"  # the member's own bookings
    ROOM_ONE = "room-one"
    ROOM_CANCEL = "room-cancel"
    HELP = "help"  # ring inside, or show the number to call
    EVACUATION = "evacuation"  # type the house's code, then list the people inside
    EVACUATION_LIST = "evacuation-list"
    WAITS = "waits"  # look at the person waiting for this member's word
    MORE = "more"  # the acts that did not fit on the card
    DONE = "done"  # end the dialogue
    STAY = "stay"  # keep the page: the person is still there
    KEY = "key"  # one key of the keyboard on the screen
    LUNCH = "lunch"  # count one more person eating here today
    LUNCH_BACK = "lunch-back"  # take back one count too many
    WAKE = "wake"  # light the dark screen at night


SESSIONS = frozenset({Act.PAY, Act.ROOM, Act.HOUSE, Act.ACCOUNT})  # begin a session: these ask for the badge once more
CONFIRMED = SESSIONS | {Act.COMFORT, Act.GUEST}  # these ask for the badge, too
ON_THE_CARD = frozenset({Act.UNDO, Act.FREE_CORNER, Act.PASSING, Act.COMFORT, Act.LEAVE})  # change today's visit


PUBLIC = frozenset(
    {Act.VISIT, Act.BADGE_FORGOTTEN, Act.IS_MEMBER, Act.PRICES, Act.HELP, Act.EVACUATION}
)  # begin without a badge
AT_REST = frozenset({Act.WAKE})  # done to the idle screen itself, which stays
MEALS = {Act.LUNCH: Act.LUNCH_BACK, Act.LUNCH_BACK: Act.LUNCH}  # the button that replaces a touched one
URGENT = frozenset({Act.HELP, Act.EVACUATION})  # may begin in the place of any card, too
TYPED = frozenset({Act.KEY, Act.PIN_KEY, Act.CASH_SUM})  # keys: they may come faster than the pages that show them


class Brought(Struct, frozen=True):
    """The number of guests that a member brought: today, and in this calendar year including today."""

    today: int = 0
    this_year: int = 0


NO_GUESTS = Brought()


def offered(granted: Granted, policy: Policy, guests: Brought, hour: int | None = None) -> tuple[Act, ...]:
    """Return the acts of a granted tap's card. `guests` counts the guests of this member; `hour` is the wall clock's
    (None: lunch is not asked about).

    Apart from a subscription, whose card is short, and the free zone, the acts do not depend on what the day costs or
    what pays for it, so that a reduced tariff cannot be told from them. A day counted before offers leaving in the
    place of undoing. Where HOUSE is offered, it and then ACCOUNT come before the choice of another zone;
    otherwise ACCOUNT comes last.
    """
    again, today = granted.is_again, granted.standing.today
    guest = (Act.GUEST,) if may_bring_guests(granted, policy, guests) else ()
    house = (Act.HOUSE,) if has_house(policy) else ()
    meals = () if again else _meals(policy, hour)
    if granted.right is Right.SUBSCRIPTION:
        return (*guest, *house, *meals, Act.ACCOUNT)  # nothing more to pay: short, to be read at a glance
    free_or_costly = list[Act]()
    costs = granted.right is not Right.FREE_ZONE
    if not again and costs and free_zone(policy) is not None:
        free_or_costly.append(Act.FREE_CORNER)
    if not again and costs and policy.passing_minutes:
        free_or_costly.append(Act.PASSING)
    in_free_zone = granted.right is Right.FREE_ZONE or (again and today is not None and today.is_free)
    if in_free_zone and costly_zone(policy) is not None:
        free_or_costly.append(Act.COMFORT)
    rest = (*house, Act.ACCOUNT, *free_or_costly, *meals) if house else (*free_or_costly, *meals, Act.ACCOUNT)
    return (Act.LEAVE if again else Act.UNDO, *guest, Act.PAY, *rest)


def _meals(policy: Policy, hour: int | None) -> tuple[Act, ...]:
    """Return the question about lunch, which each arrival is asked until the hour set in the rules."""
    until = policy.lunch_until_hour
    is_asked = hour is not None and until is not None and policy.day_start_hour <= hour < until
    return (Act.LUNCH,) if is_asked else ()


def has_house(policy: Policy) -> bool:
    """Tell whether the rules enable any of the things that members do together: people, notices, hosting, events,
    rooms.
    """
    has_people = policy.people or policy.notices or policy.hosting or policy.events
    return has_people or policy.books_rooms or policy.floor_plan or policy.things


def shown(acts: tuple[Act, ...], place: int = 0) -> tuple[Act, ...]:
    """Return the acts that fit on one card, from a position on: up to MOST, or one less and a button that leads to the
    others.
    """
    rest = acts[place:]
    return rest if len(rest) <= MOST else (*rest[: MOST - 1], Act.MORE)


def others(acts: tuple[Act, ...], place: int = 0) -> tuple[Act, ...]:
    """Return the acts that do not fit on the card that begins at that position."""
    return acts[place + MOST - 1 :] if len(acts) - place > MOST else ()


def may_bring_guests(granted: Granted, policy: Policy, guests: Brought) -> bool:
    """Tell whether this member may bring one more guest today."""
    if not policy.guests_a_day or guests.today >= policy.guests_a_day:
        return False
    if policy.guest_days_a_year is not None and guests.this_year >= policy.guest_days_a_year:
        return False
    return granted.standing.subscribed or not policy.guests_by_permanents_only


def may_bring_this_guest(policy: Policy, guest_days: int) -> bool:
    """Tell whether a named guest with so many guest days in this calendar year may come. Days of unnamed guests are
    included in `guest_days` for every guest, because they cannot be told apart.
    """
    return policy.guest_days_a_year is None or guest_days < policy.guest_days_a_year


def may_undo(policy: Policy, undone: int) -> bool:
    """Tell whether a member may undo one more day at the screen. `undone` counts those undone within
    the rules' window.
    """
    return undone < policy.undo_limit


def free_zone(policy: Policy) -> str | None:
    """Return the first zone in which a day costs nothing; None where there is none."""
    return next(iter(free_zones(policy)), None)


def costly_zone(policy: Policy) -> str | None:
    """Return the first zone in which a day costs something; None where there is none."""
    return next(iter(costly_zones(policy)), None)


def free_zones(policy: Policy) -> list[str]:
    """Return the zones in which a day costs nothing, in the order of the rules."""
    return [code for code, zone in policy.zones.items() if zone.day_product is None]


def costly_zones(policy: Policy) -> list[str]:
    """Return the zones in which a day costs something, in the order of the rules."""
    return [code for code, zone in policy.zones.items() if zone.day_product is not None]
