"""A member's telephones at the desk: seen with their day, ended one by one or all at once."""

import pytest
from msgspec.structs import replace

from kiosk.config import PagesConfig
from kiosk.domain.days import Moment
from kiosk.store.space.policies import Rules
from kiosk.store.telephones import telephone_rows
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

FR = {"Accept-Language": "fr"}


@pytest.fixture
def space(space: Space) -> Space:
    """A space whose members have pages, with two telephones of one of them."""
    space.home = replace(space.home, config=replace(space.home.config, pages=PagesConfig("https://m.example.org")))
    number = space.join("Inès Moreau", "04A2000000E511")
    with space.home.store.writing() as connection:
        moment: Moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        for mark in (b"1", b"2"):
            member_id = connection.exec_driver_sql(f"SELECT id FROM member WHERE number = {number}").scalar()
            assert isinstance(member_id, int)
            telephone_rows.add(
                connection, member_id, mark * 32, way="badge", kind="android", at=moment.at, day=moment.day
            )
    return space


def test_telephones_are_seen_on_the_file_and_ended_there(space: Space, desk: Desk, secretary: Officer) -> None:
    page = secretary.page("/members/1", headers=FR).replace("\u00a0", " ")
    assert page.count("relié le") == 2
    assert secretary.post("/members/1/telephones/1/end", form_on="/members/1").status_code == 303
    assert secretary.page("/members/1", headers=FR).count("relié le") == 1
    assert secretary.post("/members/1/telephones/end", form_on="/members/1").status_code == 303
    assert "relié le" not in secretary.page("/members/1", headers=FR)
    acts = space.sql("SELECT act, actor LIKE 'user-%' OR actor <> 'kiosk' FROM desk_log WHERE act = 'telephone-ended'")
    assert acts == [("telephone-ended", 1)] * 2


def test_a_host_sees_telephones_and_ends_none(space: Space, host: Officer) -> None:
    assert "relié le" in host.page("/members/1", headers=FR)
    assert host.post("/members/1/telephones/end", form_on="/").status_code == 403
    assert space.sql("SELECT count(*) FROM telephone WHERE ended_on IS NULL") == [(2,)]
