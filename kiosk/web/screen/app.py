"""Serves the screen over HTTP: the page, its cards by long poll, touches, and how the entrance is.

Views read the board, ask the one use-case they are given, and render; they decide nothing and write nothing. No names,
no sessions, no cookies: the page knows what the board shows, and no more.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, render_template, request
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.checkin.specs.lists import REFUSALS
from kiosk.devices.protocols import Clock
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.seen import Seen, is_possible
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.health.entrance_health import Health
from kiosk.language import catalogues
from kiosk.language.catalogues import Language, language_of
from kiosk.web.screen import aids, faces, failing, formats, icons, idle_faces, texts
from kiosk.web.screen.board import POLL_SECONDS, Board, View
from kiosk.web.screen.faces import Face, Place
from kiosk.web.screen.guards import AllowedHosts, secure
from kiosk.web.screen.heard import heard
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.serving import DISCONNECTED
from kiosk.web.screen.words import price_words, purchase_words

_log = logging.getLogger(__name__)

_COME_BACK_SECONDS = 2
_LARGEST_REQUEST = 4096
_LONGEST_TICKET = 200
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_HERE = Path(__file__).parent


class _Views:
    """The views, and all they know."""

    def __init__(
        self,
        *,
        board: Board,
        health: Callable[[], Health],
        exercise: Callable[[], None],
        touch: Callable[[Seen, Act, str], None],
        begin: Callable[[Seen, Act], None],
        hold: Callable[[Seen], None],
        close: Callable[[Seen], None],
        instead_of: Callable[[str, CardKind], None],
        clock: Clock,
        zone: ZoneInfo,
        language: Language,
        training: bool,
        idle: Callable[[], IdleFacts],
        manner: Manner,
    ) -> None:
        self._board = board
        self._health = health
        self._exercise = exercise
        self._touch = touch
        self._begin = begin
        self._hold = hold
        self._close = close
        self._instead_of = instead_of
        self._clock = clock
        self._zone = zone
        self._language = language
        self._training = training
        self._idle = idle
        self._manner = manner
        self._simulated: bool | None = None
        # Read once: what is on a screen must not need a disk that fails.
        self._font = _font()
        self.assets = _fingerprint()

    def page(self) -> str:
        """The one page. It has the present state in it already; its script keeps it so."""
        language = self._asked_language()
        return render_template(
            "page.html",
            assets=self.assets,
            font=self._font,
            language=language,
            title=texts.PAGE_TITLE.to(language),
            face=self._face(self._board.now(), language),
            troubles=[self._trouble(each) for each in failing.at_hand(language)],
            words=texts,
            scan_seconds=self._manner.scan_seconds,
        )

    def card(self) -> Response:
        """The state that follows number `since` of start `boot`, waited for; or the present one, drawn afresh.

        `wait` says for how many seconds at most: an answer that is late by more tells the page that nobody is there.
        An idle screen is drawn again at each full minute, for its clock. 205: the card goes on. 204: ask again in two
        seconds.
        """
        local = self._local()
        wait = request.args.get("wait", POLL_SECONDS, type=float)
        wait = min(wait, POLL_SECONDS) if wait >= 0 else POLL_SECONDS  # no number is none
        seconds = min(wait, idle_faces.turns_in(self._idle(), local), 60.02 - local.second - local.microsecond / 1e6)
        gone = request.environ.get(DISCONNECTED, lambda: False)
        view = self._board.wait(*_known(), seconds, gone)
        if view is None:
            return Response(status=204, headers={"Retry-After": str(_COME_BACK_SECONDS)})
        if view.card is not None and self._board.is_current(*_known()):
            return Response(status=205)
        face = self._face(view, self._asked_language())
        return jsonify(
            number=view.number,
            card=view.card_number,
            strange=view.is_strange,
            at=view.at,
            boot=view.boot,
            assets=self.assets,
            state=face.code,
            language=face.language,
            html=render_template("face.html", face=face, words=texts),
            heard=heard(face),
            urgent=face.look.role == "alert",
            trouble=self._brought(self._asked_language()),
            stays_seconds=view.left_seconds,
            of_seconds=view.of_seconds,
            falls_back=view.by_badge,
        )

    def _brought(self, language: Language) -> str | None:
        """What the page shows when nobody answers any more, in a language in which it did not have that from the start:
        no other language is read before somebody chooses it.
        """
        if language in failing.at_hand(self._language):
            return None
        return render_template("face.html", face=self._trouble(language), words=texts)

    def _trouble(self, language: Language) -> Face:
        return self._mannered(faces.trouble(self._place(language)))

    def touch(self) -> Response:
        """Do what the card offers; the card that says so comes by the poll, whatever became of it.

        The ticket is made for one card, cannot be guessed and is shown to nobody but the page with the card: so it is
        the CSRF token too. Who has no such card before them has no ticket to send. A finger that aimed at another card
        does nothing, and the card stays as it is.
        """
        ticket, act = _text("ticket"), _text("act")
        if not (ticket.isascii() and 0 < len(ticket) <= _LONGEST_TICKET and act in list(Act)):
            raise RequestError("bad-request", "a touch needs the ticket of the card, and what it offers")
        seen = self._seen(ticket)
        try:
            self._touch(seen, Act(act), _text("value"))
        except Exception as error:
            too_late = isinstance(error, KioskError) and not isinstance(error, MachineError)
            over = CardKind.UNDO_OVER if act == Act.UNDO else CardKind.TOUCH_OVER
            if not (isinstance(error, KioskError) and error.code == "touch-missed"):
                self._instead_of(ticket, over if too_late else CardKind.FAULT)
            raise
        return Response(status=204)

    def begin(self) -> Response:
        """Begin a dialogue from the idle screen. A card that stands is in the way, so that nobody's is lost: only help
        may take its place, and only of the card on which it was touched.

        It comes from our own page only: the origin says so.
        """
        act, seen = _text("act"), self._seen()
        if act not in list(Act):
            raise RequestError("bad-request", "a dialogue begins with what the idle screen offers")
        self._begin(seen, Act(act))
        return Response(status=204)

    def hold(self) -> Response:
        """Keep a touched card to 30 s, here and on the server."""
        self._hold(self._seen())
        view = self._board.now()
        return jsonify(card=view.card_number, stays_seconds=view.left_seconds, of_seconds=view.of_seconds)

    def close(self) -> Response:
        """Take a card away before its time."""
        self._close(self._seen())
        return Response(status=204)

    def _seen(self, ticket: str = "") -> Seen:
        """What a finger tells of what it saw; whether that stands there still is the use-case's to say. Raises
        RequestError `bad-request` where it cannot have been seen.
        """
        language = _text("lang") if _text("lang") in catalogues.offered() else None
        seen = Seen(_number("card"), ticket, _moment("painted_at"), _moment("finger_at"), language)
        if not is_possible(seen, self._clock.monotonic()):
            raise RequestError("bad-request", "nobody can have touched this at that time")
        return seen

    def tone(self, name: str) -> Response:
        """The sound of a verdict, as loud as this screen is to be at this hour."""
        from kiosk.web.screen import tones  # many a screen makes no sound

        if name not in tones.TONES:
            raise RequestError("not-found", "there is no such tone")
        language = self._language_to_speak()
        wants = self._manner.voice or aids.step_of(request.args.get("aids")) is Aids.VOICE
        return Response(tones.sound(name, self._volume(), language if wants else None), mimetype="audio/wav")

    def sentence(self, name: str) -> Response:
        """A sentence that names a button or a page, as loud as this screen is to be at this hour."""
        from kiosk.web.screen import tones, voices  # many a screen makes no sound

        language = self._language_to_speak()
        if language is None or name not in voices.SENTENCES:
            raise RequestError("not-found", "there is no such sentence")
        return Response(tones.spoken(name, self._volume(), language), mimetype="audio/wav")

    def _language_to_speak(self) -> Language | None:
        asked = request.args.get("speaks", "")
        return asked if asked in catalogues.offered() and self._has_voice(asked) else None

    def healthz(self) -> tuple[Response, int]:
        """How the entrance is; once it has tried what it falls back to, where that is asked for. Nothing personal is in
        it.
        """
        if request.args.get("exercise"):
            self._exercise()
        health = self._health()
        facts = health.facts() | {"idle_seconds": round(self._board.idle_seconds())}
        return jsonify(facts), 200 if health.ok else 503

    def metrics(self) -> Response:
        """How the entrance is, in numbers for Prometheus."""
        from kiosk.health import metrics  # few homes ask

        return Response(metrics.text(metrics.of_health(self._health())), content_type=metrics.MEDIA_TYPE)

    def _face(self, view: View, language: Language) -> Face:
        return self._aided(self._plain(view, language))

    def _plain(self, view: View, language: Language) -> Face:
        place = self._place(self._language if view.by_badge else language)
        face = faces.face(view, self._health, place, self._zone)
        if view.card is not None:
            return self._mannered(replace(face, tone=self._tone(view.card)))
        if face.top:
            return idle_faces.dressed(face, self._idle(), place, self._manner)
        return self._mannered(face)

    def _aided(self, face: Face) -> Face:
        """A face as whoever stands there wants to read or hear it."""
        has_voice = bool(self._volume()) and self._has_voice(face.language)
        most = Aids.VOICE if has_voice else Aids.CONTRAST
        step = min(max(aids.step_of(request.args.get("aids")), face.aided), most)
        speaks = bool(face.tone) and has_voice and (self._manner.voice or step is Aids.VOICE)
        return aids.aided(replace(face, speaks=speaks), step, most)

    def _tone(self, card: Card) -> str:
        """The name of a card's tone; nothing where there is to be none."""
        if not self._volume():
            return ""
        from kiosk.web.screen import tones

        return tones.of_card(card)

    def _has_voice(self, language: Language) -> bool:
        from kiosk.web.screen import voices  # many a screen makes no sound

        return voices.speaks(language)

    def _mannered(self, face: Face) -> Face:
        return replace(face, manners=self._manner.classes)

    def _volume(self) -> int:
        if not self._manner.volume or self._idle().quiet:
            return 0
        return max(1, self._manner.volume // 2) if self._training else self._manner.volume

    def _place(self, language: Language) -> Place:
        if self._simulated is None:  # settled when the entrance starts
            self._simulated = self._health().door_simulated
        return Place(language, self._local(), self._training, self._simulated, self._idle().phone)

    def _local(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _asked_language(self) -> Language:
        return language_of(request.args.get("lang"), self._language)


def create_app(
    *,
    board: Board,
    health: Callable[[], Health],
    touch: Callable[[Seen, Act, str], None],
    begin: Callable[[Seen, Act], None],
    hold: Callable[[Seen], None],
    close: Callable[[Seen], None],
    instead_of: Callable[[str, CardKind], None],
    clock: Clock,
    zone: ZoneInfo,
    language: str,
    port: int,
    training: bool,
    idle: Callable[[], IdleFacts] = IdleFacts,
    manner: Manner | None = None,
    exercise: Callable[[], None] = lambda: None,
) -> Flask:
    """The screen's application. `touch` does what a card offers, shows the card that says so, or raises; `begin` begins
    a dialogue without a badge. `idle` tells what the idle screen shows of the place, `manner` how this screen is set.

    `port` is the one its pages come from: requests for another host, or from another origin, are refused.
    """
    own = language_of(language, "fr")
    views = _Views(
        board=board,
        health=health,
        exercise=exercise,
        touch=touch,
        begin=begin,
        hold=hold,
        close=close,
        instead_of=instead_of,
        clock=clock,
        zone=zone,
        language=own,
        training=training,
        idle=idle,
        manner=manner or Manner(),
    )
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    icons.read_all()
    app.jinja_env.globals["icon"] = icons.icon
    app.jinja_env.globals["formats"] = formats
    app.jinja_env.globals["refusals"] = REFUSALS
    app.jinja_env.globals["languages"] = catalogues
    app.jinja_env.globals["account_words"] = _account_words
    app.jinja_env.globals["floor_words"] = _floor_words
    app.jinja_env.globals["event_words"] = _event_words
    app.jinja_env.globals["purchases"] = purchase_words
    app.jinja_env.globals["prices"] = price_words
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
    app.register_error_handler(Exception, lambda error: failing.answer(error, own, views.assets))
    return app


def _floor_words() -> ModuleType:
    """What draws the plan, imported with its first page."""
    from kiosk.web.screen.words import floor_words

    return floor_words


def _account_words() -> ModuleType:
    """The words of members' own pages: imported with the first of these, as their use-cases are."""
    from kiosk.web.screen.words import account_words

    return account_words


def _event_words() -> ModuleType:
    """The words of events: the same."""
    from kiosk.web.screen.words import event_words

    return event_words


def _secured(response: Response) -> Response:
    keep = request.endpoint == "static" and response.status_code in (200, 304) and "v" in request.args
    return secure(response, keep=keep)


def _known() -> tuple[int, str]:
    """The state that the page has: its number, and of which start."""
    return request.args.get("since", -1, type=int), request.args.get("boot", "")


def _fields() -> dict[str, Any]:
    fields = request.get_json(silent=True) if request.is_json else request.form
    return dict(fields) if isinstance(fields, dict) else {}


def _text(name: str) -> str:
    value = _fields().get(name)
    return value if isinstance(value, str) else ""


def _number(name: str) -> int:
    value = str(_fields().get(name))
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise RequestError("bad-request", "{kind} must be a whole number", kind=name)
    return int(value)


def _moment(name: str) -> float:
    """A time that the page reckons, in the server's monotonic seconds."""
    given = _fields().get(name)
    if isinstance(given, bool) or not (isinstance(given, int | float) or _SECONDS.fullmatch(str(given))):
        raise RequestError("bad-request", "{kind} must be seconds", kind=name)
    return given if isinstance(given, int) else float(str(given))


@cache
def _fingerprint() -> str:
    """A name for this release's script, style and templates: a page of another one loads itself again."""
    digest = hashlib.sha256()
    for file in sorted([*_HERE.glob("static/*.*"), *_HERE.glob("templates/**/*.html")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _font() -> str:
    """The font's address exactly as the style sheet has it, to be fetched before the style sheet asks."""
    css = (_HERE / "static" / "screen.css").read_text("utf-8")
    return "/static/" + css.partition('url("')[2].partition('"')[0]
