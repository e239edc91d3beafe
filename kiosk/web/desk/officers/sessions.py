"""Ends sessions: after a day's work, after an idle hour, by signing out, and all at once by their owner.

The cookie is signed and says when the session began and was last used; signing out is recorded, so that a copy of the
cookie is worthless, too.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue, ResponseValue
from flask_security import UserMixin, current_user, logout_user
from flask_security.signals import user_authenticated
from flask_security.utils import get_message
from flask_wtf.csrf import CSRFError

from kiosk.devices.protocols import Clock
from kiosk.language.texts import Text
from kiosk.store.engine import Store
from kiosk.store.officers import desk_attempts
from kiosk.web.desk.common import second_proof
from kiosk.web.desk.common.words import t

if TYPE_CHECKING:
    from kiosk.web.desk.officers.refilling import Refilled

UNSENT = "unsent"  # the session's key for the ticket of a waiting form
_FORM_KEPT = Text(
    "Rien n’a été envoyé. Après la connexion, la page revient avec ce que vous aviez écrit, pendant 15 minutes.",
    "Nothing was sent. Once you have signed in, the page comes back with what you typed, for 15 minutes.",
)
LONGEST = timedelta(hours=8)  # of a session
IDLE = timedelta(hours=1)  # that a session survives without a request
_BACKWARDS = timedelta(minutes=5)  # a session whose times lie further in the future is ended
_RENEWAL = timedelta(seconds=30)  # the cookie, which says when it was last used, is renewed at most this often


def install(app: Flask, clock: Clock) -> None:
    """Begin a session with each sign-in, at the library's signal."""

    def _begin(sender: Flask, *, user: UserMixin, authn_via: Sequence[str] | None = None, **_more: object) -> None:
        """Write into the session how it was proven, its random number, when it began (seconds since 1970), and a new
        CSRF token.
        """
        second_proof.begin(authn_via or ())
        session["number"] = secrets.token_hex(16)
        session["began"] = session["seen"] = clock.now().timestamp()
        session.pop("_remember", None)  # Flask-Login's wish for a cookie that outlives the session
        _renew_token(user.id)

    user_authenticated.connect(_begin, app, weak=False)


def leading_back(
    store: Store, clock: Clock, otherwise: Callable[[Exception], ResponseReturnValue]
) -> Callable[[CSRFError], ResponseReturnValue]:
    """Return the handler for a form without a valid token. A form for officers that was drawn in an earlier session is
    kept: it leads back to its page where the same account has signed in again, and to signing in where no account has.
    `otherwise` answers the rest: another account's form, and those whose token proves no account.
    """

    def _answer(error: CSRFError) -> ResponseReturnValue:
        """Answer a form without a valid token, as `leading_back` says."""
        from kiosk.web.desk.officers import unsent  # seldom needed

        account = unsent.drawn_for() if unsent.is_for_officers() else None
        if account is None:
            return otherwise(error)
        check(store, clock)
        if not current_user.is_authenticated:
            return not_signed_in()
        return redirect(unsent.keep(account), 303) if current_user.id == account else otherwise(error)

    return _answer


def check(store: Store, clock: Clock) -> None:
    """Sign out a session that is too old or was ended elsewhere; else record a sign-out that is asked for, or that the
    session was used. Called before each request that may belong to an officer; does nothing for other visitors.
    """
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
    elif now - seen > _RENEWAL.total_seconds() and not asks_by_itself():
        session["seen"] = now
    # `csrf_valid` is set by Flask-WTF for a form with a valid token.
    if UNSENT in session and g.get("csrf_valid") and current_user.is_authenticated:
        from kiosk.web.desk.officers import unsent

        unsent.was_sent()  # forgets the waiting form, if this is it


def asks_by_itself() -> bool:
    """Tell whether the request comes from htmx, as from a part of a page that refreshes itself: it does not show that
    the officer is there.
    """
    return "HX-Request" in request.headers


def not_signed_in(*_how: object, **_more: object) -> ResponseValue:
    """Redirect to the sign-in page, which leads back to the page that was asked for. A part of a page gets a 401 that
    makes the browser redirect as a whole.
    """
    if asks_by_itself():
        return Response(status=401, headers={"HX-Redirect": url_for("security.login")})
    return redirect(url_for("security.login", next=_page_to_return_to()))


def not_fresh(*_how: object, **_more: object) -> ResponseValue:
    """Redirect officers to enter their password again, and then back to the page that they asked for."""
    flash(*get_message("REAUTHENTICATION_REQUIRED"))
    return redirect(url_for("security.verify", next=_page_to_return_to()))


def _page_to_return_to() -> str:
    """Return the address that was asked for, with its query; for a form, the page it stood on, and keep what was typed,
    if its token names an account.
    """
    if request.method == "GET":
        return request.full_path if request.query_string else request.path
    from kiosk.web.desk.officers import unsent

    page = unsent.keep(unsent.drawn_for())
    if UNSENT in session:
        flash(t(_FORM_KEPT), "warning")
    return page


def shown_again(page: str) -> "Refilled | None":
    """Return a page with what was typed into its form before the session ended; None where nothing
    waits for this page.
    """
    if UNSENT not in session or request.method != "GET" or not current_user.is_authenticated:
        return None
    from kiosk.web.desk.officers import unsent

    return unsent.shown(page)


def _renew_token(account: int) -> None:
    """Renew the CSRF token at sign-in, so that a token seen or planted before is worthless. It names the account, so
    that a form still tells its owner after its session has ended.
    """
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    session[name] = f"{secrets.token_hex(20)}.{account}"
    g.pop(name, None)


def _within(age: float, longest: timedelta) -> bool:
    """Tell whether an age in seconds is below the longest; one below 0, down to `_BACKWARDS`, is allowed, because a
    clock may be set back.
    """
    return -_BACKWARDS.total_seconds() <= age < longest.total_seconds()


def _is_ended(store: Store) -> bool:
    """Tell whether this session was ended elsewhere, as "sign out everywhere" does."""
    with store.reading() as connection:
        return desk_attempts.is_ended(connection, _digest())


def _digest() -> bytes:
    """Return the digest under which the database knows this session, made of the number in the cookie."""
    return hashlib.blake2b(session.get("number", "").encode(), digest_size=16, person=b"session").digest()
