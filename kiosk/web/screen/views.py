"""Holds the screen's views: the page, its cards by long poll, touches, sounds, and the entrance's health.

Views read the board, call the one use-case they are given, and render; they decide nothing and write nothing. There are
no sessions and no cookies: the page knows what the board shows, and no more.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response, jsonify, render_template, request
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.devices.protocols import Clock
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.seen import Seen, is_possible
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.health.entrance_health import Health
from kiosk.language import catalogues
from kiosk.language.catalogues import Language, language_of
from kiosk.web.screen import aids, faces, failing, idle_faces, page_request, texts
from kiosk.web.screen.board import POLL_SECONDS, Board, View
from kiosk.web.screen.faces import Face, Place
from kiosk.web.screen.heard import heard
from kiosk.web.screen.idle_faces import Manner
from kiosk.web.screen.serving import DISCONNECTED

_COME_BACK_SECONDS = 2  # until the page asks again, where no poll can wait
_LONGEST_TICKET = 200  # characters, several times what a ticket has: a longer text is no ticket
_HERE = Path(__file__).parent


class Fingers(Struct, frozen=True):
    """What a finger can do, each as `kiosk.checkin.tap.CheckIn` does it: it shows the card that follows, or raises.

    `touch` does an act of the present card, with the value that was chosen; `begin` one of the idle screen; `hold`
    keeps a card for longer, `close` ends it. `instead_of` shows a card of a kind in the place of the one with this
    ticket, to say why its act failed.
    """

    touch: Callable[[Seen, Act, str], None]
    begin: Callable[[Seen, Act], None]
    hold: Callable[[Seen], None]
    close: Callable[[Seen], None]
    instead_of: Callable[[str, CardKind], None]


class Views(Struct, kw_only=True, dict=True):
    """The views, and all that they need. `idle` returns what the idle screen shows of the place; `manner` is what
    kiosk.toml sets for this screen (hand, contrast, volume); `exercise` tries what the entrance uses in a failure.
    """

    board: Board
    health: Callable[[], Health]
    fingers: Fingers
    clock: Clock
    zone: ZoneInfo
    language: str = "fr"
    training: bool = False
    idle: Callable[[], IdleFacts] = IdleFacts
    manner: Manner = Manner()
    exercise: Callable[[], None] = lambda: None

    @cached_property
    def _own(self) -> Language:
        """Return the language that this screen is set to."""
        return language_of(self.language, "fr")

    @cached_property
    def _simulated(self) -> bool:
        """Tell whether the door is simulated, which is settled when the entrance starts."""
        return self.health().door_simulated

    def page(self) -> str:
        """Return the screen's one page. It holds the present state already; its script keeps it up to date."""
        language = self._asked_language()
        return render_template(
            "page.html",
            assets=fingerprint(),
            font=font(),
            language=language,
            title=texts.PAGE_TITLE.to(language),
            face=self._face(self.board.now(), language),
            troubles=[self._trouble(spoken) for spoken in failing.at_hand(language)],
            words=texts,
            scan_seconds=self.manner.scan_seconds,
        )

    def card(self) -> Response:
        """Return the state that follows number `since` of start `boot`, or the present one, drawn afresh, after
        waiting.

        `wait` is for how many seconds at most: an answer that comes even later tells the page that the server is away.
        An idle screen is drawn again at each full minute, for its clock. 205 means that the card stays, 204 that the
        page asks again in two seconds.
        """
        local = self._local()
        wait = request.args.get("wait", POLL_SECONDS, type=float)
        wait = min(wait, POLL_SECONDS) if wait >= 0 else POLL_SECONDS  # for "nan", too
        # The shortest of three: the page's own limit, the idle screen's next fact, the next full minute and a little.
        seconds = min(wait, idle_faces.turns_in(self.idle(), local), 60.02 - local.second - local.microsecond / 1e6)
        gone = request.environ.get(DISCONNECTED, lambda: False)
        view = self.board.wait(*page_request.known(), seconds, gone)
        if view is None:
            return Response(status=204, headers={"Retry-After": str(_COME_BACK_SECONDS)})
        if view.card is not None and self.board.is_current(*page_request.known()):
            return Response(status=205)
        face = self._face(view, self._asked_language())
        return jsonify(
            number=view.number,
            card=view.card_number,
            strange=view.is_strange,  # the page ignores fingers for a moment: they may be meant for the card before
            at=view.at,  # by which the page tells its moments in the server's time
            boot=view.boot,
            assets=fingerprint(),
            state=face.code,
            language=face.language,
            html=render_template("face.html", face=face, words=texts),
            heard=heard(face),
            urgent=face.look.role == "alert",
            trouble=self._trouble_html(self._asked_language()),
            stays_seconds=view.left_seconds,
            of_seconds=view.of_seconds,
            falls_back=view.by_badge,  # the page goes back to the screen's own language
        )

    def _trouble_html(self, language: Language) -> str | None:
        """Return the HTML that the page shows when the server no longer answers, in the chosen language. None for the
        languages that the page holds from the start (French, English, the screen's own); others come when chosen.
        """
        if language in failing.at_hand(self._own):
            return None
        return render_template("face.html", face=self._trouble(language), words=texts)

    def _trouble(self, language: Language) -> Face:
        """Return the face of a page that cannot reach the entrance."""
        return self._mannered(faces.trouble(self._place(language)))

    def touch(self) -> Response:
        """Do what the card offers. The card that answers comes by the poll: where the act was refused, one that says
        that its time is over; where the machine or the program failed, one of a fault.

        The ticket is made for one card, cannot be guessed and is shown to the page with that card alone, so it serves
        as the CSRF token, too. A finger that aimed at another card does nothing, and the card stays as it is.
        """
        ticket, act = page_request.text("ticket"), page_request.text("act")
        if not (ticket.isascii() and 0 < len(ticket) <= _LONGEST_TICKET and act in list(Act)):
            raise RequestError("bad-request", "a touch needs the ticket of the card, and what it offers")
        seen = self._seen(ticket)
        try:
            self.fingers.touch(seen, Act(act), page_request.text("value"))
        except Exception as error:
            too_late = isinstance(error, KioskError) and not isinstance(error, MachineError)
            over = CardKind.UNDO_OVER if act == Act.UNDO else CardKind.TOUCH_OVER
            if not (isinstance(error, KioskError) and error.code == "touch-missed"):  # missed: aimed at another card
                self.fingers.instead_of(ticket, over if too_late else CardKind.FAULT)
            raise
        return Response(status=204)

    def begin(self) -> Response:
        """Begin a dialogue from the idle screen. A card that is shown is not replaced, since it may be another
        person's; only help replaces it, and only from the card on which it was touched.

        No ticket is needed, because the Origin header shows that the request comes from this screen's own page.
        """
        act, seen = page_request.text("act"), self._seen()
        if act not in list(Act):
            raise RequestError("bad-request", "a dialogue begins with what the idle screen offers")
        self.fingers.begin(seen, Act(act))
        return Response(status=204)

    def hold(self) -> Response:
        """Keep a touched card for 30 s, on the page and on the server."""
        self.fingers.hold(self._seen())
        view = self.board.now()
        return jsonify(card=view.card_number, stays_seconds=view.left_seconds, of_seconds=view.of_seconds)

    def close(self) -> Response:
        """Close a card before its time."""
        self.fingers.close(self._seen())
        return Response(status=204)

    def _seen(self, ticket: str = "") -> Seen:
        """Return what the page knew when the finger touched it; the use-case decides whether that still stands. Raises
        RequestError `bad-request` where the page cannot have shown it at that time.
        """
        language = page_request.text("lang") if page_request.text("lang") in catalogues.offered() else None
        seen = Seen(
            page_request.number("card"),
            ticket,
            page_request.moment("painted_at"),
            page_request.moment("finger_at"),
            language,
        )
        if not is_possible(seen, self.clock.monotonic()):
            raise RequestError("bad-request", "nobody can have touched this at that time")
        return seen

    def tone(self, name: str) -> Response:
        """Return the sound of a verdict, as loud as this screen is at this hour."""
        from kiosk.web.screen import tones  # many a screen makes no sound

        if name not in tones.TONES:
            raise RequestError("not-found", "there is no such tone")
        language = self._language_to_speak()
        wants = self.manner.voice or aids.step_of(request.args.get("aids")) is Aids.VOICE
        return Response(tones.sound(name, self._volume(), language if wants else None), mimetype="audio/wav")

    def sentence(self, name: str) -> Response:
        """Return a sentence that names a button or a page, as loud as this screen is at this hour."""
        from kiosk.web.screen import tones, voices  # many a screen makes no sound

        language = self._language_to_speak()
        if language is None or name not in voices.SENTENCES:
            raise RequestError("not-found", "there is no such sentence")
        return Response(tones.spoken(name, self._volume(), language), mimetype="audio/wav")

    def _language_to_speak(self) -> Language | None:
        """Return the language asked for where it is offered and has recordings; None elsewhere."""
        language = request.args.get("speaks", "")
        return language if language in catalogues.offered() and self._has_voice(language) else None

    def healthz(self) -> tuple[Response, int]:
        """Return the entrance's health as JSON, without personal data; 503 where something is wrong. With `exercise`
        the entrance first tries what it falls back to.
        """
        if request.args.get("exercise"):
            self.exercise()
        health = self.health()
        facts = health.facts() | {"idle_seconds": round(self.board.idle_seconds())}
        return jsonify(facts), 200 if health.ok else 503

    def metrics(self) -> Response:
        """Return the entrance's health in numbers, for Prometheus."""
        from kiosk.health import metrics  # few homes ask

        return Response(metrics.text(metrics.of_health(self.health())), content_type=metrics.MEDIA_TYPE)

    def _face(self, view: View, language: Language) -> Face:
        """Return the face of what is shown, in size, contrast and voice as they were chosen."""
        return self._aided(self._plain(view, language))

    def _plain(self, view: View, language: Language) -> Face:
        """Return the face of the moment, before size, contrast and voice are applied."""
        place = self._place(self._own if view.by_badge else language)
        face = faces.face(view, self.health, place, self.zone)
        if view.card is not None:
            return self._mannered(replace(face, tone=self._tone(view.card)))
        if face.top:  # only idle faces have the status bar
            return idle_faces.dressed(face, self.idle(), place, self.manner)
        return self._mannered(face)

    def _aided(self, face: Face) -> Face:
        """Return a face at the step of aids that the page asks with, or the higher one that the member saved; a screen
        without sound or recordings ends at more contrast.
        """
        has_voice = bool(self._volume()) and self._has_voice(face.language)
        most = Aids.VOICE if has_voice else Aids.CONTRAST
        step = min(max(aids.step_of(request.args.get("aids")), face.aided), most)
        speaks = bool(face.tone) and has_voice and (self.manner.voice or step is Aids.VOICE)
        return aids.aided(replace(face, speaks=speaks), step, most)

    def _tone(self, card: Card) -> str:
        """Return the name of a card's tone; an empty text where the screen is silent."""
        if not self._volume():
            return ""
        from kiosk.web.screen import tones

        return tones.of_card(card)

    def _has_voice(self, language: Language) -> bool:
        """Tell whether there are recordings in a language."""
        from kiosk.web.screen import voices  # many a screen makes no sound

        return voices.speaks(language)

    def _mannered(self, face: Face) -> Face:
        """Return a face drawn as the settings say: the reader's side, contrast, size of the text."""
        return replace(face, manners=self.manner.classes)

    def _volume(self) -> int:
        """Return the volume from 0 to 100: none in quiet hours; in training half of it, at least 1."""
        if not self.manner.volume or self.idle().quiet:
            return 0
        return max(1, self.manner.volume // 2) if self.training else self.manner.volume

    def _place(self, language: Language) -> Place:
        """Return where and when a face is drawn, in a language."""
        return Place(language, self._local(), self.training, self._simulated, self.idle().phone)

    def _local(self) -> datetime:
        """Return the present moment in the space's time zone."""
        return self.clock.now().astimezone(self.zone)

    def _asked_language(self) -> Language:
        """Return the language that the page asks for; the screen's own where it asks for none that is known."""
        return language_of(request.args.get("lang"), self._own)


@cache
def fingerprint() -> str:
    """Return a name for this release's script, style and templates: a page of another release reloads itself."""
    digest = hashlib.sha256()
    for file in sorted([*_HERE.glob("static/*.*"), *_HERE.glob("templates/**/*.html")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def font() -> str:
    """Return the font's address exactly as the style sheet has it, so that it is fetched before the
    style sheet asks.
    """
    css = (_HERE / "static" / "screen.css").read_text("utf-8")
    return "/static/" + css.partition('url("')[2].partition('"')[0]
