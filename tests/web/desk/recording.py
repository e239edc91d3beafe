"""A recording of the desk: every page and every form that a page has, as each role gets and sends it.

A form is sent three times: as it is drawn, with what may well stand in each field, and with a word in each. Written
down are status, way on, what the page says of it, rows by table and lines of the log, so that two revisions can be
compared line by line; and what each command says in JSON. What is drawn by lot (tokens, keys) is left out.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from click.testing import CliRunner
from werkzeug.test import TestResponse

from kiosk.cli.main import kiosk as group
from kiosk.domain.members.roles import Role
from tests.browser import full_home
from tests.web.desk import walking
from tests.web.desk.conftest import HTTPS, Desk
from tests.web.desk.test_never_500 import plausible

_LEFT = {"static", "security.logout", "font"}
_ENDING = ("/logout", "/account/end-sessions")  # what ends the walk with its session
_DRAWN = re.compile(
    r"[A-Za-z0-9_.-]{32,}|\b[0-9a-f]{16,}\b|\b[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2,}\b"
    r"|\b(?=[0-9]*[a-f])[0-9a-f]{8}\b|\b20\d{6}T\d{6}Z"
)
_ERROR = re.compile(r'<\w+ class="error"([^>]*)>(.*?)</', re.DOTALL)
_ID = re.compile(r'id="([\w-]+)"')
_SAYS = re.compile(r'(?:role="(?:alert|status)"|class="(?:flash|done|notice)[^"]*")[^>]*>(.*?)</', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>|\s+")
Line = dict[str, Any]


@dataclass
class Form:
    """A form of a page: where it goes, and its fields as they are drawn."""

    action: str
    drawn: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def sent(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What is sent of it, three times."""
        yield "drawn", self.drawn
        open_ = self.drawn.keys() - self.hidden
        yield "typed", self.drawn | {name: self.drawn[name] or plausible(name) for name in open_}
        yield "hugo", self.drawn | dict.fromkeys(open_, "hugo")


class Forms(HTMLParser):
    """The forms of a page that change something."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where, self.forms = where, list[Form]()
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            is_sent = given.get("method", "").lower() == "post"
            self._form = Form(urlsplit(given.get("action") or self.where).path) if is_sent else None
            self.forms += [self._form] if self._form else []
        if self._form is None or name == "csrf_token":
            return
        if tag == "select":
            self._select = name
            self._form.drawn.setdefault(name, "")
        elif tag == "option" and self._select and ("selected" in given or not self._form.drawn[self._select]):
            self._form.drawn[self._select] = given.get("value", "")
        elif tag in ("input", "textarea", "button") and name:
            kind = given.get("type", "text" if tag != "button" else "submit")
            if kind not in ("checkbox", "radio") or "checked" in given or name not in self._form.drawn:
                self._form.drawn.setdefault(name, given.get("value", ""))
            self._form.hidden |= {name} if kind in ("hidden", "submit", "checkbox", "radio", "file") else set()

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._form = None if tag == "form" else self._form


class Log(logging.Handler):
    """The lines of the log since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.name}: {record.getMessage()}")

    def taken(self) -> list[str]:
        taken, self._lines = self._lines, []
        return [plain(line) for line in taken]


def plain(text: str) -> str:
    """A text without its tags, and without what was drawn by lot."""
    return _DRAWN.sub("…", _TAGS.sub(" ", text)).strip()


def furnish(desk: Desk) -> None:
    """Fill a home so that there is something of each kind."""
    full_home._fill(desk.space, ())


@dataclass
class Recorder:
    """Walks a desk as one role and yields a line for each answer."""

    desk: Desk
    role: Role
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.officer, self.log = self.desk.sign_in(self.role), Log()
        tables = self.desk.space.sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        self._count = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for (name,) in tables)
        self._rows = self._counted()

    def lines(self, only: str = "") -> Iterator[Line]:
        """Every page, then every form that a page has; `only` those whose path begins so."""
        logger = logging.getLogger("kiosk")
        logger.addHandler(self.log)
        try:
            forms: dict[tuple[str, tuple[str, ...]], Form] = {}
            for rule, _method in walking.walk(self.desk.app, {"GET"}):
                where = walking.path(self.desk.app, rule)
                if rule.endpoint in _LEFT or not where.startswith(only):
                    continue
                answer = self.officer.client.get(where, base_url=HTTPS, buffered=True)
                yield self._line("GET", where, "", answer)
                if answer.mimetype == "text/html":
                    found = Forms(where)
                    found.feed(answer.get_data(as_text=True))
                    for form in found.forms:
                        forms.setdefault((form.action, tuple(sorted(form.drawn))), form)
            for (action, names), form in sorted(forms.items()):
                if action not in _ENDING:
                    for way, sent in form.sent():
                        yield self._line("POST", action, f"{way} {'+'.join(names)[:60]}", self._post(action, sent))
        finally:
            logger.removeHandler(self.log)

    def _post(self, action: str, sent: dict[str, str]) -> TestResponse:
        """Send a form; sign in again where that ended the session."""
        answer = self.officer.post(action, sent, buffered=True)
        if urlsplit(answer.headers.get("Location", "")).path == "/login":
            self.officer = self.desk.sign_in(self.role)
        return answer

    def _line(self, method: str, where: str, way: str, answer: TestResponse) -> Line:
        body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        place = f"{self.role.value} {method} {_DRAWN.sub('…', where)} {way}".strip()
        self.texts[place] = plain(body)
        before, self._rows = self._rows, self._counted()
        return {
            "place": place,
            "status": answer.status_code,
            "on": _DRAWN.sub("…", answer.headers.get("Location", "")),
            "errors": sorted(f"{_ID.findall(tag)} {plain(says)}" for tag, says in _ERROR.findall(body)),
            "says": sorted(plain(says) for says in _SAYS.findall(body)),
            "rows": {name: many - before.get(name, 0) for name, many in self._rows.items() if many != before.get(name)},
            "log": self.log.taken(),
        }

    def _counted(self) -> dict[str, int]:
        return {str(name): int(str(many)) for name, many in self.desk.space.sql(self._count)}


def written(line: Line) -> str:
    """A line of the recording, as it is kept."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


_MACHINE = frozenset(("check", "clock", "desk", "door", "entrance", "restore", "tap", "update"))  # by what is around it


def commands(root: Path, only: str = "") -> Iterator[Line]:
    """What each command says in JSON that needs to be told nothing; of a family, or of all."""
    for words, command in _leaves((), group):
        asks = any(each.required for each in command.params)
        takes = any("--json" in each.opts for each in command.params)
        if takes and not asks and words[0] not in _MACHINE and words[0].startswith(only):
            said = CliRunner().invoke(group, ["--home", str(root), *words, "--json"])
            fault = "" if said.exit_code == 0 else f"{type(said.exception).__name__} {said.exception}"
            yield {"place": " ".join(("kiosk", *words)), "json": _here(said.stdout, root), "fault": _here(fault, root)}


def _here(text: str, root: Path) -> str:
    """A text without where the home lies."""
    return plain(text.replace(str(root), "HOME"))


def _leaves(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from _leaves((*words, name), found)


def write(folder: Path, lines: list[Line], texts: dict[str, str]) -> None:
    """Keep a recording in a folder: its lines, and what each page says."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answers.jsonl").write_text("".join(f"{written(line)}\n" for line in lines), "utf-8")
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=0), "utf-8")
