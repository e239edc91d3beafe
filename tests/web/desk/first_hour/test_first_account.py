"""The installer's link makes the first officer: once, within a day, and signs them in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from kiosk import keys
from kiosk.devices.clock import HostClock
from kiosk.domain.members.roles import Role
from kiosk.errors import RequestError
from kiosk.members.first_officer import FirstOfficer
from kiosk.members.officers import Officers, Profile
from kiosk.store.officers import desk_users
from kiosk.web.desk.app import create_app
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.web.desk.conftest import Client, Officer

SECRET = bytes(32)
TYPED = {"name": "Nadia Lemaire", "email": "Nadia@Exemple.fr", "password": "tortue bleue sous la pluie"}


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RequestError) as raised:
        yield
    assert raised.value.code == code


def first(space: Space) -> FirstOfficer:
    return FirstOfficer.of(space.home, space.clock, SECRET)


def stranger(space: Space) -> Officer:
    app = create_app(space.home, space.clock, SECRET, ["localhost"])
    app.test_client_class = Client
    return Officer(app.test_client())


def path_of(space: Space) -> str:
    return "/first/" + first(space).link().rpartition("/")[2]


def test_the_link_makes_one_president_who_is_signed_in(space: Space) -> None:
    path, visitor = path_of(space), stranger(space)
    assert visitor.get("/").status_code == 302
    assert visitor.post(path, TYPED).status_code == 303
    assert "Nadia Lemaire" in visitor.page("/")
    with space.home.store.reading() as connection:
        (made,) = desk_users.everyone(connection)
    assert (made.email, made.roles, made.invited) == ("nadia@exemple.fr", ("president",), False)
    again = stranger(space)
    assert again.post(path, TYPED | {"email": "autre@exemple.fr"}).status_code == 410
    assert "kiosk user first" in again.get(path).get_data(as_text=True)
    with refused("officer-there"):
        first(space).link()


def test_what_is_wrong_is_said_beside_its_field_and_makes_nothing(space: Space) -> None:
    path, visitor = path_of(space), stranger(space)
    for name, text in (("name", " "), ("email", "nadia"), ("password", "court"), ("password", "Nadia Lemaire 1")):
        answer = visitor.post(path, TYPED | {name: text})
        assert (answer.status_code, f'id="f-{name}-error"' in answer.get_data(as_text=True)) == (400, True), name
        assert TYPED["password"] not in answer.get_data(as_text=True)
    assert first(space).is_wanted()


@pytest.mark.remedy("user first", "first-link-over")
def test_a_link_lasts_a_day_and_no_other_s_is_good(
    space: Space, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = path_of(space).rpartition("/")[2]
    other = FirstOfficer.of(space.home, space.clock, bytes([1] * 32)).link().rpartition("/")[2]
    for wrong in (other, token[:-2], "B" + token[1:], "", "é", "a" * 5000):
        with refused("first-link-over"):
            first(space).check(wrong)
    space.clock.advance(seconds=timedelta(hours=24).total_seconds() - 1)
    first(space).check(token)
    space.clock.advance(seconds=1)
    with refused("first-link-over"):
        first(space).check(token)
    monkeypatch.setattr(HostClock, "now", lambda _: space.clock.now())
    link = str(Kiosk(space.home.paths.root, capsys).json("user", "first")["link"])
    FirstOfficer.of(space.home, space.clock, keys.read_key(space.home.paths.root / "keys" / "desk" / "web")).check(
        link.rpartition("/")[2]
    )


def test_of_two_who_follow_the_link_at_once_one_is_the_first(space: Space) -> None:
    token, second = path_of(space).rpartition("/")[2], first(space)
    first(space).make(token, "a@exemple.fr", "Alix", TYPED["password"])
    with refused("first-link-over"):  # whose page was checked before
        Officers.of(second.home, second.clock, "cli").add_first("b@exemple.fr", Profile("Bao", (Role.PRESIDENT,)), "x")


def test_who_guesses_links_is_stopped(space: Space) -> None:
    visitor = stranger(space)
    statuses = [visitor.get(f"/first/{number}").status_code for number in range(60)]
    assert (statuses[0], statuses[-1]) == (410, 429)
