"""Slows guessing down: counts failed sign-ins and dead links by account and by address, and then makes people wait.

An account that does not exist is counted like one that does, so that the answer tells nobody which is which.
"""

import hashlib
import math
from collections.abc import Callable

from flask import Flask, Response, g, render_template, request, session
from flask_security import UserMixin, current_user
from flask_security.signals import password_reset, user_authenticated

from kiosk.devices.protocols import Clock
from kiosk.domain.members import lockout, officer_numbers
from kiosk.store.engine import Store
from kiosk.store.officers import desk_attempts, desk_log

FREE = {"account": 5, "address": 20, "link": 10}
_SECRETS = ("login", "verify", "change_password", "two_factor_token_validation", "mf_recovery")
_LINKS = ("reset_password",)


class Attempts:
    """Those of one home. `key` makes addresses and accounts unreadable where they are counted."""

    def __init__(self, store: Store, clock: Clock, key: bytes) -> None:
        self._store, self._clock, self._key = store, clock, key

    def install(self, app: Flask, end_reading: Callable[[], None]) -> None:
        """Count failures, refuse what comes too soon. `end_reading` lets go of the database before we write."""
        user_authenticated.connect(self._succeeded, app, weak=False)
        password_reset.connect(self._chosen, app, weak=False)

        @app.before_request
        def _too_soon() -> Response | None:
            if not (_is_about(*_LINKS) or (request.method == "POST" and _is_about(*_SECRETS))):
                return None
            g.tried = self._tried()
            seconds = self._seconds_to_wait(g.tried)
            if not seconds:
                return None
            g.tried = []
            page = render_template("security/wait.html", minutes=math.ceil(seconds / 60))
            return Response(page, 429, {"Retry-After": str(math.ceil(seconds))})

        @app.after_request
        def _count(response: Response) -> Response:
            tried, is_in = g.pop("tried", []), g.pop("is_in", None)
            if tried and _failed(response):
                end_reading()
                with self._store.logging() as connection:
                    for _kind, who in tried:
                        desk_attempts.add(connection, self._clock.now(), who)
            elif has_chosen := g.pop("has_chosen", None):
                end_reading()
                with self._store.logging() as connection:
                    desk_attempts.clear(connection, self.hashed("account", has_chosen))
            elif is_in:
                end_reading()
                with self._store.logging() as connection:
                    desk_log.add(connection, self._clock.now(), officer_numbers.actor(is_in.id), "sign-in", None, None)
                    known = self.hashed("account", is_in.email)
                    for who in {who for kind, who in tried if kind == "account"} | {known}:
                        desk_attempts.clear(connection, who)
            return response

    def hashed(self, kind: str, value: str) -> str:
        """The keyed hash under which an account or an address is counted."""
        said = f"{kind}:{value.strip().casefold()}".encode()
        return hashlib.blake2b(said, key=self._key, digest_size=16).hexdigest()

    def _tried(self) -> list[tuple[str, str]]:
        address = request.remote_addr or ""
        if _is_about(*_LINKS):
            return [("link", self.hashed("link", address))]
        return [("address", self.hashed("address", address)), ("account", self.hashed("account", _account()))]

    def _seconds_to_wait(self, tried: list[tuple[str, str]]) -> float:
        now = self._clock.now()
        with self._store.reading() as connection:
            ends = [lockout.wait_until(desk_attempts.failures(connection, now, who), FREE[kind]) for kind, who in tried]
        return max([(end - now).total_seconds() for end in ends if end is not None and end > now], default=0.0)

    def _chosen(self, _app: Flask, *, user: UserMixin, **_more: object) -> None:
        g.has_chosen = user.email  # a link was followed: guesses of the old password count no more

    def _succeeded(self, _app: Flask, *, user: UserMixin, **_more: object) -> None:
        g.is_in = user


def _is_about(*endpoints: str) -> bool:
    blueprint, _, endpoint = (request.endpoint or "").partition(".")
    return blueprint == "security" and endpoint in endpoints


def _account() -> str:
    """Whose secret is tried: what was typed, who waits for the second factor, or who is signed in."""
    if _is_about("login"):
        return str(request.form.get("email", ""))
    if "tf_user_id" in session:
        return f"#{session['tf_user_id']}"
    return str(getattr(current_user, "email", ""))


def _failed(response: Response) -> bool:
    """The form came back; or a link led nowhere."""
    if _is_about(*_LINKS):
        return (response.location or "").endswith("/reset")
    if _is_about("change_password"):
        return bool(g.pop("wrong_password", False))
    return response.status_code == 200
