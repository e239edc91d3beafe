"""The sums of the past are read when the desk starts: no page that is asked for then reads any of it again."""

import gc
import logging
import threading
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk import desk as composed
from kiosk.domain.members.roles import Role
from kiosk.store.books import annual_sums
from kiosk.store.kept_sums import KeptSums, Row, Sum
from kiosk.web.desk.common import remembered
from tests import beside
from tests.processes import until
from tests.web.desk.conftest import Desk
from tests.web.desk.space.test_figures import lived

PAGES = ("/figures/", "/books/report", "/books/report?year=2026", "/assembly/categories")


def span(connection: sa.Connection) -> tuple[date | None, date]:
    return annual_sums.first_day(connection), date(2026, 11, 28)


def early(desk: Desk, *, is_stopping: bool = False) -> None:
    stopping = threading.Event()
    if is_stopping:
        stopping.set()
    remembered.read_early(desk.app, desk.space.home.store, composed.PAST, span, stopping)


@pytest.fixture
def read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sums that have something of the past and are read from now on, in a space of three days."""
    lived(desk)
    found: list[str] = []
    keep = KeptSums.keep

    def noted(self: KeptSums, what: Sum, parts: list[Any], rows: list[Row], turn: int) -> None:
        found.extend([what.name] * bool(rows))
        keep(self, what, parts, rows, turn)

    monkeypatch.setattr(KeptSums, "keep", noted)
    return found


def test_what_was_read_at_the_start_no_page_reads_again(desk: Desk, read: list[str]) -> None:
    early(desk)
    assert {"visits by day", "entries"} <= {*read} <= {each.name for each in composed.PAST}
    read.clear()
    treasurer = desk.sign_in(Role.TREASURER)
    for page in PAGES:
        assert treasurer.get(page).status_code == 200
    assert read == []


def test_without_it_pages_read_for_themselves_and_a_desk_that_stops_reads_no_more(desk: Desk, read: list[str]) -> None:
    early(desk, is_stopping=True)
    assert read == []
    treasurer = desk.sign_in(Role.TREASURER)
    for page in PAGES:
        treasurer.get(page)
    assert {*read} <= {each.name for each in composed.PAST}
    assert len({*read}) > 3


def test_it_is_read_beside_the_pages_and_ends_with_the_desk(desk: Desk, read: list[str]) -> None:
    with remembered.read_beside(desk.app, desk.space.home.store, composed.PAST, span):
        pass
    assert all(each.name != "early sums" for each in threading.enumerate())
    with desk.app.app_context(), desk.space.home.store.reading() as connection:
        assert remembered.sums(connection, date(2026, 11, 28)).kept is not None


@pytest.mark.sqlite
def test_a_value_that_is_none_ends_the_reading_in_a_line(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A thread that nobody waits for says it, with nothing of the value; the desk goes on."""
    lived(desk)
    with beside.unguarded(desk.space.home) as raw:
        raw.execute("UPDATE entry SET amount_cents = 'secret' WHERE kind = 'charge'")
    with (
        caplog.at_level(logging.INFO, remembered.__name__),
        remembered.read_beside(desk.app, desk.space.home.store, composed.PAST, span),
    ):
        until(lambda: caplog.messages)
    assert len(caplog.messages) == 1
    assert "secret" not in caplog.text


def test_what_the_start_made_is_looked_at_by_no_page() -> None:
    made: list[list[int]] = [[] for _ in range(1000)]
    try:
        composed.settle()
        assert not {id(each) for each in made} & {id(each) for each in gc.get_objects()}
    finally:
        gc.unfreeze()
    assert "settle" in composed.run.__code__.co_names
