"""The desk of a space, with an officer of each role, and a browser's manners: cookies, tokens, a signed-in session."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from kiosk.domain.members.roles import Role
from kiosk.store.officers import desk_users
from kiosk.web.desk.app import create_app
from kiosk.web.desk.officers import accounts
from tests.conftest import Space
from tests.kept import keep

PASSWORD = "une phrase assez longue"
HTTPS = "https://localhost"


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
    _token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=HTTPS, **more)

    def page(self, path: str, **more: Any) -> str:
        """A page that must be there, as text; without the marks by which its tables become cards on a telephone."""
        answer = self.get(path, **more)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[:2000])
        return _CARDS.sub("", answer.get_data(as_text=True))

    def post(self, path: str, data: dict[str, Any] | None = None, *, form_on: str = "", **more: Any) -> TestResponse:
        """Send a form with the token that the page `form_on` holds; without a page, with the session's own."""
        return self.client.post(path, base_url=HTTPS, data={**(data or {}), "csrf_token": self.token(form_on)}, **more)

    def token(self, path: str = "") -> str:
        """As a page has it; where none is named, as any page would have it: one of a session's serves for all of it."""
        if path:
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(path))
            assert found is not None
            return found[1]
        self._token = self._token or self._signed()
        return self._token

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

    def stranger(self) -> Officer:
        """Nobody has signed in."""
        self.app.test_client_class = Client
        return Officer(self.app.test_client())

    def sign_in(self, role: Role) -> Officer:
        """An officer of one role, as the sign-in page does it."""
        stranger = self.stranger()
        answer = stranger.post("/login", {"email": f"{role.value}@exemple.fr", "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return Officer(stranger.client)  # of a session with a token of its own


def actor_of(role: Role) -> str:
    """How the officer of a role is named as the author of something: accounts are made in the roles' order."""
    return f"officer:{list(Role).index(role) + 1}"


@pytest.fixture(scope="session")
def hashed(template: Any) -> dict[str, str]:
    """The officers' password, hashed once a run."""
    return {}


@pytest.fixture
def desk(space: Space, hashed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk of a space on a Wednesday morning. Argon2 takes its time on purpose, and at each sign-in: none here."""
    keep()
    monkeypatch.setattr(accounts, "MEMORY_KIB", 8)
    monkeypatch.setattr(accounts, "PASSES", 1)
    app = create_app(space.at_desk or space.home, space.clock, bytes(32), ["localhost"])
    app.testing = False
    with app.app_context():
        if "password" not in hashed:
            hashed["password"] = hash_password(PASSWORD)
    with space.home.store.writing() as connection:
        for role in Role:
            address = f"{role.value}@exemple.fr"
            desk_users.add(connection, address, role.value.title(), [role.value], space.clock.now(), hashed["password"])
    yield Desk(space, app)


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
