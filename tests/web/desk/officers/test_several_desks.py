"""Two desk processes on one database: who signed in at one is known at the other, and so is who tried too often."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_security import hash_password

from kiosk import home
from kiosk.domain.members.roles import Role
from kiosk.store.officers import desk_attempts, desk_users
from kiosk.web.desk.app import create_app
from kiosk.web.desk.officers import accounts
from tests import homes, postgres
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.kept import keep
from tests.web.desk.conftest import PASSWORD, Desk

_TREASURER = "treasurer@exemple.fr"


@pytest.fixture
def desks(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Desk, Desk]]:
    """Each with a store of its own, on the run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    keep()
    monkeypatch.setattr(accounts, "MEMORY_KIB", 8)
    monkeypatch.setattr(accounts, "PASSES", 1)
    root = homes.on_server(template, tmp_path / "home")
    clock = FakeClock(WEDNESDAY)
    with home.opened(root, is_patient=True) as one, home.opened(root, is_patient=True) as other:
        made = []
        for opened in (one, other):
            app = create_app(opened, clock, bytes(32), ["localhost"])
            app.testing = False
            made.append(Desk(Space(opened, clock), app))
        with made[0].app.app_context(), one.store.writing() as connection:
            word = hash_password(PASSWORD)
            desk_users.add(connection, _TREASURER, "Treasurer", [Role.TREASURER.value], clock.now(), word)
        yield made[0], made[1]
        for desk in made:
            desk.space.kept.close()


def test_session_begun_at_one_desk_goes_on_at_the_other_and_ends_at_both(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    officer = here.sign_in(Role.TREASURER)
    guest = there.stranger()
    cookies = {cookie.key: cookie.value for cookie in (officer.client._cookies or {}).values()}
    for name, value in cookies.items():
        guest.client.set_cookie(name, value, domain="localhost", secure=True)
    assert guest.get("/money").status_code == 200
    officer.post("/logout")
    assert guest.get("/money").status_code == 302


def test_attempts_at_one_desk_count_at_the_other(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    for number in range(40):
        desk = desks[number % 2]
        stranger = desk.stranger()
        wrong = {"email": _TREASURER, "password": "une autre phrase"}
        if stranger.post("/login", wrong, form_on="/login").status_code == 429:
            break
    else:
        pytest.fail("nobody was made to wait")
    right = {"email": _TREASURER, "password": PASSWORD}
    for each in (here, there):
        assert each.stranger().post("/login", right, form_on="/login").status_code == 429


def test_a_code_that_was_used_at_one_desk_is_used_at_the_other(desks: tuple[Desk, Desk]) -> None:
    def is_first(desk: Desk, counter: int) -> bool:
        with desk.space.home.store.writing() as connection:
            return desk_attempts.use_code(connection, WEDNESDAY, b"secret", counter)

    here, there = desks
    assert [is_first(here, 1), is_first(there, 1), is_first(there, 2), is_first(here, 2)] == [True, False, True, False]
