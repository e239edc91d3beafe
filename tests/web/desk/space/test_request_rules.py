"""Rules are handed on from page to page while they hold, and from nobody who may take back what was read."""

from datetime import date

import sqlalchemy as sa

from kiosk.domain.money.tariffs import Policy
from kiosk.web.desk.common import request_rules
from tests.conftest import WEDNESDAY
from tests.web import statements
from tests.web.desk.conftest import HTTPS, Desk


def read(desk: Desk, method: str = "GET") -> Policy:
    """What a request is told."""
    home = desk.space.home
    with desk.app.test_request_context("/", base_url=HTTPS, method=method), home.store.reading() as connection:
        return request_rules.of(home).on(connection, WEDNESDAY.date())


def test_rules_are_read_once_for_many_pages_and_anew_when_another_program_changed_them(desk: Desk) -> None:
    first = read(desk)
    assert read(desk) is first
    desk.space.rule("guests_a_day", "7")
    assert (first.guests_a_day == 7, read(desk).guests_a_day) == (False, 7)


def test_who_sends_something_hands_nothing_on(desk: Desk) -> None:
    sent = read(desk, "POST")
    assert read(desk) is not sent


def looks(desk: Desk, method: str) -> int:
    """How often a request asks whether rules still hold, which wants the day three times."""
    home, clock = desk.space.home, desk.space.clock
    with (
        desk.app.test_request_context("/", base_url=HTTPS, method=method),
        home.store.reading() as connection,
        statements.heard() as sent,
    ):
        for _ in range(3):
            request_rules.of(home).at(connection, clock.now())
    return sum("rules_revision" in each for each in sent)


def test_a_page_looks_once_whether_rules_hold_and_who_changes_something_each_time(desk: Desk) -> None:
    assert (looks(desk, "GET"), looks(desk, "POST")) == (1, 3)


def test_what_hangs_on_rules_alone_is_remembered_as_long_as_none_changes(desk: Desk) -> None:
    home, made = desk.space.home, list[int]()

    def guests() -> int:
        def read(_connection: sa.Connection, _day: date) -> int:
            made.append(1)
            return len(made)

        with desk.app.test_request_context("/", base_url=HTTPS), home.store.reading() as connection:
            return request_rules.of(home).fact("guests", connection, WEDNESDAY.date(), read)

    assert [guests(), guests()] == [1, 1]
    desk.space.rule("guests_a_day", "7")
    assert [guests(), guests()] == [2, 2]
