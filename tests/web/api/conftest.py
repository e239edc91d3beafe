"""A house whose lists have rows, scripts that ask with tokens of its officers, and the desk beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from kiosk.config import PagesConfig
from kiosk.domain.members.roles import Role
from kiosk.exports.sheets import SHEETS
from kiosk.members.api_tokens import ApiTokens
from kiosk.members.officers import Officers
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from kiosk.web.member_pages.answers import Answers
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.app import create_app
from kiosk.web.pages.speech import Answered
from kiosk.web.public_pages import answering
from tests.conftest import Space
from tests.held import hold
from tests.money.test_cashbox import bank_of
from tests.web.desk.conftest import Desk, desk, president, root, secretary, staff, treasurer  # fixtures

__all__ = ["desk", "president", "root", "secretary", "staff", "treasurer"]
ADDRESS = "https://membres.example.org"
INES = "04A2000000E511"
TODAY = date(2026, 11, 26)
YEAR = "from=2026-01-01&to=2026-12-31"


@dataclass
class House:
    """A house with an API: what scripts ask goes to the desk as bytes, as over the socket."""

    space: Space
    answers: Answers
    heard: list[speech.Question] = field(default_factory=list)

    def ask(self, question: speech.Question) -> Answered:
        self.heard.append(question)
        asked = speech.question_in(msgspec.msgpack.encode(question))
        found: Answered = msgspec.msgpack.decode(msgspec.msgpack.encode(self.answers.answer(asked)), type=Answered)
        return found

    def rules(self) -> Rules:
        return Rules(self.space.home.config.zone)

    def tokens(self) -> ApiTokens:
        return ApiTokens(store=self.space.home.store, clock=self.space.clock, rules=self.rules(), actor="cli")

    def officer(self, role: Role) -> int:
        with self.space.home.store.reading() as connection:
            return desk_users.by_email(connection, f"{role.value}@exemple.fr").id

    def officers(self) -> Officers:
        return Officers.of(self.space.home, self.space.clock, "cli")

    def token(self, role: Role = Role.PRESIDENT, lists: Sequence[str] = (), days: int = 30) -> str:
        """What a token of an officer shows; without lists it reads all of them."""
        until = TODAY + timedelta(days=days)
        return self.tokens().make(self.officer(role), "un programme", lists or [*SHEETS], until).secret

    def script(self, token: str = "") -> "Script":
        return Script(self, token)

    def log(self) -> list[tuple[object, ...]]:
        return self.space.sql("SELECT actor, act, what FROM desk_log WHERE act LIKE 'token-%' ORDER BY id")


class Script:
    """A program outside: it shows one token, from one address."""

    def __init__(self, house: House, token: str = "", address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = create_app(house.ask).test_client()
        self.token, self.address, self.base = token, address, ADDRESS

    def get(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        where = {"REMOTE_ADDR": self.address}
        return self.client.open(
            path, method=method, base_url=self.base, headers=shown | headers, environ_overrides=where
        )

    def rows(self, name: str, query: str = YEAR, limit: int = 1000) -> list[dict[str, Any]]:
        """Every row of a list, window after window."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            answer = self.get(f"/api/v1/lists/{name}?{query}&limit={limit}{after}")
            assert answer.status_code == 200, answer.text
            body = answer.get_json()
            assert len(body["rows"]) <= limit
            found += body["rows"]
            if body["next"] is None:
                return found
            after = f"&after={body['next']}"


def problem(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of what is wrong, in the form that it has."""
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["type"] == f"urn:kiosk:problem:{body['code']}"
    return answer.status_code, body["code"]


@pytest.fixture
def busy(space: Space) -> Space:
    """Somebody came, was charged, paid; some of it is at the bank; a room is held, and workshops are planned."""
    space.join("Inès Moreau", INES)
    space.join("Karim Haddad", "04A2000000E522")
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    space.tap("04A2000000E522")
    space.till.pay(1, 700, "cash")
    space.till.pay(1, 300, "cash")
    bank = bank_of(space)
    bank.deposit(cash_cents=200)
    bank.deposit(cash_cents=100)
    hold(space.home.store)
    return space


@pytest.fixture
def house(desk: Desk, busy: Space) -> House:
    return at(busy, ADDRESS)


def at(space: Space, address: str) -> House:
    """A house whose pages have this address."""
    settings = replace(space.home.config, pages=PagesConfig(address))
    keeper = Timekeeper(space.clock, lambda: True)
    return House(space, Answers(PagesOffice(replace(space.home, config=settings), keeper), answering.answer))
