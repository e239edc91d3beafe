"""The desk's route table, walked: every route with sample values, forms with the fields that pages and code name.

A new route is walked by itself. Where a sample is not good enough to reach what is behind it, name a better one here.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug import routing
from werkzeug.test import TestResponse

import kiosk.web.desk as package
from kiosk.web.desk.common.permissions import May, Role
from tests.web.desk.conftest import HTTPS, Desk, Officer

SOURCES = Path(package.__file__).parent

# Without signing in: the sign-in pages, what they are made of, and whether the desk lives. Nothing else.
OPEN = {
    "static",
    "font",
    "healthz",
    "frame.colour",  # a colour that the address itself says
    "frame.manifest",  # what a telephone installs the desk by: a browser asks for it without a session
    # The agenda for everybody, which is nothing until a rule turns it on.
    "agenda.page",
    "agenda.calendar",
    "agenda.rss",
    "feeds.feed",  # by a secret link: a calendar without anybody's name
    "security.login",
    "security.logout",  # for whoever is signed in; nothing happens to others
    "security.forgot_password",  # says how to get a link
    "security.reset_password",  # by a signed link
    "first.page",  # by the installer's link, while nobody has an account
    "first.make",
    "hosting_link.page",  # by a link of a mail, good once: says what it would do
    "hosting_link.follow",  # and does it
    "security.wan_signin",
    "security.wan_signin_response",
    # Halfway through signing in, after the password:
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.tf_select",
    "security.mf_recovery",
}
# Better samples, by the name of a path's parameter; else by its converter.
SAMPLES: dict[str, object] = {
    "filename": "desk.css",
    "name": "atkinson-latin.woff2",
    "number": 1,
    "token": "x.y.z",
    "question": "prices",
    "form": "json",
}
BY_CONVERTER: list[tuple[type, object]] = [
    (routing.IntegerConverter, 1),
    (routing.FloatConverter, 1.0),
    (routing.UUIDConverter, "00000000-0000-0000-0000-000000000001"),
]
# Where a role may ask, and is yet refused by what lies behind the sample.
NARROWER = {("money.act", Role.HOST)}  # hosts see the acts that they did themselves, and the sample is another's
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def rules(app: Flask) -> list[routing.Rule]:
    """The routes that this application answers: those that another test added lie in the same map (`tests.kept`)."""
    own = (rule for rule in app.url_map.iter_rules() if rule.endpoint in app.view_functions)
    return sorted(own, key=lambda rule: (rule.rule, str(rule.methods)))


def permission(app: Flask, rule: routing.Rule) -> May | None:
    """What a route wants, by its decorator."""
    found: May | None = getattr(app.view_functions[rule.endpoint], "needs", None)
    return found


def sample(rule: routing.Rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, routing.AnyConverter):
        return sorted(converter.items)[0]
    if name in SAMPLES and not isinstance(converter, routing.IntegerConverter):
        return SAMPLES[name]
    return next((value for kind, value in BY_CONVERTER if isinstance(converter, kind)), SAMPLES.get(name, "x"))


def path(app: Flask, rule: routing.Rule, **values: object) -> str:
    """A route's path, with samples where nothing else is given."""
    filled = {name: sample(rule, name) for name in rule.arguments if name in rule._converters} | values
    built = rule.build(filled, append_unknown=False)
    assert built is not None, rule
    return built[1]


def parameters(rule: routing.Rule) -> list[str]:
    """Those parts of a path into which any text fits."""
    return [name for name in sorted(rule.arguments) if isinstance(rule._converters.get(name), routing.UnicodeConverter)]


def names() -> list[str]:
    """Every name of a parameter that the code asks for or a form sends."""
    found: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        text = file.read_text("utf-8")
        found |= set(re.findall(r"(?:args|form|values|files)(?:\.get(?:list)?\(|\[)\s*[\"']([\w-]+)[\"']", text))
    for file in SOURCES.rglob("*.html"):
        found |= set(re.findall(r"\bname=\"([\w-]+)\"", file.read_text("utf-8")))
    return sorted(found - {"csrf_token", "viewport", "color-scheme", "htmx-config"})


class Looking(HTMLParser):
    """What a strict policy would refuse in a page, and forms without a token."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self._bare = ""  # the form that is open, until its token comes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self._bare = f"a form without a token: {given.get('action')} {given.get('id')}"
        if given.get("name") == "csrf_token":
            self._bare = ""
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.wrong.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and (value or "").strip().lower().startswith(
                ("javascript:", "data:", "http:", "//")
            ):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._bare:
            self.wrong.append(self._bare)
            self._bare = ""


def wrong_in(page: str) -> list[str]:
    looking = Looking()
    looking.feed(page)
    return looking.wrong


class Walker:
    """An officer who goes everywhere, and signs in again where that ended the session."""

    def __init__(self, desk: Desk, role: Role | None) -> None:
        self.desk, self.role = desk, role
        self.officer: Officer = desk.stranger() if role is None else desk.sign_in(role)
        self.token = self._token()

    def ask(self, method: str, where: str, data: dict[str, Any] | None = None, *, token: bool = True) -> TestResponse:
        """One request; what changes something carries a token, unless it is to be without."""
        answer = self._once(method, where, data, token)
        if self.role is not None and self._may_be_over(answer) and self.officer.get("/account").status_code != 200:
            self.desk.space.clock.advance(minutes=16)  # whatever was guessed wrongly on the way
            self.officer = self.desk.sign_in(self.role)
            self.token = self._token()
            answer = self._once(method, where, data, token)
        return answer

    def _may_be_over(self, answer: TestResponse) -> bool:
        """Whether the session ended: it holds no officer, or leads to signing in, as whatever is asked of it next does
        that ended elsewhere.
        """
        if answer.status_code != 302:
            return False
        if urlsplit(answer.headers["Location"]).path == "/login":
            return True
        with self.officer.client.session_transaction(base_url=HTTPS) as session:
            return "_user_id" not in session

    def _once(self, method: str, where: str, data: dict[str, Any] | None, token: bool) -> TestResponse:
        sent = dict(data or {})
        if method in CHANGING and token:
            sent["csrf_token"] = self.token
        return self.officer.client.open(where, method=method, base_url=HTTPS, data=sent or None, buffered=True)

    def _token(self) -> str:
        return self.officer.token("/login" if self.role is None else "/account")


def walk(app: Flask, methods: set[str]) -> Iterator[tuple[routing.Rule, str]]:
    """Every route with each of its methods that is among these."""
    for rule in rules(app):
        for method in sorted((rule.methods or set()) & methods):
            yield rule, method
