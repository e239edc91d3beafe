"""How often a page of the desk waits for its server: what an office that is far from it feels."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
import sqlalchemy as sa

import kiosk
from kiosk.domain.members.roles import Role
from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Memory, Unknown
from kiosk.store.asking.lasting import asked
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.web.desk import asked_file
from kiosk.web.desk.common import timing
from tests import homes, postgres, trips
from tests.browser import page_table
from tests.trips import Trips
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
MOST_OF_SIGNING_IN = 10
MOST = 3  # times that a page waits which was looked at before
MOST_OF_ANOTHER = 8  # of another member's, which leaves a line in the officers' log
MOST_OF_A_FIRST_LOOK = 8  # since the desk's start: under half a second at 50 ms
MOST_OF_A_NEW_PAGE = {
    "/books/fec/print": 20,  # nothing to print, and nothing known of that page
    "/members/9/data": 20,  # no such member
    "/members/papers": 12,
}
"""Of a page that was never looked at since the installation, where it is more: what is read for each member."""
FIRST_PAGES = [each for first, *_ in page_table.PAGES.values() for each in [first] if "{" not in each] + ["/members/1"]
PAGES = ("/", "/todo", "/members", "/money", "/doors", "/state", "/books", "/rules")


@pytest.fixture
def root(staff: Path, tmp_path: Path) -> Path:
    """A home on the run's server, with an account there for each program."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return homes.on_server(staff / staff.name, tmp_path / "home", has_roles=True)


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
    bound = [each for _, values in found["questions"] for each in values]
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
    pages = FIRST_PAGES[:-1]
    officer = desk.sign_in(Role.PRESIDENT)
    for page in FIRST_PAGES:
        officer.get(page)
    asked_file.save(at_desk, store.memory)
    assert kept_words(at_desk.paths.asked) - asked_file.own_words() <= words_of_the_program()
    store.memory = Memory()  # as a start makes it
    asked_file.load(at_desk, store.memory)
    counts = {}
    for page in [*pages, "/members/2"]:
        waits.begin()
        officer.get(page)
        counts[page] = waits.count()
    assert {page: count for page, count in counts.items() if count > MOST_OF_A_FIRST_LOOK} == {}


def test_a_page_that_was_never_looked_at_waits_no_longer_than_a_second_at_fifty_milliseconds(
    desk: Desk, waits: Trips, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, uid in (("Inès Moreau", INES), ("Karim Diallo", KARIM)):
        desk.space.join(name, uid)
    officer, fresh = desk.sign_in(Role.PRESIDENT), dict(desk.app.extensions)
    at_desk = desk.space.home or desk.space.home
    asked_file.load(at_desk, cast("ServerStore", at_desk.store).memory)
    _let_time_pass(desk, monkeypatch)
    counts = {}
    for page in FIRST_PAGES:
        desk.app.extensions.clear()  # as a start leaves it
        desk.app.extensions.update(fresh)
        waits.begin()
        officer.get(page)
        counts[page] = waits.count()
    most = {page: MOST_OF_A_NEW_PAGE.get(page, MOST_OF_A_FIRST_LOOK) for page in counts}
    assert {page: count for page, count in counts.items() if count > most[page]} == {}, "python -m tests.asked"


def test_signing_in_waits_no_longer_than_a_second_at_fifty_milliseconds_and_knows_the_device_the_next_time(
    desk: Desk, waits: Trips
) -> None:
    def sign_in(officer: Officer, role: Role, password: str = PASSWORD) -> tuple[int, int]:
        data = {"email": f"{role.value}@exemple.fr", "password": password, "csrf_token": officer.token("/login")}
        waits.begin()
        answer = officer.client.post("/login", base_url=HTTPS, data=data)
        return answer.status_code, waits.count()

    officer = desk.stranger()
    status, of_the_log_s_first_line = sign_in(officer, Role.PRESIDENT)
    assert (status, of_the_log_s_first_line <= MOST_OF_SIGNING_IN + 5) == (302, True)
    officer.post("/logout")
    of_a_new_connection = 2  # which is asked once whose records it reaches
    for password, expected in ((PASSWORD, 302), ("une autre phrase", 200)):
        for role in (Role.SECRETARY, Role.SECRETARY, Role.TREASURER):  # on a new device, a known one, another's
            status, count = sign_in(officer if role is Role.SECRETARY else desk.stranger(), role, password)
            assert status == expected
            assert count <= MOST_OF_SIGNING_IN + of_a_new_connection, (role, password)
            of_a_new_connection = 0
            officer.post("/logout")


def test_a_page_that_only_looks_reads_in_one_snapshot_and_anew_after_it_wrote(desk: Desk) -> None:
    store = desk.space.home.store

    def names() -> list[str]:
        with store.reading() as connection:
            return list(connection.exec_driver_sql("SELECT name FROM member ORDER BY id").scalars())

    def join(name: str, uid: str) -> None:
        with ThreadPoolExecutor(1) as another:  # another request
            another.submit(desk.space.join, name, uid).result()

    asked_again.begin("GET a.page", looks=True)
    assert names() == []
    join("Inès Moreau", INES)
    with store.reading() as outer:
        assert names() == []
        with store.logging():
            assert names() == ["Inès Moreau"], "what is read while it writes is by itself"
        assert outer.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0, "its reading goes on"
    assert names() == ["Inès Moreau"]
    asked_again.begin("POST a.page")
    assert names() == ["Inès Moreau"]
    join("Karim Diallo", KARIM)
    assert names() == ["Inès Moreau", "Karim Diallo"], "what acts reads anew each time"
    asked_again.end()


def test_a_fault_that_a_page_heard_ends_its_snapshot_and_not_the_page(desk: Desk) -> None:
    store = desk.space.home.store
    asked_again.begin("GET a.page", looks=True)
    with store.reading() as connection, pytest.raises(sa.exc.DataError):
        connection.exec_driver_sql("SELECT 1 / CAST(? AS integer)", (0,))
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    with pytest.raises(sa.exc.DataError), store.reading() as connection:
        connection.exec_driver_sql("SELECT 1 / CAST(? AS integer)", (0,))
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    asked_again.end()
    pool: Any = cast("ServerStore", store)._reader.pool
    assert pool.checkedout() == 0, "each connection was given back"


def _let_time_pass(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock go on each time that it is asked, as a machine's does."""
    clock, ticks = desk.space.clock, count(1)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(microseconds=37 * next(ticks)))


def test_a_page_is_of_one_moment_and_what_writes_is_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_time_pass(desk, monkeypatch)
    held = timing.PageClock(desk.space.clock)
    with desk.app.test_request_context("/"):
        assert held.now() == held.now()
    with desk.app.test_request_context("/", method="POST"):
        assert held.now() != held.now()
    assert held.now() != held.now()
    assert (held.boot, held.monotonic()) == (desk.space.clock.boot, desk.space.clock.monotonic())


def test_what_a_release_brings_of_its_pages_questions_is_understood_by_its_tables(desk: Desk, root: Path) -> None:
    del root
    memory = Memory()
    memory.learn(asked(asked_file.shipped()))
    store = cast("ServerStore", (desk.space.home or desk.space.home).store)
    with store.reading() as connection:
        driver: Any = connection.connection.driver_connection
        questions = {sql: bound for _, _, known in memory.to_keep() for sql, bound in known.asked}
        for number, (statement, bound) in enumerate(questions.items()):
            said = psycopg._queries.PostgresQuery(psycopg.adapt.Transformer(driver))
            said.convert(statement, ["" if isinstance(each, Unknown) else each for each in bound])
            result = driver.pgconn.prepare(b"t%d" % number, said.query, said.types)
            assert result.status == psycopg.pq.ExecStatus.COMMAND_OK, (statement, result.error_message)
    assert len(memory.to_keep()) > 150


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
