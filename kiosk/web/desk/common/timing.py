"""Keeps the desk's clock: the machine's where it is trusted; otherwise nothing is written until an officer enters the
day.

An entered day holds for one session and one start of the machine. A banner on each page asks for it.
"""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, flash, g, has_request_context, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk.devices.protocols import Clock, MachineClock
from kiosk.domain.members import officer_numbers
from kiosk.domain.offline import spoken_days
from kiosk.domain.offline.trust import Doubt
from kiosk.domain.problems import Coded, Problem
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.offline import clock_trust, office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.offline import clock_facts
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import t, told

EXTENSION = "kiosk.desk.time"
_ENTERED_DAY = "day"  # the session's key for a list: the typed day in ISO form, the id of the machine's start
_READING = ("GET", "HEAD")
_MOMENT = "kiosk.moment"  # the request's key for its moment

area = Blueprint("timing", __name__)


class PageClock:
    """The machine's clock, fixed at one moment for each request that changes nothing.

    All that a page shows is of one moment, and so are its questions to a far database server. That server is asked
    ahead for what the page asked the last time; with a moment that moved between two questions, no question could be
    foreseen.
    """

    def __init__(self, clock: MachineClock) -> None:
        self._clock = clock

    @property
    def boot(self) -> str:
        """Return the id of the machine's start that `monotonic` counts from."""
        return self._clock.boot

    def now(self) -> datetime:
        """Return the moment at which this page was asked for; the present moment for requests that change something,
        and outside of a request.
        """
        if not has_request_context() or request.method not in _READING:
            return self._clock.now()
        if _MOMENT not in request.environ:
            request.environ[_MOMENT] = self._clock.now()
        moment: datetime = request.environ[_MOMENT]
        return moment

    def monotonic(self) -> float:
        """Return the machine's running seconds, which no request holds still."""
        return self._clock.monotonic()


class DeskTime:
    """Decides whether the machine's clock is trusted, for all requests together. The `keeper` compares the clock with
    what the home knows of time, as the ledger's last entry and an officer's confirmation.
    """

    def __init__(
        self, home: Home, clock: MachineClock, vouched: Callable[[], bool], set_at: Callable[[], int] = lambda: 0
    ) -> None:
        """Judge the clock a first time. `vouched` tells whether its source (NTP or a battery) stands for it; `set_at`
        returns a value that changes each time the source sets the clock.
        """
        self.clock = PageClock(clock)
        self.home = home
        self.keeper = Timekeeper(clock, vouched, set_at=set_at)
        self._lock = threading.Lock()
        try:
            office_clock.teach(self.keeper, home)  # the clock is judged by what this home knows of time
            self.keeper.look()
        except MachineError:
            pass  # each request checks again

    def doubt(self) -> Doubt | None:
        """Return why the clock is not trusted now; None where it is. Raises MachineError `database`."""
        with self.home.store.reading() as connection:
            known = clock_facts.known(connection, clock_trust.day_bounds(connection, request_rules.of(self.home)))
        with self._lock:
            self.keeper.learn(known)
            return self.keeper.look().doubt

    def confirm(self, actor: str) -> None:
        """Confirm the clock as it reads now, in an officer's name. Raises RequestError `clock-wrong`."""
        clock_trust.confirm(self.home.store, self.keeper, actor)


def desk_time() -> DeskTime:
    """Return the application's own DeskTime."""
    time: DeskTime = current_app.extensions[EXTENSION]
    return time


def doubt() -> Doubt | None:
    """Return why the clock is not trusted, asked once in this request; None where it is."""
    if "doubt" not in g:
        g.doubt = desk_time().doubt()
    why: Doubt | None = g.doubt
    return why


def spoken_day() -> date | None:
    """Return the day that an officer entered in this session since the machine started; None where there is none."""
    entered = session.get(_ENTERED_DAY)
    if not isinstance(entered, list) or len(entered) != 2:
        return None
    day, boot = entered
    return date.fromisoformat(day) if boot == desk_time().clock.boot else None


def clock() -> Clock:
    """Return the clock of this request: the machine's where it is trusted, else the entered day's. Without either,
    pages are read by the doubtful clock, and anything that writes gets a clock that raises.
    """
    time = desk_time()
    why = doubt()
    if why is None:
        return time.clock
    day = spoken_day()
    if day is not None:
        try:
            return office_clock.spoken(time.home, day)
        except RequestError:
            session.pop(_ENTERED_DAY)  # the ledger has entries of a later day meanwhile
    return time.clock if request.method in _READING else office_clock.UnsureClock(why)


def machine_clock() -> Clock:
    """Return the machine's clock, for what the desk and the entrance exchange. Raises RequestError
    `clock-not-trusted`.
    """
    why = doubt()
    if why is not None:
        office_clock.UnsureClock(why).now()  # raises
    return desk_time().clock


def banner() -> dict[str, Any] | None:
    """Return what the banner about a doubtful clock shows: the clock's moment `at`, the entered `day` or None, and
    whether the officer may confirm. None where it is not needed, or cannot be told: no page fails because of its
    banner.
    """
    try:
        if not current_user.is_authenticated or doubt() is None:
            return None
        at = desk_time().clock.now()
        return {"at": at, "day": spoken_day(), "may_confirm": may(May.EDIT_RULES)}
    except Coded:  # any error of this program that has a code, as a database that cannot be read
        return None


@area.post("/clock/day")
@needs(May.SEE_TODAY)
def say() -> Response:
    """Save the day that an officer typed, which dates all that this session writes while the clock is doubtful; a text
    that is no day, or a day before the ledger's last entry, is refused with a message. Leads to today's page.
    """
    try:
        day = spoken_days.parse(request.form.get("day", ""))
        office_clock.spoken(desk_time().home, day)  # refuses a day before the ledger's last entry
    except Problem:
        flash(
            t(
                "Écrivez la date comme « mercredi 25 novembre 2026 », avec le bon jour de la semaine.",
                "Write the date like “Wednesday 25 November 2026”, with the right day of the week.",
            ),
            "error",
        )
    except RequestError as refused:
        flash(told(refused), "error")
    else:
        session[_ENTERED_DAY] = [day.isoformat(), desk_time().clock.boot]
        flash(
            t(
                "Tout ce que vous enregistrez porte cette date jusqu’à votre déconnexion.",
                "Everything you record will carry this date until you sign out.",
            )
        )
    return redirect(url_for("today.page"), 303)


@area.post("/clock/confirm")
@needs(May.EDIT_RULES)
def confirm() -> Response:
    """Confirm the clock as it reads now, in the name of the signed-in officer."""
    try:
        desk_time().confirm(officer_numbers.actor(current_user.id))
    except RequestError:
        flash(t("L’horloge n’est pas à l’heure : réglez-la d’abord.", "The clock is wrong: set it first."))
    else:
        session.pop(_ENTERED_DAY, None)
        flash(t("L’horloge est confirmée.", "The clock is confirmed."))
    return redirect(url_for("today.page"), 303)
