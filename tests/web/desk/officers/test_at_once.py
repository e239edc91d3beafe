"""Five browsers with one secret at the same moment, round after round: one of them is let in."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from kiosk.members.sign_ins import SignIns
from kiosk.messages.account_notice import AccountNotices
from tests.conftest import WEDNESDAY
from tests.web.desk.conftest import ASKS_EVERY_FORM, HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.officers.test_accounts import NEW, attempt, code_of, link, set_up_codes
from tests.web.desk.officers.test_second_proof import (
    BROWSERS,
    TREASURER,
    new_recovery_codes,
    recovery_codes,
    use_at_once,
)

CODES = 100  # rounds
LINKS, SETS = (100, 20) if ASKS_EVERY_FORM else (3, 1)  # five recovery codes a set; a password is slow to choose


@pytest.fixture(autouse=True)
def telephone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telephone goes by the desk's clock."""
    monkeypatch.setattr("passlib.totp.TOTP.now", staticmethod(WEDNESDAY.timestamp))


def at_once(pool: ThreadPoolExecutor, tries: Sequence[Callable[[], bool]]) -> int:
    """How many of these succeed that begin at the same moment."""
    together = threading.Barrier(len(tries))

    def begin(each: Callable[[], bool]) -> bool:
        together.wait()
        return each()

    return sum(pool.map(begin, tries))


def test_a_code_by_time_lets_one_of_five_in_a_hundred_times(desk: Desk) -> None:
    home = desk.space.home
    sign_ins = SignIns(store=home.store, clock=desk.space.clock, key=bytes(32), notices=AccountNotices.of(home))
    with ThreadPoolExecutor(BROWSERS) as pool:
        let_in = [at_once(pool, [partial(sign_ins.use_code, "secret", counter)] * BROWSERS) for counter in range(CODES)]
    assert let_in == [1] * CODES


def test_a_code_by_time_that_five_browsers_send_signs_one_in(desk: Desk, treasurer: Officer) -> None:
    code = code_of(desk, set_up_codes(desk, treasurer))
    browsers = [desk.stranger() for _ in range(BROWSERS)]
    assert [attempt(desk, TREASURER, PASSWORD, each) for each in browsers] == [302] * BROWSERS
    asked = [(each, each.token("/tf-validate")) for each in browsers]
    with ThreadPoolExecutor(BROWSERS) as pool:
        assert at_once(pool, [partial(validate, each, token, code) for each, token in asked]) == 1
    assert sum(each.get("/").status_code == 200 for each in browsers) == 1


def validate(browser: Officer, token: str, code: str) -> bool:
    data = {"code": code, "csrf_token": token}
    return browser.client.post("/tf-validate", base_url=HTTPS, data=data).headers.get("Location") == "/"


def test_each_recovery_code_lets_one_of_five_in(desk: Desk, treasurer: Officer) -> None:
    codes = recovery_codes(desk, treasurer)
    for _ in range(SETS):
        assert [use_at_once(desk, [code] * BROWSERS) for code in codes] == [1] * 5
        codes = new_recovery_codes(desk)


def choose(browser: Officer, where: str, token: str, password: str) -> bool:
    data = {"password": password, "password_confirm": password, "csrf_token": token}
    return browser.client.post(where, base_url=HTTPS, data=data).headers.get("Location") == "/login"


def test_a_link_lets_one_of_five_choose_a_password(desk: Desk) -> None:
    with ThreadPoolExecutor(BROWSERS) as pool:
        for number in range(LINKS):
            where = link(desk, TREASURER)
            browsers = [desk.stranger() for _ in range(BROWSERS)]
            asked = [(each, each.token(where)) for each in browsers]
            tries = [
                partial(choose, each, where, token, f"{NEW} {number} {at}") for at, (each, token) in enumerate(asked)
            ]
            assert at_once(pool, tries) == 1
    assert attempt(desk, TREASURER, PASSWORD) == 200, "the old one is none any more"
