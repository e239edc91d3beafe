"""Today: who is here, who came, what was taken, what the door refused, how the kiosk is, what is to be done.

The page draws its middle again every 10 s without a reload. Only here are hours of arrival shown.
"""

from datetime import date

import sqlalchemy as sa
from flask import Blueprint, render_template
from flask_security import current_user
from msgspec import Struct

from kiosk.checkin.desk_requests import CHECK, OPENED, remote_opening
from kiosk.domain import days, lets
from kiosk.domain.checkin.standing import Right
from kiosk.domain.members import hands
from kiosk.domain.money.tariffs import Policy
from kiosk.language import codes
from kiosk.language.texts import Text
from kiosk.members.acts_by_two import ROLES
from kiosk.store.books import month_sums
from kiosk.store.checkin import inside, presence, request_rows, visits
from kiosk.store.checkin.presence import Arrival, Event
from kiosk.store.checkin.request_rows import Request
from kiosk.store.members import joining_rows
from kiosk.store.money import cash_rows, correction_rows, second_look_rows
from kiosk.store.officers import asked_acts, first_factors, holders, officer_hands
from kiosk.store.selfservice import pins
from kiosk.web.desk.checkin import first_steps
from kiosk.web.desk.checkin.door_requests import standing_doors
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.health import state
from kiosk.web.desk.health.state import Condition

area = Blueprint("today", __name__)

LINES = 50  # of a card: the rest is in the exports
REFRESH_SECONDS = 10


class Money(Struct, frozen=True):
    """The day's and the month's, for those who may see it."""

    days: int
    days_cents: int
    taken: tuple[tuple[str, int], ...]
    month_cents: int
    rent_cents: int
    owing: int
    owed_cents: int
    box_cents: int

    @property
    def taken_cents(self) -> int:
        """All methods together."""
        return sum(cents for _, cents in self.taken)


class Day(Struct, frozen=True):
    """Everything on the page."""

    today: date
    here: int
    places: int | None
    expected: int
    arrivals: list[Arrival]
    events: list[Event]
    events_count: int
    openings: list[Request]
    doors: dict[int, str]
    remote_opening: bool
    corrections: int
    by_two: int
    joinings: int
    pins_refused: int
    pins_waiting: list[int]
    money: Money | None
    condition: Condition


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> str:
    """The day at one glance."""
    return render_template("today.html", day=_day(), steps=first_steps.left(), seconds=REFRESH_SECONDS, **_words())


@area.get("/today/now")
@needs(May.SEE_TODAY)
def now() -> str:
    """The page's middle alone: what it asks for again and again."""
    return render_template("today_now.html", day=_day(), seconds=REFRESH_SECONDS, **_words())


@area.get("/today/evacuation")
@needs(May.SEE_TODAY)
def evacuation() -> str:
    """Who is inside now, in full, to be printed."""
    desk = office()
    with desk.reading() as connection:
        moment = desk.now(connection)[1]
        people = inside.everyone(connection, moment.day)
    return render_template("evacuation.html", people=people, moment=moment)


def _day() -> Day:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        begins, ends = days.bounds(moment.day, desk.rules.zone, policy.day_start_hour)
        arrivals = presence.arrivals(connection, moment.day)
        events, count = presence.events(connection, begins, ends, LINES)
        opened = [
            r
            for r in request_rows.done_between(connection, request_rows.OPEN, begins, ends)
            if r.outcome == OPENED and r.actor != CHECK
        ]
        return Day(
            today=moment.day,
            here=visits.present(connection, moment.day),
            places=lets.places_left(policy.capacity_notice or policy.capacity_legal, policy.lets, moment.at),
            expected=presence.expected(connection, moment.day),
            arrivals=arrivals,
            events=events,
            events_count=count,
            openings=opened,
            doors=standing_doors(connection),
            remote_opening=remote_opening(policy),
            corrections=correction_rows.count_open(connection),
            by_two=_by_two(connection) if may(May.CONFIRM) else 0,
            joinings=len(joining_rows.waiting(connection)),
            pins_refused=pins.refused_between(connection, begins, ends),
            pins_waiting=pins.waiting(connection, moment.at),
            money=_money(connection, moment.day, policy, arrivals) if may(May.SEE_MONEY) else None,
            condition=state.condition_now(connection, desk.home, timing.desk_time().clock),
        )


def _by_two(connection: sa.Connection) -> int:
    """What waits for whoever looks: accounts to vouch for that are not their doing, corrections that others asked."""
    pairs = officer_hands.pairs(connection)
    moment = office().now(connection)[1]
    waiting = {user for user, _ in pairs} | {each.user_id for each in first_factors.waiting(connection)}
    waiting |= {each.user_id for each in holders.news(connection, moment.day)}
    accounts = [user for user in waiting if hands.may_confirm(current_user.id, user, pairs)]
    looks = second_look_rows.waiting(connection) if may(May.CORRECT_MONEY) else []
    own = {role.name for role in current_user.roles}
    acts = [each for each in asked_acts.waiting(connection) if own & set(ROLES[each.kind])]
    askers = [*(look.asked_by for look in looks), *(act.asked_by for act in acts)]
    return len(accounts) + sum(asker != office().actor for asker in askers)


def _money(connection: sa.Connection, day: date, policy: Policy, arrivals: list[Arrival]) -> Money:
    charged = (a for a in arrivals if a.state == "kept" and a.entry is not None and not a.is_reversed)
    standing = [arrival.amount_cents or 0 for arrival in charged]
    owing, owed_cents = presence.tabs(connection)
    return Money(
        days=len(standing),
        days_cents=sum(standing),
        taken=tuple((str(method), cents) for method, _, cents in presence.taken(connection, day)),
        month_cents=month_sums.charged(connection, days.month_of(day)[0], day).cents,
        rent_cents=policy.rent_cents,
        owing=owing,
        owed_cents=owed_cents,
        box_cents=cash_rows.content(connection),
    )


def right_words(arrival: Arrival) -> str:
    """What pays for the day, as far as this officer may know it: who pays less, or how, is not everybody's business."""
    known = {Right.FREE_ZONE, Right.PASSING, Right.SUBSCRIPTION}
    known |= {Right.REDUCED, Right.FREE} if may(May.SEE_REDUCED) else set()
    known |= {Right.CAP, Right.VOUCHER, Right.BANKED, Right.CARNET} if may(May.SEE_MONEY) else set()
    right = next((right for right in known if right.value == arrival.right), Right.FULL)
    words = codes.say(codes.RIGHTS, right.value, language())
    return words[:1].upper() + words[1:]


def event_words(event: Event) -> str:
    """What the door did, in words."""
    if event.kind == "enrolled" and event.name is None:
        return t("Badge lu pour le bureau", "Badge read for the desk")
    if event.kind == "enrolled":
        return t("Badge attribué à {name}", "Badge given to {name}", name=event.name or "")
    if event.kind == "opened" and event.reason == "pin":
        said = Text("Entrée sans badge, par nom et code : {name}", "In without a badge, by name and code: {name}")
        return t(said, name=event.name or "")
    if event.kind == "opened" and event.reason == "vouched":
        said = Text("Entrée sans badge, sur la parole d’un membre : {name}", "In without a badge, vouched for: {name}")
        return t(said, name=event.name or "")
    if event.kind == "opened" and event.reason == "test":
        return t("Ouverte pour un essai du relais", "Opened to test the relay")
    if event.kind == "opened":
        return t("Ouverte depuis le bureau", "Opened from the desk")
    if event.kind == "rang":
        rang = {
            "trial": t("Première visite, journée d’essai", "First visit, trial day"),
            "appointment": t("Rendez-vous", "Appointment"),
            "delivery": t("Livraison", "Delivery"),
            "vouched": t("Membre sans badge, personne pour en répondre", "A member without a badge, nobody to vouch"),
            "ask": t("Un membre demande de l’aide à quelqu’un qui est là", "A member asks somebody here for help"),
            "help": t("Aide demandée à l’entrée", "Help asked for at the entrance"),
        }
        return rang.get(event.reason or "", event.reason or "")
    refused = {
        "unknown-badge": t("Badge inconnu", "Unknown badge"),
        "badge-unconfirmed": t("Badge à confirmer", "Badge to be confirmed"),
        "badge-lost": t("Badge déclaré perdu", "Badge reported lost"),
        "member-left": t("Adhésion terminée", "Membership ended"),
        "membership-over": t("Adhésion à renouveler", "Membership to be renewed"),
        "tab-over-limit": t("À voir avec la Trésorerie", "A word with the treasurer"),
        "no-tab": t("Sans ardoise : à payer d’avance", "No tab: to be paid in advance"),
        "not-on-roster": t("Badge non reconnu pendant une panne", "Not recognised during an outage"),
        "closed": t("Espace fermé à cette heure", "Closed at that hour"),
        "full": t("Espace complet", "Full"),
        "other-door": t("Pas par cette porte-là", "Not by that door"),
    }
    return refused.get(event.reason or "", event.reason or "")


def method_words(method: str) -> str:
    """A method of payment."""
    return codes.say(codes.METHODS, method, language())


def _words() -> dict[str, object]:
    return {"right_words": right_words, "event_words": event_words, "method_words": method_words}
