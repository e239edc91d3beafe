"""How often a page of the desk waits for its server: what an office that is far from it feels."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa

import kiosk
from kiosk.domain.members.roles import Role
from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Memory
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.web.desk import asked_file
from tests import homes, postgres, trips
from tests.browser import page_table
from tests.trips import Trips
from tests.web.desk.conftest import Desk

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
MOST = 7  # times that a page waits which was looked at before
MOST_OF_ANOTHER = 17  # of another member's, which leaves a line in the officers' log
MOST_OF_A_FIRST_LOOK = 15  # since the desk's start: under a second at 50 ms
PAGES = ("/", "/todo", "/members", "/money", "/doors", "/state", "/books", "/rules")


@pytest.fixture
def root(staff: Path, tmp_path: Path) -> Path:
    """A home on the run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return homes.on_server(staff / staff.name, tmp_path / "home")


@pytest.fixture
def waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trips]:
    """How often the desk waits for that server."""
    with trips.counted(desk.space.home.store, monkeypatch) as made:
        yield made


def test_a_page_that_was_looked_at_waits_for_its_server_a_few_times_and_another_member_s_hardly_more(
    desk: Desk, waits: Trips
) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Diallo", KARIM)
    officer = desk.sign_in(Role.TREASURER)
    counts = {}
    for page in PAGES:
        first = officer.page(page)
        waits.begin()
        assert len(officer.page(page)) == pytest.approx(len(first), rel=0.05)
        counts[page] = waits.count()
    assert {page: count for page, count in counts.items() if count > MOST} == {}
    assert "Inès Moreau" in officer.page("/members/1")
    waits.begin()
    other = officer.page("/members/2")
    assert waits.count() <= MOST_OF_ANOTHER
    assert "Karim Diallo" in other
    assert "Inès Moreau" not in other, "no answer to the other member's page is taken for this one's"


def kept_words(path: Path) -> set[str]:
    """The texts that are bound in what is kept of the pages, without days."""
    found = json.loads(path.read_text("utf-8").rpartition("\n")[0])
    bound = [each for page in found["pages"] for _, values in page["questions"] for each in values]
    return {each for each in bound if isinstance(each, str) and each and not each[0].isdigit()}


def words_of_the_program() -> set[str]:
    """The texts that stand in the source itself, and are nobody's."""
    sources = [path.read_text("utf-8") for path in Path(kiosk.__file__).parent.rglob("*.py")]
    return {word for text in sources for word in re.findall(r"[\w:-]+", text)}


def test_a_first_look_since_the_desk_s_start_waits_no_longer_than_a_second_at_fifty_milliseconds(
    desk: Desk, waits: Trips
) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Diallo", KARIM)
    at_desk = desk.space.home
    store = cast("ServerStore", at_desk.store)
    pages = [each for first, *_ in page_table.PAGES.values() for each in [first] if "{" not in each]
    officer = desk.sign_in(Role.PRESIDENT)
    for page in [*pages, "/members/1"]:
        officer.get(page)
    asked_file.save(at_desk, store.memory)
    assert kept_words(at_desk.paths.asked) <= words_of_the_program()
    store.memory = Memory()  # as a start makes it
    asked_file.load(at_desk, store.memory)
    counts = {}
    for page in [*pages, "/members/2"]:
        waits.begin()
        officer.get(page)
        counts[page] = waits.count()
    assert {page: count for page, count in counts.items() if count > MOST_OF_A_FIRST_LOOK} == {}


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
