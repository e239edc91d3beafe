"""Members' pages as a telephone has them: the pages' program, the desk's answers, each question through its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import msgspec
import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from kiosk.config import MailConfig, PagesConfig
from kiosk.domain.days import Moment
from kiosk.domain.telephones.pairing import Ended
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from kiosk.telephones import pairing, secret_texts
from kiosk.telephones.pairing import Scanned
from kiosk.web.member_pages.answers import Answers
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.app import COOKIE, create_app
from kiosk.web.pages.speech import Answered, View
from kiosk.web.public_pages import answering
from tests.conftest import Space

ADDRESS = "https://membres.example.org"
INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@dataclass
class House:
    """A house with pages: its members by number, the desk's answers, and telephones."""

    space: Space
    answers: Answers
    ines: int
    karim: int
    heard: list[speech.Question] = field(default_factory=list)

    def ask(self, question: speech.Question) -> Answered:
        """A question as it goes over the socket, and its answer as it comes back."""
        self.heard.append(question)
        asked = speech.question_in(msgspec.msgpack.encode(question))
        content = msgspec.msgpack.encode(self.answers.answer(asked))
        assert len(content) < speech.LONGEST_ANSWER
        found: Answered = msgspec.msgpack.decode(content, type=Answered)
        return found

    def without_mail(self) -> None:
        """Let the house have pages, and no mail server."""
        settings = replace(self.space.home.config, pages=PagesConfig(ADDRESS))
        home = replace(self.space.home, config=settings)
        self.answers = Answers(PagesOffice(home, Timekeeper(self.space.clock, lambda: True)), answering.answer)

    def moment(self) -> Moment:
        with self.space.home.store.reading() as connection:
            return Rules(self.space.home.config.zone).at(connection, self.space.clock.now())[1]

    def begin(self, number: int) -> pairing.Begun:
        """What the entrance does when a member touches « Mon téléphone »."""
        now = self.moment()
        with self.space.home.store.writing() as connection:
            return pairing.begin(connection, number, now)

    def confirm(self, begun: pairing.Begun, number: int, digits: str) -> Ended:
        """What the entrance does when the digits are typed and the badge says yes."""
        now = self.moment()
        with self.space.home.store.writing() as connection:
            return pairing.confirm(connection, begun.id, number, pairing.Named(digits, now.at), now, "kiosk")

    def bearer(self, number: int) -> str:
        """What a paired telephone of this member shows."""
        begun, now = self.begin(number), self.moment()
        with self.space.home.store.writing() as connection:
            scanned = pairing.scan(connection, begun.secret, "android", now)
        assert isinstance(scanned, Scanned)
        assert self.confirm(begun, number, scanned.digits) is Ended.PAIRED
        return scanned.bearer

    def telephone(self, bearer: str = "") -> "Browser":
        return Browser(self, bearer)

    def look(self, bearer: str, act: str, value: str = "", flow: str = "") -> View:
        found = self.ask(speech.Look(bearer=bearer, act=act, value=value, flow=flow))
        assert isinstance(found, View), found
        return found


class Browser:
    """A telephone's browser: it keeps one cookie, and says where its forms come from."""

    def __init__(self, house: House, bearer: str = "") -> None:
        self.client: FlaskClient = create_app(house.ask).test_client()
        if bearer:
            self.client.set_cookie(COOKIE, bearer, domain="membres.example.org", secure=True)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=ADDRESS, headers=headers)

    def post(self, path: str, data: dict[str, str] | None = None, site: str = "same-origin") -> TestResponse:
        return self.client.post(path, base_url=ADDRESS, data=data or {}, headers={"Sec-Fetch-Site": site})

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie(COOKIE, domain="membres.example.org")
        return None if found is None else found.value


@pytest.fixture(autouse=True)
def _known_digits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Digits that a test can write down."""
    numbers = count(1)
    monkeypatch.setattr(secret_texts, "fresh", lambda: f"{next(numbers):043d}")
    monkeypatch.setattr(secret_texts, "fresh_digits", lambda size: "47" if size == 2 else "123456")
    yield


@pytest.fixture
def house(space: Space) -> House:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    settings = replace(
        space.home.config,
        pages=PagesConfig(ADDRESS),
        mail=MailConfig("smtp.example.org", "bureau@example.org"),
    )
    home = replace(space.home, config=settings)
    keeper = Timekeeper(space.clock, lambda: True)
    with space.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, ines), email="ines@example.org")
    return House(space, Answers(PagesOffice(home, keeper), answering.answer), ines, karim)
