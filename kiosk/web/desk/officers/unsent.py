"""Keeps what an officer typed into a form that arrived without a session, until the same account has signed in.

Each form's token names, under the desk's signature, the account that its page was drawn for. A form without such a
token is not kept: neither a stranger nor another site can put words before an officer. Forms stay in memory, for some
minutes and for the browser that sent them; passwords, codes, badges and files are left out.
"""

import secrets
import threading
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_security import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from msgspec import Struct
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from kiosk.devices.protocols import Clock
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.officers import refilling
from kiosk.web.desk.officers.refilling import Refilled
from kiosk.web.desk.officers.sessions import UNSENT

LASTS = timedelta(minutes=15)  # of a waiting form
MOST, LONGEST = 32, 64_000  # forms in memory (one more drops the oldest); characters of a form, names included
_TOKEN_LASTS = timedelta(days=1)  # for a page left open over night
_SALT, _WAITING = "wtf-csrf-token", "kiosk.unsent"  # Flask-WTF's salt for signing tokens; the extension's name
# Parts of the names of fields that are not kept.
_NEVER = ("csrf_token", "password", "code", "pin", "badge", "credential", "token", "secret")


class Unsent(Struct, frozen=True):
    """A form that waits: its account and ticket, the path it is sent to (`action`), the page it stood on, and its
    fields (name, text) in order.
    """

    account: int
    ticket: str
    action: str
    page: str
    fields: tuple[tuple[str, str], ...]
    kept_at: float  # seconds of the monotonic clock


class Waiting:
    """The forms that wait, at most one for each account, the oldest first. `clock` says when each expires; the lock is
    for the threads that make pages.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._forms: dict[int, Unsent] = {}

    def keep(self, account: int, action: str, page: str, fields: Sequence[tuple[str, str]]) -> str:
        """Keep a form, in place of the account's earlier one. Returns the ticket by which its browser asks for it."""
        unsent = Unsent(account, secrets.token_urlsafe(16), action, page, tuple(fields), self._clock.monotonic())
        with self._lock:
            self._end_old()
            self._forms.pop(account, None)
            while len(self._forms) >= MOST:
                del self._forms[next(iter(self._forms))]
            self._forms[account] = unsent
        return unsent.ticket

    def of(self, account: int, ticket: str) -> Unsent | None:
        """Return the form that waits for an account, if the browser's ticket is right; None for another ticket, or
        where none waits any more.
        """
        with self._lock:
            self._end_old()
            kept = self._forms.get(account)
        return kept if kept is not None and secrets.compare_digest(kept.ticket, ticket) else None

    def drop(self, account: int) -> None:
        """Forget the form that waits for an account."""
        with self._lock:
            self._forms.pop(account, None)

    def _end_old(self) -> None:
        """Forget the forms that have waited too long."""
        oldest = self._clock.monotonic() - LASTS.total_seconds()
        self._forms = {account: form for account, form in self._forms.items() if form.kept_at > oldest}


def is_for_officers() -> bool:
    """Tell whether this request is for a page that only officers reach: the decorator `needs` marks its view."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "needs")


def drawn_for() -> int | None:
    """Return the id of the account that this request's form was drawn for: it stands after the token's dot. None where
    the signature is wrong or older than a day, or the token names no account.
    """
    signed = URLSafeTimedSerializer(str(current_app.secret_key), salt=_SALT)
    try:
        token = str(signed.loads(request.form.get("csrf_token", ""), max_age=int(_TOKEN_LASTS.total_seconds())))
    except BadData:
        return None
    account = token.partition(".")[2]
    return int(account) if account.isdigit() else None


def keep(account: int | None) -> str:
    """Keep this request's form for an account, and its ticket in the session, in place of an earlier ticket; keep
    nothing for None, or of a form that is longer than `LONGEST`. Returns the page to lead back to, in any case.
    """
    page = _page()
    session.pop(UNSENT, None)
    fields = [(name, text) for name, text in request.form.items(multi=True) if is_kept(name)]
    if account is not None and sum(len(name) + len(text) for name, text in fields) <= LONGEST:
        session[UNSENT] = _waiting().keep(account, request.path, page, fields)
    return page


def is_kept(name: str) -> bool:
    """Tell whether a field with this name may be kept: none that may hold a secret."""
    return not any(part in name.casefold() for part in _NEVER)


def shown(page: str) -> Refilled | None:
    """Return a page with the signed-in officer's waiting form filled in; None where none waits for this page. Called
    only where the session has a ticket, like `was_sent`.
    """
    kept = _waiting().of(current_user.id, str(session[UNSENT]))
    if kept is None or urlsplit(kept.page).path != request.path:
        return None
    return refilling.refill(str(page), request.path, kept.action, kept.fields)


def was_sent() -> None:
    """Forget the waiting form and its ticket if this request goes to the form's address."""
    kept = _waiting().of(current_user.id, str(session[UNSENT]))
    if kept is not None and kept.action == request.path:
        _waiting().drop(current_user.id)
        session.pop(UNSENT)


def _waiting() -> Waiting:
    """Return the application's own waiting forms; make the list at the first call."""
    _, clock = current_app.extensions[EXTENSION]
    waiting: Waiting = current_app.extensions.setdefault(_WAITING, Waiting(clock))
    return waiting


def _page() -> str:
    """Return the page on which this form stood, by the Referer header; without a page of the desk there, the nearest
    address above the form's own that is one, or `/`.
    """
    came, above = urlsplit(request.referrer or ""), request.path
    if came.netloc == request.host and _is_page(came.path):
        return f"{came.path}?{came.query}" if came.query else came.path
    while above != "/" and not _is_page(above):
        above = above.rpartition("/")[0] or "/"
    return above


def _is_page(path: str) -> bool:
    """Tell whether a path, opened by GET, is a page of the desk for officers; one that only redirects is none."""
    try:
        endpoint, _ = current_app.url_map.bind(request.host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return hasattr(current_app.view_functions[endpoint], "needs")
