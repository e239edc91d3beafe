"""Gives every part of a request the same rules object, so that rules are read once; threads must not share one.

Rules read by a page that changes nothing are handed on to the next request, as its own copy: they hold until the rules'
version in the database changes. A page checks that version once; a request that changes something checks it each time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request

from kiosk.devices.protocols import Clock
from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.store.asking import asked_again
from kiosk.store.space.dated_prices import DatedPrices
from kiosk.store.space.policies import Rules

_EXTENSION = "kiosk.desk.rules"
_LOOKING = ("GET", "HEAD")  # requests that change nothing
_MOST_FACTS = 64  # remembered by name and day; where there are more, the next check forgets them all
R = TypeVar("R")


@dataclass(slots=True)
class RequestRules(Rules):
    """Rules that an earlier request may have read: their first use checks whether they still hold.

    `Rules` reads the policy, the association's rules in force on a day, and remembers it until their version changes.
    """

    looks_once: bool = False  # check the rules' version a single time
    _has_looked: bool = False
    _facts: dict[tuple[str, date], object] = field(default_factory=dict)

    def on(self, connection: sa.Connection, day: date) -> Policy:
        """Return the policy in force on a local day, as known when this request first asked, or when `Rules.at` last
        checked.
        """
        if not self._has_looked:
            self._notice_changes(connection)
        return Rules.on(self, connection, day)

    def fact(self, name: str, connection: sa.Connection, day: date, read: Callable[[sa.Connection, date], R]) -> R:
        """Return what `read` makes of the dated rules of a day, remembered by `name` and day while no rule changes."""
        if not self._has_looked:
            self._notice_changes(connection)
        if (name, day) not in self._facts:
            self._facts[name, day] = read(connection, day)
        return cast(R, self._facts[name, day])

    def _notice_changes(self, connection: sa.Connection) -> None:
        """Look for changed rules, and forget facts read by the old ones; a request that only reads looks once."""
        if self._has_looked and self.looks_once:
            return
        self._has_looked, before = True, self._version
        Rules._notice_changes(self, connection)
        if self._version != before or len(self._facts) > _MOST_FACTS:
            self._facts.clear()

    def later(self, *, looks_once: bool) -> "RequestRules":
        """Return a copy of these rules for another request; with `looks_once` it checks the version a single time."""
        return RequestRules(
            self.zone,
            looks_once=looks_once,
            _version=self._version,
            _policies=dict(self._policies),
            _facts=dict(self._facts),
        )


def install(app: Flask, clock: Clock) -> None:
    """Hand rules on from request to request, and name each page's readings, so that a far database server is asked for
    them all at once the next time.

    A request that changes something hands nothing on: its transaction may be rolled back, and the version number that
    it saw would be used again for other rules.
    """

    @app.before_request
    def _name_reading() -> None:
        """Begin to remember the questions of this page, so that they can be sent ahead next time."""
        looks = request.method in _LOOKING
        is_plain = request.method == "GET" and not request.args  # only such pages are remembered over a restart
        # `lasts`: beyond the desk's next start; `looks`: the page reads in one snapshot.
        asked_again.begin(f"{request.method} {request.endpoint}", clock.now(), lasts=is_plain, looks=looks)

    @app.after_request
    def _end_snapshot(response: Response) -> Response:
        """End the remembered questions with the page; those of an answer other than 200 do not replace earlier ones."""
        if response.status_code != 200:
            asked_again.answer_otherwise()
        asked_again.part()  # a long file is sent after this, in snapshots of its own
        return response

    @app.teardown_request
    def _end_reading(_error: BaseException | None) -> None:
        """End the memory of this request, also after an error."""
        asked_again.end()

    @app.teardown_request
    def _hand_on(_error: BaseException | None) -> None:
        """Keep the rules that this request read for the next one, unless it may have changed something."""
        if "rules" in g and request.method in _LOOKING:
            app.extensions[_EXTENSION] = g.rules


def of(home: Home) -> RequestRules:
    """Return the rules of this request; make them from those of an earlier request at the first call."""
    if "rules" not in g:
        before: RequestRules = current_app.extensions.get(_EXTENSION) or RequestRules(home.config.zone)
        # `request` is false outside of a request, which may write: the version is then checked each time.
        g.rules = before.later(looks_once=bool(request) and request.method in _LOOKING)
    rules: RequestRules = g.rules
    return rules


def prices(home: Home, connection: sa.Connection, policy: Policy, day: date) -> DatedPrices:
    """Return the prices and VAT of any day, read once while no rule changes. `policy` is that of
    `day`, which is today.
    """
    return of(home).fact("dated prices", connection, day, lambda snapshot, _: DatedPrices(snapshot, policy))
