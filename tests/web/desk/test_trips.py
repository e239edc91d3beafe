"""How often a page of the desk waits for its server: what an office that is far from it feels."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.domain.members.roles import Role
from kiosk.store.asking import asked_again
from tests import homes, postgres
from tests.delaying import Delaying, delaying
from tests.web.desk.conftest import Desk

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
MOST = 14  # turns of a page that was looked at before; the end of a transaction that read is one, and is not awaited
LOGGED = 5  # more, of a page that leaves a line in the officers' log
PAGES = ("/", "/todo", "/members", "/money", "/doors", "/state", "/books", "/rules")


@pytest.fixture
def network() -> Iterator[Delaying]:
    """The way to the run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    with delaying(postgres.server().port) as made:
        yield made


@pytest.fixture
def root(staff: Path, tmp_path: Path, network: Delaying) -> Path:
    """A home on that server, reached by that way."""
    made = homes.on_server(staff / staff.name, tmp_path / "home")
    settings, port = made / "kiosk.toml", postgres.server().port
    settings.write_text(settings.read_text("utf-8").replace(f":{port}/", f":{network.port}/"), "utf-8")
    (made / "kiosk.toml.accepted").unlink(missing_ok=True)
    return made


def test_a_page_that_was_looked_at_asks_its_server_a_dozen_times_and_another_member_s_hardly_more(
    desk: Desk, network: Delaying
) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Diallo", KARIM)
    officer = desk.sign_in(Role.TREASURER)
    turns = {}
    for page in PAGES:
        first = officer.page(page)
        network.turns = 0
        assert len(officer.page(page)) == pytest.approx(len(first), rel=0.05)
        turns[page] = network.turns
    assert {page: count for page, count in turns.items() if count > MOST} == {}
    assert "Inès Moreau" in officer.page("/members/1")
    network.turns = 0
    other = officer.page("/members/2")
    assert network.turns <= MOST + LOGGED
    assert "Karim Diallo" in other
    assert "Inès Moreau" not in other, "no answer to the other member's page is taken for this one's"


def test_what_was_written_since_is_seen_by_a_page_that_asks_ahead(desk: Desk) -> None:
    officer = desk.sign_in(Role.TREASURER)
    for number, (name, uid) in enumerate((("Inès Moreau", INES), ("Karim Diallo", KARIM)), 1):
        officer.page("/members")
        desk.space.join(name, uid)
        assert name in officer.page("/members")
        assert str(number) in officer.page("/members")


def test_a_question_that_is_foreseen_and_refused_bars_its_page_and_nothing_else(desk: Desk) -> None:
    store = desk.space.home.store
    for _ in range(2):
        asked_again.begin("GET a.page")
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
            connection.exec_driver_sql("SELECT 10 / CAST(? AS integer)", (5,)).scalar()
            connection.exec_driver_sql("SELECT 100 / CAST(? AS integer)", (5,)).scalar()
    asked_again.begin("GET a.page")
    with pytest.raises(sa.exc.DataError), store.reading() as connection:
        connection.exec_driver_sql("SELECT 10 / CAST(? AS integer)", (0,))
    asked_again.begin("GET a.page")
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT 10 / CAST(? AS integer)", (2,)).scalar() == 5
    asked_again.end()
