"""Shows today's page: duties, the rent, the people present, the door's events, and the kiosk's faults.

The middle of the page is drawn again every 10 s without a reload. Arrows lead to other days, with all their visits.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.checkin.desk_requests import CHECK, OPENED, remote_opening
from kiosk.domain import days, duties, lets
from kiosk.domain.keeping import HOURS_DAYS, VISIT_DAYS
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.names import searchable
from kiosk.exports import formats
from kiosk.health import condition
from kiosk.store.books import month_sums
from kiosk.store.books.month_sums import Charged
from kiosk.store.checkin import inside, presence, request_rows, visits
from kiosk.store.checkin.presence import Arrival, Event
from kiosk.store.checkin.request_rows import Request
from kiosk.store.selfservice import pins
from kiosk.web.desk.checkin import day_words, first_steps
from kiosk.web.desk.checkin.door_requests import standing_doors
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.formats import written
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Listed, listed, same_query
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.duties import todo
from kiosk.web.desk.duties.todo import Line
from kiosk.web.desk.health import state
from kiosk.web.desk.health.state import Condition

area = Blueprint("today", __name__)

LINES = 50  # the door's events on the page; the exports have all
REFRESH_SECONDS = 10  # between two drawings of the middle of the page
_A_YEAR = timedelta(days=364)  # a year before, on the same weekday


class Rent(Struct, frozen=True):
    """The rent and charges of a month that the association states (`cost_cents`), and the month's money so far in
    cents: charged to accounts, and received.
    """

    month_on: date
    cost_cents: int
    charged: Charged
    received_cents: int

    @property
    def scale(self) -> int:
        """Return how many cents the whole bar stands for."""
        return max(self.cost_cents, self.charged.cents, 1)

    @property
    def missing_cents(self) -> int:
        """Return what the month's charges lack of the cost, in cents, written off ones not counted; 0 where they cover
        it. What is charged counts, paid or not.
        """
        return max(0, self.cost_cents - self.charged.cents + self.charged.written_off_cents)


class Day(Struct, frozen=True):
    """All that the page shows. `more` counts the duties beyond those shown, `asleep` those put off to a later day."""

    today: date
    todo: list[Line]
    more: int
    asleep: int
    rent: Rent | None
    taken: tuple[tuple[str, int], ...]  # means of payment with the cents that came in by it
    here: int  # people present
    places: int | None  # for how many people there is room, less what is let now; None for no limit
    expected: int  # members whose subscription covers the day and who have not come yet
    yesterday: int  # visits
    last_year: int  # visits, on the same weekday
    arrivals: Listed[Arrival]
    events: list[Event]
    events_count: int
    openings: list[Request]  # of the door from the desk, today
    doors: dict[int, str]
    remote_opening: bool
    pins_refused: int  # wrong codes typed at the screen
    condition: Condition

    @property
    def taken_cents(self) -> int:
        """Return the money taken today by all methods together, in cents."""
        return sum(cents for _, cents in self.taken)


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> str | Response:
    """Show today's page; with `?day=`, a day that is over. Any other `?day=` leads to today's page."""
    today = office().today()
    asked = asked_day("day", None)
    if asked is not None and asked < today:
        return _past(asked, today)
    if "day" in request.args:
        return redirect(url_for("today.page"))
    return render_template("today.html", day=_day(), steps=first_steps.left(), seconds=REFRESH_SECONDS, **_days(today))


@area.get("/today/now")
@needs(May.SEE_TODAY)
def now() -> str:
    """Show the middle of the page alone, which the page fetches again and again."""
    day = _day()
    return render_template("today_now.html", day=day, seconds=REFRESH_SECONDS, **_days(day.today))


@area.get("/today/evacuation")
@needs(May.SEE_TODAY)
def evacuation() -> str:
    """Show the people inside now, with full names, to be printed."""
    desk = office()
    with desk.reading() as connection:
        moment = desk.now(connection)[1]
        people = inside.everyone(connection, moment.day)
    return render_template("evacuation.html", people=people, moment=moment)


def _days(day: date) -> dict[str, object]:
    """Return what the pages of any day need: the words, the day as a title, and the days before and after."""
    title = written(day, formats.WEEKDAY)
    return {
        **day_words.WORDS,
        "title": title,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "again": partial(same_query, "today.page"),
        "again_now": partial(same_query, "today.now"),
    }


_SORTS: dict[str, Callable[[Arrival], Any]] = {  # a sort key, by the column that the URL names
    "at": lambda each: each.at.timestamp() if each.at else 0.0,
    "name": lambda each: searchable(each.name or each.host or ""),
    "right": lambda each: each.right,
    "sum": lambda each: each.amount_cents or 0,
}


def _listed(arrivals: Sequence[Arrival], *, shows_names: bool = True) -> Listed[Arrival]:
    """Return a page of a day's visits; names that are kept no longer are neither searched nor sorted by."""
    sorts = {name: sort for name, sort in _SORTS.items() if shows_names or name != "name"}
    return listed(arrivals, lambda each: f"{each.number} {each.name} {each.host}" if shows_names else "", sorts)


def _past(day: date, today: date) -> str:
    """Show all visitors of a day that is over, with their hours and names for as long as each of these is kept, and log
    that the day was read.
    """
    desk = office()
    with desk.reading() as connection:
        arrivals = presence.arrivals(connection, day)
        here = visits.present(connection, today)
    desk.log("day-read", what=day.isoformat())
    age = (today - day).days
    return render_template(
        "today_past.html",
        day=day,
        today=today,
        here_now=here,
        came=sum(each.state == "kept" for each in arrivals),
        arrivals=_listed(arrivals, shows_names=age <= VISIT_DAYS),
        shows_hours=age <= HOURS_DAYS,
        shows_names=age <= VISIT_DAYS,
        **_days(day),
    )


def _day() -> Day:
    """Read all that today's page shows, in one snapshot of the database. Without the right to see money, there is no
    rent and nothing taken.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        begins, ends = days.bounds(moment.day, desk.rules.zone, policy.day_start_hour)
        events, count = presence.events(connection, begins, ends, LINES)
        opened = [
            opening
            for opening in request_rows.done_between(connection, request_rows.OPEN, begins, ends)
            if opening.outcome == OPENED and opening.actor != CHECK  # a relay test is no opening for a person
        ]
        known = condition.known(connection, desk.home, timing.desk_time().clock)
        duties_now = todo.read(connection, known=known)
        shown = duties_now.shown(may)
        before = presence.counts(connection, (moment.day - timedelta(days=1), moment.day - _A_YEAR))
        arrivals = presence.arrivals(connection, moment.day)
        sees_money = may(May.SEE_MONEY)
        return Day(
            today=moment.day,
            todo=[todo.line(duty) for duty in shown[: duties.MOST_SHOWN]],
            more=max(0, len(shown) - duties.MOST_SHOWN),
            asleep=len(duties_now.asleep(may)),
            rent=_rent(connection, moment.day, policy) if sees_money else None,
            taken=tuple((str(method), cents) for method, _, cents in presence.taken(connection, moment.day))
            if sees_money
            else (),
            here=sum(arrival.state == "kept" and arrival.left_at is None for arrival in arrivals),
            places=lets.places_left(policy.capacity_notice or policy.capacity_legal, policy.lets, moment.at),
            expected=presence.expected(connection, moment.day),
            yesterday=before[moment.day - timedelta(days=1)],
            last_year=before[moment.day - _A_YEAR],
            arrivals=_listed(arrivals),
            events=events,
            events_count=count,
            openings=opened,
            doors=standing_doors(connection),
            remote_opening=remote_opening(policy),
            pins_refused=pins.refused_between(connection, begins, ends),
            condition=state.in_words(connection, known),
        )


def _rent(connection: sa.Connection, day: date, policy: Policy) -> Rent | None:
    """Return the rent of a day's month and its money up to that day; None where the rules state neither rent nor
    charges.
    """
    cost, first = policy.rent_cents + policy.charges_cents, days.month_of(day)[0]
    if not cost:
        return None
    charged = month_sums.charged(connection, first, day)
    return Rent(first, cost, charged, month_sums.received(connection, first, day).cents)
