"""Gives all that works for a request the same rules, so that they are read once: rules are not for several threads.

What was read for pages that change nothing is handed on to the next request, as a copy of its own: it holds until the
rules' version is another.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Flask, current_app, g, request

from kiosk.domain.money.tariffs import Policy
from kiosk.home import Home
from kiosk.store.space.policies import Rules

_EXTENSION = "kiosk.desk.rules"


@dataclass(slots=True)
class RequestRules(Rules):
    """Rules that may have been read for an earlier request: whoever asks first finds out whether they still hold."""

    _has_looked: bool = False

    def on(self, connection: sa.Connection, day: date) -> Policy:
        """The policy in force on a local day, as it was known when this request first asked, or `at` last looked."""
        if not self._has_looked:
            self._notice_changes(connection)
        return Rules.on(self, connection, day)

    def _notice_changes(self, connection: sa.Connection) -> None:
        self._has_looked = True
        Rules._notice_changes(self, connection)

    def later(self) -> "RequestRules":
        """The same for another request."""
        return RequestRules(self.zone, _version=self._version, _policies=dict(self._policies))


def install(app: Flask) -> None:
    """Hand on what was read; not by who changes something, and may yet take it back: its number would come again."""

    @app.teardown_request
    def _hand_on(_error: BaseException | None) -> None:
        if "rules" in g and request.method in ("GET", "HEAD"):
            app.extensions[_EXTENSION] = g.rules


def of(home: Home) -> Rules:
    """The rules of this request."""
    if "rules" not in g:
        before: RequestRules = current_app.extensions.get(_EXTENSION) or RequestRules(home.config.zone)
        g.rules = before.later()
    rules: Rules = g.rules
    return rules
