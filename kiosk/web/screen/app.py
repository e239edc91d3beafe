"""Serves the screen over HTTP: its routes, what its templates know, and how failures are answered."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

from flask import Flask, Response, request

from kiosk.checkin.specs.lists import REFUSALS
from kiosk.language import catalogues
from kiosk.language.catalogues import language_of
from kiosk.web.screen import failing, formats, icons
from kiosk.web.screen.guards import AllowedHosts, secure
from kiosk.web.screen.views import Views, fingerprint, font
from kiosk.web.screen.words import price_words, purchase_words

_LARGEST_REQUEST = 4096  # bytes: a touch sends an act, a ticket and a short value


def create_app(views: Views, port: int) -> Flask:
    """Return the screen's application. `port` is the one it is served on: requests for another host or from another
    origin are refused. Words of pages that are rarely shown are imported with the first of them.
    """
    own = language_of(views.language, "fr")
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    for read_once in (icons.read_all, font, fingerprint):  # so that the screen works when the disk fails
        read_once()
    app.jinja_env.globals.update(
        icon=icons.icon,
        formats=formats,
        refusals=REFUSALS,
        languages=catalogues,
        account_words=_account_words,
        floor_words=_floor_words,
        event_words=_event_words,
        purchases=purchase_words,
        prices=price_words,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for path, view, method in (
        ("/", views.page, "GET"),
        ("/card", views.card, "GET"),
        ("/healthz", views.healthz, "GET"),
        ("/metrics", views.metrics, "GET"),
        ("/tone/<name>.wav", views.tone, "GET"),
        ("/says/<name>.wav", views.sentence, "GET"),
        ("/touch", views.touch, "POST"),
        ("/begin", views.begin, "POST"),
        ("/hold", views.hold, "POST"),
        ("/close", views.close, "POST"),
    ):
        app.add_url_rule(path, view_func=cast("Callable[..., Any]", view), methods=[method])
    neighbours = AllowedHosts(port)
    app.before_request(lambda: neighbours.check(request))
    app.after_request(_secured)
    app.register_error_handler(Exception, lambda error: failing.answer(error, own, fingerprint()))
    return app


def _floor_words() -> ModuleType:
    """Import and return the words of the plan, with its first page."""
    from kiosk.web.screen.words import floor_words

    return floor_words


def _account_words() -> ModuleType:
    """Import and return the words of members' own pages, with the first of these, as their use-cases are."""
    from kiosk.web.screen.words import account_words

    return account_words


def _event_words() -> ModuleType:
    """Import and return the words of events, with their first page."""
    from kiosk.web.screen.words import event_words

    return event_words


def _secured(response: Response) -> Response:
    """Return an answer with the security headers; versioned static files may be cached."""
    keep = request.endpoint == "static" and response.status_code in (200, 304) and "v" in request.args
    return secure(response, keep=keep)
