"""Has `SignIns` count requests that try a secret, and reports to it what became of each.

A *claim* counts a try before its outcome is known, so that tries sent at once are all counted; it is taken back for a
try that was no wrong guess.

An account that does not exist is counted like one that does, so that the answer does not tell them apart. Passkeys
cannot be guessed, so they are never made to wait.
"""

import math
import secrets
from collections.abc import Callable, Iterator, Sequence

from flask import Flask, Response, g, render_template, request, session
from flask.typing import ResponseValue
from flask_security import UserMixin, current_user
from flask_security.recoverable import reset_password_token_status
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)

from kiosk.members.sign_ins import Claim, SignIns, Trial
from kiosk.messages import account_notice
from kiosk.web.desk.common import second_proof

FIRST_FACTOR = "first-factor"  # sealed for an account's first second factor; `account_notice` has the other events
DEVICE = "__Host-device"  # the cookie by which a browser is known again, for a year
_DEVICE_BYTES = 24  # random ones, in the cookie as hexadecimal digits
_YEAR_SECONDS = 365 * 86400
# Endpoints of the library: of forms that try a secret, and of links that are a secret themselves.
_SECRETS = ("login", "verify", "change_password", "two_factor_token_validation", "mf_recovery")
_LINKS = ("reset_password",)
_TOLD = {  # the library's signals, and the event of which the account's holder is told
    password_reset: account_notice.CHOSEN,
    password_changed: account_notice.CHANGED,
    tf_profile_changed: account_notice.FACTOR_ADDED,
    wan_registered: account_notice.FACTOR_ADDED,
    tf_disabled: account_notice.FACTOR_TAKEN,
    wan_deleted: account_notice.FACTOR_TAKEN,
}


class Attempts:
    """Counts the attempts at the secrets of one application's accounts. `seal` seals an event of an account (by id) in
    the ledger.
    """

    def __init__(self, sign_ins: SignIns, seal: Callable[[int, str], None]) -> None:
        self._sign_ins = sign_ins
        self._seal = seal

    def install(self, app: Flask) -> None:
        """Connect the library's signals and the application's requests to the counting: register what runs before and
        after each request.
        """
        user_authenticated.connect(_note_who_is_in, app, weak=False)
        password_reset.connect(_note_who_chose, app, weak=False)
        for signal, what in _TOLD.items():
            signal.connect(_note(what), app, weak=False)

        @app.before_request
        def _not_alone() -> ResponseValue | None:
            """Ask for the existing factor before a page that changes factors. `had_factor` tells `_sealed` afterwards
            whether the account had one.
            """
            g.had_factor = request.endpoint in second_proof.KEEPS_FACTORS and second_proof.has_factor()
            return second_proof.ask_for_existing()

        @app.before_request
        def _too_soon() -> Response | None:
            """Answer 429 where this account or address has to wait before it may try a secret again; None lets the
            request go on. An invalid link counts as a try whenever it is opened or sent, a form only when it is sent.
            """
            is_link = _is_about(*_LINKS) and not _is_good_link()
            if not (is_link or (request.method == "POST" and _is_about(*_SECRETS))):
                return None
            g.tried = _trial()
            g.claim = self._sign_ins.claim(g.tried)
            if not g.claim.seconds:  # counted, and need not wait
                return None
            page = render_template("security/wait.html", minutes=math.ceil(g.claim.seconds / 60))
            return Response(page, 429, {"Retry-After": str(math.ceil(g.claim.seconds))})

        @app.after_request
        def _after(response: Response) -> Response:
            """Record what the request did, once its answer is known."""
            self._settle_claim(response)
            self._note_session(response)
            self._tell()
            return response

    def _settle_claim(self, response: Response) -> None:
        """Take back the claim of a try that was no wrong guess, so that it does not count. A request that tried no
        secret has no claim.
        """
        claim: Claim | None = g.pop("claim", None)
        # A claim without ids was not counted: the request had to wait.
        if claim is not None and claim.ids and not _failed(response):
            self._sign_ins.was_no_guess(claim)

    def _note_session(self, response: Response) -> None:
        """Record a sign-in, or a password newly chosen by a link, with the device it came from, and set the device's
        cookie. A passkey accepted at the password page counts as this session's second factor.
        """
        if _is_about("wan_verify_response") and response.status_code == 302:
            second_proof.add()  # 302: the library redirects only after an accepted passkey
        if who := g.pop("is_in", None):
            self._sign_ins.signed_in(who.id, _names(who), _remember_browser(response))
        if who := g.pop("has_chosen", None):
            self._sign_ins.chosen(who.id, _names(who), _remember_browser(response))

    def _tell(self) -> None:
        """Mail holders what happened to their accounts, and seal the events that may have put an account into other
        hands.
        """
        for user_id, what in g.pop("told", {}).items():  # an account's id, and its events in order
            self._sign_ins.tell(user_id, what)
            for act in _sealed(what):
                self._seal(user_id, act)


def _sealed(what: Sequence[str]) -> Iterator[str]:
    """Yield those of a request's events that are sealed, because they may have put an account into other hands: a
    password chosen by a link, and a new second factor. Where the rules require a second factor, an account's first one
    is an event of its own, which another officer has to confirm.
    """
    if account_notice.CHOSEN in what:
        yield account_notice.CHOSEN
    if account_notice.FACTOR_ADDED in what:
        is_first = not g.had_factor and second_proof.is_wanted()
        yield FIRST_FACTOR if is_first else account_notice.FACTOR_ADDED


def _note_who_is_in(_app: Flask, *, user: UserMixin, **_more: object) -> None:
    """Keep the signed-in account until `_note_session` records it, after the view."""
    g.is_in = user


def _note_who_chose(_app: Flask, *, user: UserMixin, **_more: object) -> None:
    """Keep the account whose password was chosen by a link until `_note_session` records it, after the view."""
    g.has_chosen = user


def _note(what: str) -> Callable[..., None]:
    """Return a receiver of signals that keeps an event of an account until `_tell` mails it, after the view."""

    def note(_app: Flask, *, user: UserMixin, **_more: object) -> None:
        """Keep the event, by the account's id."""
        g.setdefault("told", {}).setdefault(user.id, []).append(what)
        if what == account_notice.FACTOR_ADDED:
            second_proof.add()  # the new factor was just used

    return note


def _trial() -> Trial:
    """Return what this request tries: the account (None for a link), the address and the browser."""
    account = None if _is_about(*_LINKS) else _account()
    return Trial(account, request.remote_addr or "", _device())


def _device() -> bytes | None:
    """Return the id that this browser has kept since an officer signed in with it; None without a cookie, or for one
    that the desk did not make.
    """
    try:
        device = bytes.fromhex(request.cookies.get(DEVICE, ""))
    except ValueError:
        return None
    return device if len(device) == _DEVICE_BYTES else None


def _remember_browser(response: Response) -> Trial:
    """Set the cookie by which this browser is recognised after a successful sign-in. Returns the address and the
    browser.
    """
    device = _device() or secrets.token_bytes(_DEVICE_BYTES)
    response.set_cookie(DEVICE, device.hex(), max_age=_YEAR_SECONDS, secure=True, httponly=True, samesite="Lax")
    return Trial(None, request.remote_addr or "", device)


def _names(user: UserMixin) -> tuple[str, str]:
    """Return the two names under which attempts on an account may be counted: its e-mail address, as at sign-in, and #
    with its internal id, as at the second factor.
    """
    return str(user.email), f"#{user.fs_uniquifier}"


def _is_about(*endpoints: str) -> bool:
    """Tell whether the request is for one of these pages of the library."""
    blueprint, _, endpoint = (request.endpoint or "").partition(".")
    return blueprint == "security" and endpoint in endpoints


def _account() -> str:
    """Return the account whose secret is tried: the typed one, the one that waits for its second factor, or the
    signed-in one; an empty text where the request has none of these.
    """
    if _is_about("login"):
        return str(request.form.get("email", ""))
    if "tf_user_id" in session:
        return f"#{session['tf_user_id']}"
    return str(getattr(current_user, "email", ""))


def forget() -> None:
    """Forget what this request was about to report of an account, because the request failed and
    nothing of it holds.
    """
    for name in ("is_in", "has_chosen", "told"):
        g.pop(name, None)


def _is_good_link() -> bool:
    """Tell whether the link in the address is valid: then it is no guess, and never waits for the guesses of others."""
    token = str((request.view_args or {}).get("token", ""))
    is_over, is_invalid, user = reset_password_token_status(token)  # type: ignore[no-untyped-call]
    return user is not None and not is_over and not is_invalid


def _failed(response: Response) -> bool:
    """Tell whether an attempt failed: the form came back (200; a success redirects), or the link was not valid. The
    form that changes a password also comes back for a bad new one, so it reports a wrong old one in `g.wrong_password`.
    """
    if _is_about(*_LINKS):
        return True  # a valid link is never counted
    if _is_about("change_password"):
        return bool(g.pop("wrong_password", False))
    return response.status_code == 200
