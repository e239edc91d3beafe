"""Builds the desk's application: registers its areas, gives templates their words and formats,
turns errors into pages.
"""

import hashlib
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, render_template, request, send_from_directory
from flask_babel import Babel
from flask_security import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from kiosk import __version__
from kiosk.devices.protocols import MachineClock
from kiosk.domain.problems import Coded
from kiosk.errors import Busy, MachineError
from kiosk.exports import manual, payment_words
from kiosk.exports.formats import locale
from kiosk.home import Home
from kiosk.language import catalogues, codes, common
from kiosk.members.first_officer import FirstOfficer
from kiosk.store.officers import account_rows
from kiosk.web.desk import tree
from kiosk.web.desk.areas import AREAS, CALENDAR
from kiosk.web.desk.common import (
    calendar_sources,
    formats,
    frame,
    guards,
    labels,
    officer_names,
    paging,
    reads,
    request_rules,
    switched,
    timing,
)
from kiosk.web.desk.common.addresses import IsOwn, is_own
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.progress import Left
from kiosk.web.desk.common.words import house, in_page_language, language, name_languages, t, tn, told
from kiosk.web.desk.duties import area_counts, todo
from kiosk.web.desk.first_hour import first_account
from kiosk.web.desk.narrow_tables import NarrowTables, as_cards
from kiosk.web.desk.officers import accounts, sessions

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_FONTS = _HERE.parent / "screen" / "static" / "fonts"
LARGEST_REQUEST = 2 << 20  # an import of some thousand members


class DeskApp(Flask):
    """A Flask that does not log an error by its path, because some paths are secret. `_failed` logs the endpoint
    instead.
    """

    def log_exception(self, exc_info: object) -> None:
        """Log nothing: `_failed` handles and logs every error."""


def create_app(
    home: Home,
    clock: MachineClock,
    secret: bytes,
    hosts: list[str],
    vouched: Callable[[], bool] = lambda: True,
    is_own: IsOwn = is_own,
    set_at: Callable[[], int] = lambda: 0,
) -> Flask:
    """Return the desk's application.

    `secret` signs sessions and links; `hosts` are the names that the desk answers to; `vouched` tells whether the
    clock's source (NTP or a battery) stands for it, and `set_at` returns a value that changes each time the source sets
    it; `is_own` tells whether an address is this machine's.
    """
    app = DeskApp(__name__)
    app.config.update(
        SECRET_KEY=hashlib.blake2b(secret, person=b"session").hexdigest(),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_PARTS=5000,  # fields of one form
        SESSION_COOKIE_NAME="__Host-desk",  # browsers let no other host or port set it
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=True,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        SEND_FILE_MAX_AGE_DEFAULT=None,  # `guards` sets how long a browser may keep an answer
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # the proxy's name is checked by `guards`
        ZONE=home.config.zone,
        HOUSE=home.config.language,
        **accounts.settings(secret),
    )
    app.extensions[EXTENSION] = home, timing.PageClock(clock)
    app.extensions[first_account.EXTENSION] = FirstOfficer.of(home, clock, secret)
    app.extensions[calendar_sources.EXTENSION] = CALENDAR
    app.extensions[timing.EXTENSION] = timing.DeskTime(home, clock, vouched, set_at)
    guards.install(app, hosts, is_own, at_a_door=home.config.real)
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: locale(language()), timezone_selector=lambda: home.config.time_zone)
    request_rules.install(app, timing.PageClock(clock))  # before anything that reads for a page
    accounts.install(app, home, clock, secret)
    reads.install(app)  # logs each page about a member
    area_counts.install(app)  # forgets what navigation counted, once a request may have changed something
    _around(app, home)
    for area in AREAS:
        app.register_blueprint(area)
    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/fonts/<path:name>", "font", lambda name: send_from_directory(_FONTS, name))
    app.register_error_handler(Exception, _failed)
    app.register_error_handler(Left, lambda _left: ("", 204))  # a download was given up: there is nothing to show
    app.register_error_handler(CSRFError, sessions.leading_back(home.store, clock, _failed))
    return app


def _around(app: Flask, home: Home) -> None:
    """Give every template its functions, filters and values."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(NarrowTables)
    app.jinja_env.globals.update(
        t=t,
        tn=tn,
        common=common,
        codes=codes,
        worded=lambda words, code: codes.say(words, code, language()),  # a stored code in the page's language
        in_page_language=in_page_language,
        name_languages=name_languages,
        house=house,
        icon=_icon,
        may=may,
        May=May,
        language=language,
        languages=catalogues,
        clock_banner=timing.banner,
        turned_on=switched.on,  # whether a rule is on
        unplaced=labels.unplaced,  # errors that stand beside none of the page's fields
        again=paging.again,  # this page's URL with another query
        shown_again=sessions.shown_again,  # what was typed before the session ended
        new_key=lambda: uuid.uuid4().hex,
        static_version=_version(),
    )
    app.jinja_env.filters.update(
        euros=formats.euros,
        day=formats.day_text,
        hour=formats.hour,
        number=formats.number,
        officer=officer_names.called,
        as_cards=as_cards,
        beside=lambda text: payment_words.in_words(text, language()),  # what was noted of a payment, such as a cheque
    )

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        """Return what every template may use."""
        return {
            **(_navigation() if current_user.is_authenticated else {}),
            "frame_place": frame.place() if current_user.is_authenticated else frame.Place(),
            "training": home.training,
            "signed_in": current_user.is_authenticated,
            "officer": current_user,
            "colon": t(common.COLON),
        }


def _navigation() -> dict[str, Any]:
    """Return what navigation shows: the officer's areas, the current one, and the acts that are one click away on every
    page.
    """
    # A form with errors names in `g.page` the page that it draws again.
    endpoint, asked = g.get("page") or request.endpoint or "", {**request.args.to_dict(), **(request.view_args or {})}
    current = tree.area_of(endpoint, asked)
    areas = tree.shown(current, todo.by_area())
    return {
        "areas": areas,
        "area_on_a_telephone": tree.ON_A_TELEPHONE,
        "current_entry": tree.entry_of(current, endpoint, asked),
        "frame_acts": [entry for entry in tree.ACTS if entry.is_here()],
        "evacuation": tree.EVACUATION if tree.EVACUATION.is_here() else None,
    }


@cache
def _icon(name: str) -> Markup:
    """Return a vendored icon as inline SVG, hidden from screen readers."""
    text = (_HERE / "static" / "icons" / f"{name}.svg").read_text("utf-8")
    picture = text[text.index("<svg") :].replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    return Markup(picture)  # noqa: S704  # our own vendored files


def _version() -> str:
    """Return 12 digits of a digest of the static files, which their URLs carry so that browsers fetch changed ones.
    Files in folders below, such as icons, do not count.
    """
    digest = hashlib.sha256()
    for file in sorted(_HERE.glob("static/*.*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _healthz() -> tuple[Response, int]:
    """Answer programs that watch the desk whether it can read its database: 200 if so, or 503."""
    home, _ = current_app.extensions[EXTENSION]
    try:
        with home.store.reading():
            state = "ok"
    except MachineError:
        state = "fault"
    return jsonify(ok=state == "ok", database=state, version=__version__), 200 if state == "ok" else 503


def _failed(error: Exception) -> tuple[str, int] | Response:
    """Return an error as a page in plain words: what happened, and that nothing is half done. A status of 500 or more
    is logged. An HTTP error that carries a whole answer, as a redirect does, is answered by it.
    """
    if isinstance(error, HTTPException) and error.response is not None:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's own, complete
    error = getattr(error, "original_exception", None) or error  # the exception behind Flask's error 500
    status, code, says = _error_words(error)
    if status >= 500 or code == account_rows.CHANGED:
        accounts.undo()  # else Flask-Security would commit what the failed request began
    if status >= 500:
        _log.error("the desk could not answer %s", request.endpoint, exc_info=error)
    page = render_template(
        "error.html", status=status, code=code, says=says, back=_before(), in_the_manual=manual.errors()
    )
    return page, status


def _before() -> str:
    """Return the path and query of this desk's page that led here, for a link back; an empty text where there is none,
    or where it is this page itself.
    """
    came = urlsplit(request.referrer or "")
    asked = urlsplit(request.url)
    if came.netloc != asked.netloc or came.scheme not in ("http", "https"):
        return ""
    path = f"{came.path}?{came.query}" if came.query else came.path
    is_this = request.method == "GET" and (came.path, came.query) == (asked.path, asked.query)
    return "" if is_this or path.startswith("//") else path  # a browser reads "//name" as another host


def _error_words(error: Exception) -> tuple[int, str, str]:
    """Return how an error is answered: its HTTP status, its code, and its sentence, which is empty where the page has
    one of its own.
    """
    if isinstance(error, HTTPException):
        return error.code or 500, str(error.code), ""
    if isinstance(error, DBAPIError):
        return 503, "database", ""
    if isinstance(error, Busy):
        return 429, error.code, told(error)
    if isinstance(error, Coded):
        status = 409 if error.code == account_rows.CHANGED else 400  # 409: another request was first
        return 503 if isinstance(error, MachineError) else status, error.code, told(error)
    return 500, "fault", ""
