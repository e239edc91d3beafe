"""Ends sessions: after a day's work, after an idle hour, by signing out, and all at once by their owner.

The cookie is signed and says when it began and was last seen; signing out is written down, so that a copy of the cookie
is worth nothing either.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseValue
from flask_security import current_user, logout_user
from flask_security.signals import user_authenticated

from kiosk.devices.protocols import Clock
from kiosk.store.engine import Store
from kiosk.store.officers import desk_attempts
from kiosk.web.desk.common import second_proof
from kiosk.web.desk.common.words import t

LONGEST = timedelta(hours=8)
IDLE = timedelta(hours=1)
_BACKWARDS = timedelta(minutes=5)  # how far a clock may be set back before a session is not believed
_EACH = timedelta(seconds=30)  # the cookie is not sent anew more often


def install(app: Flask, clock: Clock) -> None:
    """Sessions begin with each sign-in."""

    def _begin(sender: Flask, *, authn_via: Sequence[str] | None = None, **_more: object) -> None:
        second_proof.begin(authn_via or ())
        session["number"] = secrets.token_hex(16)
        session["began"] = session["seen"] = clock.now().timestamp()
        session.pop("_remember", None)  # Flask-Login's wish for a cookie that outlives the session
        _renew_token()

    user_authenticated.connect(_begin, app, weak=False)


def check(store: Store, clock: Clock) -> None:
    """Sign out whoever is signed in for too long. Called before each request that is for somebody."""
    if not current_user.is_authenticated:
        return
    now = clock.now().timestamp()
    began, seen = session.get("began", 0.0), session.get("seen", 0.0)
    if not (_within(now - began, LONGEST) and _within(now - seen, IDLE)) or _is_ended(store):
        logout_user()
        flash(t("Vous avez été déconnecté·e : reconnectez-vous.", "You were signed out: sign in again."), "info")
    elif request.endpoint == "security.logout":
        with store.logging() as connection:
            desk_attempts.end_session(connection, clock.now(), _digest())
    elif now - seen > _EACH.total_seconds() and not asks_by_itself():
        session["seen"] = now


def asks_by_itself() -> bool:
    """Whether a part of a page asks, which refreshes itself: nobody needs to sit before it."""
    return "HX-Request" in request.headers


def not_signed_in(*_how: object, **_more: object) -> ResponseValue:
    """Send strangers to sign in, and on to where they wanted: the page says what it is for, and reproaches nothing.

    Where a part of a page asked, the whole page is sent.
    """
    if asks_by_itself():
        return Response(status=401, headers={"HX-Redirect": url_for("security.login")})
    wanted = request.full_path if request.query_string else request.path
    return redirect(url_for("security.login", next=wanted))


def _renew_token() -> None:
    """A token that somebody may have seen or set before they were in is worth nothing afterwards."""
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    session.pop(name, None)
    g.pop(name, None)


def _within(age: float, longest: timedelta) -> bool:
    return -_BACKWARDS.total_seconds() <= age < longest.total_seconds()


def _is_ended(store: Store) -> bool:
    with store.reading() as connection:
        return desk_attempts.is_ended(connection, _digest())


def _digest() -> bytes:
    return hashlib.blake2b(session.get("number", "").encode(), digest_size=16, person=b"session").digest()
