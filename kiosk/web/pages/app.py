"""Draws the members' pages: asks the desk at each request, and keeps nothing of the answer.

A telephone shows one cookie, the *bearer*, which is handed to the desk unread; the desk decides what that telephone may
see and do.
Without the cookie the page explains how to pair a telephone. No script runs in these pages.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from kiosk import __version__
from kiosk.errors import MachineError
from kiosk.language import catalogues
from kiosk.language.catalogues import Language, language_of
from kiosk.web.pages import guards, public, speech, words
from kiosk.web.pages.speech import Answered, File, House, Pairing, Refused, View

if TYPE_CHECKING:
    from kiosk.web.pages.api.answering import Api

log = logging.getLogger(__name__)
COOKIE = "__Host-kiosk"
COOKIE_SECONDS = 180 * 24 * 3600  # half a year
LARGEST_REQUEST = 8_192  # bytes
_FONTS = Path(__file__).parent.parent / "screen" / "static" / "fonts"
Ask = Callable[[speech.Question], Answered]  # puts a question to the desk


class _Views:
    """The views of the pages. They hold the function that asks the desk, and the house's name once it is known."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: House | None = None
        self._api: Api | None = None
        self._lock = threading.Lock()  # while `_api` is made
        self.public = public.PublicViews(
            ask, self._drawn, _language, guards.Pace(most=public.SENT, seconds=public.SECONDS)
        )

    def house(self) -> House:
        """Return the house's name and address, asked once because every page shows them. Raises MachineError
        `desk-away`.
        """
        if self._known is None:
            answer = self._ask(speech.AskHouse())
            if not isinstance(answer, House):
                raise MachineError("desk-away", "the desk does not say whose pages these are")
            self._known = answer
        return self._known

    def host(self) -> str:
        """Return the host name under which the pages are reached."""
        return urlsplit(self.house().address).netloc

    # --- the way in

    def first(self) -> str | AnyResponse:
        """Show a member's account; on a telephone without a cookie, how to pair it."""
        return self.page("account") if _bearer() else self.way_in()

    def way_in(self, says: str = "") -> str:
        """Show how a telephone is paired."""
        return self._drawn("way-in.html", _language(), says=says, public=self.public.menu())

    def behind(self, secret: str) -> str:
        """Show the page behind a QR code. Opening it pairs nothing yet, because programs that preview links open it,
        too.
        """
        return self._drawn("pair.html", _language(), secret=secret)

    def scan(self, secret: str) -> AnyResponse | str:
        """Start a pairing: the button on the page behind the QR code was pressed."""
        answer = self._ask(speech.Scan(language=_language(), secret=secret[:64], kind=_kind()))
        if isinstance(answer, Pairing) and answer.bearer:
            return _with_cookie(redirect(url_for("wait"), 303), answer.bearer)
        return self._over(answer)

    def wait(self) -> AnyResponse | str:
        """Show how far a pairing is: two digits, until they are typed on the screen (the page reloads by itself), or
        the field for a mailed code. A paired telephone goes on to its account, one whose pairing is over gets the
        reason.
        """
        answer = self._ask(speech.Wait(language=_language(), bearer=_bearer()))
        if not isinstance(answer, Pairing):
            return self._over(answer, asks_again=True)
        match answer.state:
            case "paired":
                return redirect(url_for("first"), 303)
            case "waits":
                return self._drawn("digits.html", answer.language, digits=answer.digits)
            case "code":
                return self._drawn("code.html", answer.language, says=answer.says)
        return self._over(answer)

    def ask_code(self) -> AnyResponse | str:
        """Ask for a code by mail, to the address that was typed."""
        address = request.form.get("address", "")[:300]
        answer = self._ask(speech.AskCode(language=_language(), address=address, kind=_kind()))
        if isinstance(answer, Pairing) and answer.bearer:
            return _with_cookie(redirect(url_for("wait"), 303), answer.bearer)
        return self._over(answer)

    def enter_code(self) -> AnyResponse | str:
        """Take the code that came by mail: the right one leads to the account, a wrong one to the same field again."""
        code = "".join(request.form.get("code", "").split())[:40]
        answer = self._ask(speech.EnterCode(language=_language(), bearer=_bearer(), code=code))
        if isinstance(answer, Pairing) and answer.state == "paired":
            return redirect(url_for("first"), 303)
        if isinstance(answer, Pairing) and answer.state == "code":
            return self._drawn("code.html", answer.language, says=answer.says)
        return self._over(answer)

    def _over(self, answer: Answered, *, asks_again: bool = False) -> AnyResponse:
        """Answer 403 with the page that no phone is paired and why, and delete the cookie. A fault of the desk ends no
        pairing: the cookie stays, and with `asks_again` the page reloads by itself.
        """
        if isinstance(answer, Refused) and answer.is_fault:
            return self._refused(answer, asks_again=asks_again)
        says = answer.says if isinstance(answer, Pairing | Refused) else ""
        page = self._drawn("over.html", answer.language, says=says)
        return _without_cookie(make_response(page, 403))

    # --- a member's

    def page(self, act: str) -> AnyResponse | str:
        """Show one of the member's pages."""
        value, flow = request.args.get("v", "")[:300], request.args.get("f", "")[:64]
        return self._shown(speech.Look(language=_language(), bearer=_bearer(), act=act[:40], value=value, flow=flow))

    def act(self, act: str) -> AnyResponse | str:
        """Do what a page offered, and show what follows."""
        value, flow = request.form.get("v", "")[:300], request.form.get("f", "")[:64]
        return self._shown(speech.Do(language=_language(), bearer=_bearer(), act=act[:40], value=value, flow=flow))

    def fetch(self, what: str) -> AnyResponse | str:
        """Send a paper that a page offered."""
        value, flow = request.form.get("v", "")[:300], request.form.get("f", "")[:64]
        return self._shown(speech.Fetch(language=_language(), bearer=_bearer(), what=what[:40], value=value, flow=flow))

    def _shown(self, question: speech.Question) -> AnyResponse | str:
        """Put a question about the member's pages to the desk, and draw its answer: a page, a file, or a refusal. A
        telephone that the desk does not know is shown how to pair; one that it knew loses its cookie.
        """
        answer = self._ask(question)
        match answer:
            case View():
                return self._drawn("view.html", answer.language, view=answer)
            case File():
                download = Response(answer.content, mimetype=answer.kind.partition(";")[0])
                download.headers["Content-Disposition"] = f'attachment; filename="{_plain(answer.name)}"'
                # A page of the member's data brings its own style; nothing else in a file may act.
                download.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
                return download
            case Refused(code=speech.UNPAIRED):
                return self.out(answer.says) if _bearer() else self.way_in(answer.says)
        return self._refused(answer)

    def _refused(self, answer: Answered, *, asks_again: bool = False) -> AnyResponse:
        """Return the page that says why something was not done: 503 for a fault of the desk, else 409."""
        says = answer.says if isinstance(answer, Refused) else ""
        status = 503 if isinstance(answer, Refused) and answer.is_fault else 409
        return make_response(self._drawn("refused.html", answer.language, says=says, asks_again=asks_again), status)

    def out(self, says: str) -> AnyResponse:
        """Show how to pair, to a telephone that is no longer paired, and delete its cookie."""
        return _without_cookie(make_response(self.way_in(says), 403))

    def _drawn(self, template: str, language: Language, **values: object) -> str:
        """Return a page from a template, with the house's name and the pages' words."""
        return render_template(template, house=self.house(), language=language, words=words, **values)

    def api(self, path: str) -> AnyResponse:
        """Answer a request for the API."""
        from kiosk.web.pages.api.answering import Api  # few houses have scripts

        with self._lock:
            self._api = self._api or Api(self._ask)
        return self._api.answer(path)

    def failed(self, error: Exception) -> tuple[str, int] | AnyResponse:
        """Return an error as a page, drawn without the desk: it does not answer, the address is unknown, or requests
        come too fast. A fault of the program is logged. Errors of the API are answered as problem details.
        """
        language, status = _language(), 503
        if request.path.startswith("/api"):
            from kiosk.web.pages.api import problems  # few houses have scripts

            return problems.of_error(error, language)
        if isinstance(error, HTTPException) and error.code is not None:
            status = error.code
        elif not isinstance(error, MachineError):
            log.error("members' pages failed at %s", request.endpoint, exc_info=error)
        title = words.AWAY if status >= 500 else words.TOO_FAST if status == 429 else words.NOT_HERE
        lead = words.NOT_HERE if status == 404 else words.AWAY_LEAD
        return render_template("away.html", language=language, title=title, lead=lead, words=words), status


def create_app(ask: Ask, pace: guards.Pace | None = None) -> Flask:
    """Return the application of the members' and public pages. `ask` puts a question to the desk, `pace` limits
    requests.
    """
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, SEND_FILE_MAX_AGE_DEFAULT=86_400)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["drawing"] = _drawing
    views = _Views(ask)
    guards.install(app, views.host, pace or guards.Pace())
    for rule, name, view, method in _RULES:
        app.add_url_rule(rule, name, getattr(views, view), methods=[method])
    views.public.add_to(app)
    app.add_url_rule("/fonts/<path:name>", "font", lambda name: send_from_directory(_FONTS, name))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(ok=True, version=__version__))
    app.add_url_rule("/api/<path:path>", guards.API, views.api, methods=_METHODS, provide_automatic_options=False)
    app.register_error_handler(Exception, views.failed)
    return app


# All methods reach the API, which refuses those that it does not have in its own words.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_RULES = (  # path, endpoint, the method of `_Views`, HTTP method
    ("/", "first", "first", "GET"),
    ("/p/<secret>", "behind", "behind", "GET"),
    ("/p/<secret>", "scan", "scan", "POST"),
    ("/wait", "wait", "wait", "GET"),
    ("/code", "ask_code", "ask_code", "POST"),
    ("/code/enter", "enter_code", "enter_code", "POST"),
    ("/m/<act>", "page", "page", "GET"),
    ("/m/<act>", "act", "act", "POST"),
    ("/papers/<what>", "fetch", "fetch", "POST"),
)


def _bearer() -> str:
    """Return the secret that the telephone's cookie holds; an empty text without a cookie."""
    return request.cookies.get(COOKIE, "")[:64]


def _with_cookie(response: AnyResponse, bearer: str) -> AnyResponse:
    """Set the cookie by which the telephone is known again."""
    response.set_cookie(COOKIE, bearer, max_age=COOKIE_SECONDS, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def _without_cookie(response: AnyResponse) -> AnyResponse:
    """Delete the telephone's cookie."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def _language() -> Language:
    """Return the offered language that the browser asks for; without one, the house's own."""
    return language_of(request.accept_languages.best_match(catalogues.offered()), catalogues.settled())


def _kind() -> str:
    """Return the kind of telephone that the browser names."""
    agent = request.headers.get("User-Agent", "")
    return "iphone" if "iPhone" in agent else "android" if "Android" in agent else "other"


def _plain(name: str) -> str:
    """Return a file's name with plain letters, digits and `-_.` only."""
    return "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_."))


def _drawing(svg: str) -> Markup:
    """Return an SVG drawing made by the desk as markup: no script can run in these pages."""
    return Markup(svg)  # noqa: S704  # the desk's own, of squares
