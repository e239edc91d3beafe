"""Draws the public pages: asks the desk each time, sets no cookie, and slows down an address that sends many forms."""

from collections.abc import Callable
from functools import partial

from flask import Flask, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.language.catalogues import Language
from kiosk.web.pages import guards, speech
from kiosk.web.pages.speech import Answered, Refused, Sheet

PATHS = {"work": "/venir", "let": "/louer", "agenda": "/agenda"}  # by the page's name at the desk
SENT, SECONDS = 12, 600.0  # forms from one address, accepted or not
FIELDS = 12  # of a form, that are read: as many as `speech.Send` takes
_LONGEST = 600  # characters of a field


class PublicViews:
    """The public views, with what they need: how to ask the desk, how to draw, and the language of a request."""

    def __init__(
        self,
        ask: Callable[[speech.Question], Answered],
        drawn: Callable[..., str],
        language: Callable[[], Language],
        pace: guards.Pace,
    ) -> None:
        self._ask = ask
        self._drawn = drawn
        self._language = language
        self._pace = pace

    def add_to(self, app: Flask) -> None:
        """Add the routes of the public pages and of links that come by mail."""
        for name, path in PATHS.items():
            app.add_url_rule(path, f"public_{name}", partial(self.see, name), methods=["GET"])
            app.add_url_rule(path, f"public_{name}_send", partial(self.send, name), methods=["POST"])
        app.add_url_rule("/d/<link>", "asked", self.opened, methods=["GET"])
        app.add_url_rule("/d/<link>", "asked_act", self.follow, methods=["POST"])

    def menu(self) -> list[speech.Choice]:
        """Return the public pages that the association shows, for the menu."""
        sheet = self._ask(speech.See(language=self._language(), page=""))
        return sheet.menu if isinstance(sheet, Sheet) else []

    def see(self, name: str) -> AnyResponse | str:
        """Show the public page of this name."""
        return self._shown(speech.See(language=self._language(), page=name, value=request.args.get("v", "")[:300]))

    def send(self, name: str) -> AnyResponse | str:
        """Send a public page's form to the desk, and show what it answers."""
        self._slow_down()
        # Two more than `FIELDS`: the form's name and the page's choice come with them.
        typed = {field[:40]: text.strip()[:_LONGEST] for field, text in list(request.form.items())[: FIELDS + 2]}
        form, value = typed.pop("form", "")[:40], typed.pop("v", "")[:300]
        fields = dict(list(typed.items())[:FIELDS])
        return self._shown(speech.Send(language=self._language(), page=name, form=form, value=value, fields=fields))

    def opened(self, link: str) -> AnyResponse | str:
        """Show the page of a link that came by mail. Opening it changes nothing, because programs that preview links
        open it, too.
        """
        return self._shown(speech.Open(language=self._language(), link=link[:300]), link)

    def follow(self, link: str) -> AnyResponse | str:
        """Press a button on the page of a mailed link, then redirect to that page, so that reloading does not press
        again. A refusal leads back to that page as long as its link opens.
        """
        self._slow_down()
        act = request.form.get("act", "")[:40]
        answer = self._ask(speech.Follow(language=self._language(), link=link[:300], act=act))
        if isinstance(answer, Sheet):
            return redirect(url_for("asked", link=link), 303)
        is_open = isinstance(self._ask(speech.Open(language=self._language(), link=link[:300])), Sheet)
        return self._refused(answer, link if is_open else "")

    def _slow_down(self) -> None:
        """Count a form that was sent. Answers 429 where its address sends too many."""
        if self._pace.is_too_fast(request.remote_addr or ""):
            abort(429)

    def _shown(self, question: speech.Question, link: str = "") -> AnyResponse | str:
        """Put a question to the desk and draw its answer, with 400 where the form was wrong. `link` came by mail."""
        answer = self._ask(question)
        if not isinstance(answer, Sheet):
            return self._refused(answer)
        page = self._drawn("public.html", answer.language, sheet=answer, link=link)
        return make_response(page, 400) if answer.is_wrong else page

    def _refused(self, answer: Answered, link: str = "") -> AnyResponse:
        """Return what was refused as a page, with ways on: back to the link's request, and the public pages. Answers
        404 where there is no such page.
        """
        if not isinstance(answer, Refused) or answer.code == "no-page":
            abort(404)
        page = self._drawn(
            "refused.html",
            answer.language,
            says=answer.says,
            is_public=True,
            link=link,
            public=[] if answer.is_fault else self.menu(),
        )
        return make_response(page, 503 if answer.is_fault else 409)
