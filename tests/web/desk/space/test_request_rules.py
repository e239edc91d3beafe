"""Rules are handed on from page to page while they hold, and from nobody who may take back what was read."""

from kiosk.domain.money.tariffs import Policy
from kiosk.web.desk.common import request_rules
from tests.conftest import WEDNESDAY
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
