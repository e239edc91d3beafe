"""Whatever is sent to the desk, it answers; it never fails. Every route, every form, by what has broken one before.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) tries every value in every place; here each place has a part of them, the
next place another.
"""

import inspect
import io
import itertools
import os
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, got_request_exception
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug import routing
from werkzeug.datastructures import ImmutableMultiDict

from kiosk.domain.members.roles import Role
from tests.web.desk import walking
from tests.web.desk.conftest import HTTPS, Desk
from tests.web.desk.walking import Walker
from tests.web.seeds import CSVS, SHARP, TEXTS, TOGETHER

_ASKED = re.compile(r"\b(?:typed|cents|day|number|_number|_day|text|whole)\(\s*\"([\w-]+)\"")
_LEFT = {"static", "security.logout"}  # the one has no fields, the other ends the walk


def fields() -> list[str]:
    """Every name that a form or a URL may send."""
    found = set(walking.names())
    for file in walking.SOURCES.rglob("*.py"):
        found |= set(_ASKED.findall(file.read_text("utf-8")))
    return sorted(found - {"csrf_token", "key"})


NAMES = fields()
ALL_WALKS = bool(os.environ.get("KIOSK_ALL_WALKS"))
ONE_ROUTE_IN = 1 if ALL_WALKS else 8  # in how many places a value has its turn
ROUTES_IN = 4  # parts, which workers walk beside each other


@contextmanager
def faults(app: Flask) -> Iterator[list[str]]:
    """What failed, with its trace."""
    found: list[str] = []

    def note(_app: Flask, exception: BaseException, **_more: Any) -> None:
        found.append("".join(traceback.format_exception(exception)[-6:]))

    with got_request_exception.connected_to(note, app):
        yield found


def places(walker: Walker, rule: routing.Rule, value: str) -> Iterator[str]:
    """A route's path, and the same with a text in each of its places where one fits; numbers where these do."""
    app = walker.desk.app
    yield walking.path(app, rule)
    for name in sorted(rule.arguments):
        if name in rule._converters:
            try:
                yield walking.path(app, rule, **{name: value})
            except (AssertionError, ValueError, UnicodeError):
                continue  # no path says this


def ask(walker: Walker, rule: routing.Rule, sent: dict[str, Any], where: str) -> list[str]:
    """Send it by each method. Returns what was answered with a fault."""
    wrong = []
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        if method in walking.CHANGING:
            answer = walker.ask(method, where, sent)
        else:
            answer = walker.officer.client.get(where, base_url=HTTPS, query_string=sent, buffered=True)
        if answer.status_code >= 500 and answer.status_code != 503:
            wrong.append(f"{method} {where[:200]} {dict(list(sent.items())[:3])!r:.200}")
    return wrong


def walked(app: Flask) -> list[routing.Rule]:
    return [rule for rule in walking.rules(app) if rule.endpoint not in _LEFT]


@pytest.mark.parametrize("value", TOGETHER, ids=lambda value: repr(value[:20]))
def test_every_route_answers_whatever_stands_in_every_field(desk: Desk, value: str) -> None:
    _lived(desk)
    walker = Walker(desk, Role.PRESIDENT)
    plain = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    wrong = []
    with faults(desk.app) as found:
        for rule in walked(desk.app)[TOGETHER.index(value) % ONE_ROUTE_IN :: ONE_ROUTE_IN]:
            for where in places(walker, rule, plain):
                wrong += ask(walker, rule, dict.fromkeys(NAMES, plain), where)
    assert not wrong, "\n".join([*wrong, *found])


class Noted(ImmutableMultiDict[str, str]):
    """What a form or an address brought, which notes the names that a view looks up."""

    read: set[str]

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, *kind: Any, **more: Any) -> list[Any]:
        """All values of a name."""
        self.read.add(key)
        return super().getlist(key, *kind, **more)


def note_names(monkeypatch: pytest.MonkeyPatch, app: Flask) -> set[str]:
    """Note each name that a view looks up from now on. What is only passed on as a whole is none."""
    read: set[str] = set()
    storage = type("Noted", (Noted,), {"read": read})
    request_class = type("Request", (app.request_class,), {"parameter_storage_class": storage})
    monkeypatch.setattr(app, "request_class", request_class)
    return read


@pytest.mark.parametrize("part", range(ROUTES_IN))
def test_every_field_is_read_though_all_others_are_as_they_should_be(
    desk: Desk, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that is wrong meets each name which the view looks up; the first request finds out which these are."""
    _lived(desk)
    walker, read = Walker(desk, Role.PRESIDENT), note_names(monkeypatch, desk.app)
    wrong, tried = [], 0
    with faults(desk.app) as found:
        for at, rule in list(enumerate(walked(desk.app)))[part::ROUTES_IN]:
            where, names = walking.path(desk.app, rule), fields_of(desk.app, rule)
            right = {"key": f"{at:032x}"} | {name: plausible(name) for name in names}
            read.clear()
            wrong += ask(walker, rule, right, where)
            values = itertools.cycle(SHARP[at % len(SHARP) :] + SHARP[: at % len(SHARP)])
            done: set[str] = set()
            while left := sorted((read & set(names)) - done):  # a value that is right may lead to further names
                done.add(left[0])
                for value in SHARP if ALL_WALKS else (next(values),):
                    wrong += ask(walker, rule, right | {left[0]: value}, where)
            tried += len(done)
    assert not wrong, "\n".join([*wrong, *found])
    assert tried > 50


def fields_of(app: Flask, rule: routing.Rule) -> list[str]:
    """The names that a view's module asks for, and those beside it that it uses."""
    return _fields_in(inspect.unwrap(app.view_functions[rule.endpoint]).__globals__.get("__file__") or "")


@cache
def _fields_in(source: str) -> list[str]:
    if not Path(source).is_relative_to(walking.SOURCES):
        return []
    text = Path(source).read_text("utf-8")
    for folder, names in re.findall(r"from kiosk\.web\.desk\.(\w+) import ([\w, ]+)", text):
        beside = [walking.SOURCES / folder / f"{name.strip()}.py" for name in names.split(",")]
        text += "".join(path.read_text("utf-8") for path in beside if path.is_file() and folder != "common")
    for folder, module in re.findall(r"from kiosk\.web\.desk\.(\w+)\.(\w+) import", text):
        path = walking.SOURCES / folder / f"{module}.py"
        text += path.read_text("utf-8") if path.is_file() and folder != "common" else ""
    return [name for name in NAMES if re.search(rf"[\"']{re.escape(name)}[\"']", text)]


def plausible(name: str) -> str:
    """What a field may well hold, by its name."""
    for words, value in PLAUSIBLE.items():
        if name in words.split():
            return value
    return "1"


PLAUSIBLE = {
    "amount sum price cents total expected": "5,00",
    "from to day on until since start end first last valid_from starts_on ends_on date": "2026-11-25",
    "month": "2026-11",
    "method": "cash",
    "reason said why note": "une raison",
    "email": "x@exemple.fr",
    "name": "Inès Moreau",
}


@settings(
    max_examples=100 if ALL_WALKS else 30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def _walk(walker: Walker, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(walked(walker.desk.app)), label="route")
    names = data.draw(st.lists(st.sampled_from(NAMES), max_size=25, unique=True), label="fields")
    texts = TEXTS.filter(lambda text: text.isascii() or text.isprintable())
    sent = {name: data.draw(texts).replace("\ud800", "?") for name in names}
    where = data.draw(st.sampled_from(list(places(walker, rule, data.draw(texts).replace("\ud800", "?")))))
    with faults(walker.desk.app) as found:
        assert not ask(walker, rule, sent, where), found


@pytest.mark.parametrize("role", [Role.PRESIDENT, Role.TREASURER, Role.SECRETARY])
def test_a_walk_of_any_texts_finds_no_route_that_fails(desk: Desk, role: Role) -> None:
    _lived(desk)
    _walk(Walker(desk, role))


UPLOADS = ("/members/import", "/money/bank")


@pytest.mark.parametrize("content", CSVS, ids=range(len(CSVS)))
def test_whatever_file_is_brought_is_read_or_refused(desk: Desk, content: bytes) -> None:
    walker = Walker(desk, Role.PRESIDENT)
    uploads = [rule for rule in walked(desk.app) if "POST" in (rule.methods or ()) and _takes_files(rule, desk.app)]
    assert len(uploads) >= len(UPLOADS)
    with faults(desk.app) as found:
        for rule in uploads:
            sent = {name: (io.BytesIO(content), "f.csv") for name in _FILES}
            answer = walker.ask("POST", walking.path(desk.app, rule), sent)
            assert answer.status_code < 500, (rule, found)


_FILES = sorted(
    {
        name
        for file in Path(walking.SOURCES).rglob("*.py")
        for name in re.findall(r"files(?:\.get\(|\[)\s*[\"']([\w-]+)", file.read_text("utf-8"))
    }
)


def _takes_files(rule: routing.Rule, app: Flask) -> bool:
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    source = Path(view.__globals__.get("__file__", ""))
    return source.is_file() and "common.uploads" in source.read_text("utf-8")


def _lived(desk: Desk) -> None:
    """A member with a badge and a day: what a number 1 leads to."""
    desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.tap("04A2000000E511")
