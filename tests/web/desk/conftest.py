"""The desk of a space, with an officer of each role, and a browser's manners: cookies, tokens, a signed-in session.

Officers who sign in before a test begins have done so in the home that it is given a copy of: once a run, by the page.
"""

import os
import pickle
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from itsdangerous import URLSafeTimedSerializer
from msgspec.structs import replace
from werkzeug.test import TestResponse

from kiosk import home, slow_work
from kiosk.devices.clock import HostClock
from kiosk.domain.members.roles import Role
from kiosk.store.engine import Store
from kiosk.store.officers import account_file_rows, desk_users
from kiosk.web.desk.app import create_app
from kiosk.web.desk.officers import accounts
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.kept import keep
from tests.rights import Watched
from tests.shared import once
from tests.web.desk import money_watch

PASSWORD = "une phrase assez longue"
HTTPS = "https://localhost"
ASKS_EVERY_FORM = bool(os.environ.get("KIOSK_ALL_WALKS"))


_CARDS = re.compile(r' data-(?:cards|none|day)(?=[ >])| data-label="[^"]*"')


class Client(FlaskClient):
    """Closes what it has sent: a large file would stay open, to be warned of in whichever test comes next."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        answer = super().open(*args, **more)
        answer.request.environ["wsgi.input"].close()
        return answer


@dataclass
class Officer:
    """Somebody at the desk: asks for pages, sends forms as their page has them."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=HTTPS, **more)

    def page(self, path: str, **more: Any) -> str:
        """A page that must be there, as text; without the marks by which its tables become cards on a telephone."""
        answer = self.get(path, **more)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[:2000])
        return _CARDS.sub("", answer.get_data(as_text=True))

    def post(self, path: str, data: dict[str, Any] | None = None, *, form_on: str = "", **more: Any) -> TestResponse:
        """Send a form of the page `form_on`; of none where any would do."""
        data = {**(data or {}), "csrf_token": self.token_for(form_on)}
        return self.client.post(path, base_url=HTTPS, data=data, **more)

    def token_for(self, form_on: str = "") -> str:
        """A token for a form of a page. A session's serves for all of it, and `walking.Looking` finds one in each form:
        the page is asked for by `scripts/torture walks`, or where a stranger's session begins with it.
        """
        return self.token(form_on) if ASKS_EVERY_FORM or form_on == "/login" else self._signed()

    def token(self, path: str = "") -> str:
        """As a page has it; where none is named, as any page would have it: one of a session's serves for all of it."""
        if not path:
            return self._signed()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(path))
        assert found is not None
        return found[1]

    def _signed(self) -> str:
        """The session's token, as Flask-WTF signs it: to be had without a page, which would be most of a test."""
        with self.client.session_transaction(base_url=HTTPS) as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        secret = self.client.application.secret_key
        assert secret
        return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))


@dataclass
class Desk:
    """The desk's application and its officers."""

    space: Space
    app: Flask
    watched: Watched | None = None  # on a file: what its pages ask of the records
    signed_in: "dict[Role, Session]" = field(default_factory=dict)
    unmarked: set[str] = field(default_factory=set)  # routes that wrote members' money and do not say so

    def stranger(self) -> Officer:
        """Nobody has signed in."""
        self.app.test_client_class = Client
        return Officer(self.app.test_client())

    def sign_in(self, role: Role) -> Officer:
        """An officer of one role, as the sign-in page does it."""
        stranger = self.stranger()
        known = self.signed_in.pop(role, None)
        if known is not None and self.space.clock.now() == WEDNESDAY:
            known.give(stranger.client)
            return stranger
        answer = stranger.post("/login", {"email": f"{role.value}@exemple.fr", "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return Officer(stranger.client)  # of a session with a token of its own


@dataclass
class Session:
    """What a browser keeps of somebody who has just signed in."""

    session: dict[str, Any]
    cookies: list[tuple[str, str]]

    @classmethod
    def of(cls, client: FlaskClient) -> "Session":
        """A client's."""
        with client.session_transaction(base_url=HTTPS) as session:
            kept = dict(session)
        name = client.application.config["SESSION_COOKIE_NAME"]
        return cls(kept, [(each.key, each.value) for each in (client._cookies or {}).values() if each.key != name])

    def give(self, client: FlaskClient) -> None:
        """To another client, which has proven itself just now."""
        for name, value in self.cookies:
            client.set_cookie(name, value, secure=True)
        with client.session_transaction(base_url=HTTPS) as session:
            session.update(self.session, fs_paa=HostClock().now().timestamp())


def declare_outsiders(space: Space, *user_ids: int) -> None:
    """Let accounts be no member's, as two officers agree: what else they are refused is to be seen."""
    with space.home.store.writing() as connection:
        for user_id in user_ids:
            account_file_rows.declare_outsider(connection, user_id, space.clock.now().date(), "cli")


def actor_of(role: Role) -> str:
    """How the officer of a role is named as the author of something: accounts are made in the roles' order."""
    return f"officer:{list(Role).index(role) + 1}"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> slow_work._Queue:
    """A queue of the test's own."""
    made = slow_work._Queue()
    monkeypatch.setattr(slow_work, "_queue", made)
    return made


@pytest.fixture
def staff(template: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a home is in which officers of all roles have accounts, and those have signed in whom the test asks for.

    Argon2 takes its time on purpose, and at each sign-in: none here.
    """
    keep()
    monkeypatch.setattr(accounts, "MEMORY_KIB", 8)
    monkeypatch.setattr(accounts, "PASSES", 1)
    roles = [role for role in Role if role.value in request.fixturenames]
    return once("-".join(("desk", *roles)), lambda folder: _staffed(template, folder, roles))


def _staffed(template: Path, folder: Path, roles: list[Role]) -> None:
    shutil.copytree(template, folder / folder.name)
    with home.opened(folder / folder.name) as opened:
        desk = _desk(Space(opened, FakeClock(WEDNESDAY)))
        with desk.app.app_context():
            password = hash_password(PASSWORD)
        _hire(desk, password)
        signed_in = {role: Session.of(desk.sign_in(role).client) for role in roles}
        desk.space.kept.close()
    (folder / "secrets").write_bytes(pickle.dumps((password, signed_in)))


def _hire(desk: Desk, password: str) -> None:
    with desk.space.home.store.writing() as connection:
        for role in Role:
            name, now = role.value.title(), desk.space.clock.now()
            made = desk_users.add(connection, f"{role.value}@exemple.fr", name, [role.value], now, password)
            account_file_rows.declare_outsider(connection, made, now.date(), "cli")  # else they take no payments


@pytest.fixture
def root(template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A new home of this test's own; with officers in it where there is a desk."""
    if "desk" not in request.fixturenames:
        return copied(template, tmp_path / "home")
    staff: Path = request.getfixturevalue("staff")
    return copied(staff / staff.name, tmp_path / "home")


def _desk(space: Space) -> Desk:
    watched = None if space.home.config.database.url else Watched(space.home.store, "desk")
    here = replace(space.home, store=cast("Store", watched)) if watched else space.home
    app = create_app(here, space.clock, bytes(32), ["localhost"])
    app.testing = False
    return Desk(space, app, watched, unmarked=money_watch.install(app, space.home.store))


@pytest.fixture
def desk(staff: Path, space: Space) -> Iterator[Desk]:
    """The desk of a space on a Wednesday morning; on a file, held to the rights of its account on a server."""
    made = _desk(space)
    password, signed_in = pickle.loads((staff / "secrets").read_bytes())  # noqa: S301  # our own, of this run
    with space.home.store.reading() as connection:
        is_staffed = desk_users.is_anybody_there(connection)
    if is_staffed:
        made.signed_in |= signed_in
    else:  # a home of a past of its own
        _hire(made, password)
    yield made
    assert not made.watched or not made.watched.broken, "no right of the desk's on a server"
    assert not made.unmarked, "they give or take members' money: `needs(..., money=...)`"


@pytest.fixture
def treasurer(desk: Desk) -> Officer:
    return desk.sign_in(Role.TREASURER)


@pytest.fixture
def secretary(desk: Desk) -> Officer:
    return desk.sign_in(Role.SECRETARY)


@pytest.fixture
def president(desk: Desk) -> Officer:
    return desk.sign_in(Role.PRESIDENT)


@pytest.fixture
def host(desk: Desk) -> Officer:
    return desk.sign_in(Role.HOST)
