"""A company's code at the door: typed on the screen's keys by a member, whose day it pays; in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.language.catalogues import Language
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from tests.money.giving import Vouchers
from tests.money.test_hour_vouchers import sells
from tests.premises.keeping import acting

from .door import Door, prepare, watched
from .looks import ENGLISH, FRENCH, SPOKEN, UPRIGHT, Window

WATCHED: dict[Language, tuple[Window, ...]] = {"fr": (FRENCH, UPRIGHT), "en": (ENGLISH,)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home in which a code for two days waits, and the code."""
    root = prepare(tmp_path_factory.mktemp("code"))
    with home.opened(root) as opened:
        sells(opened.store, "days-10", "day", 10, 4500)
        with opened.store.writing() as connection:
            organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
        office = Vouchers(acting(opened, HostClock(), "cli"))
        office.sell(1, "days-10")
        return root, office.code(1, days=2)


@pytest.fixture(params=SPOKEN)
def door(
    prepared: tuple[Path, str], tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Door]:
    language: Language = request.param
    with watched(prepared[0], tmp_path, chromium, language, WATCHED[language]) as found:
        yield found


def test_a_code_is_typed_wrong_then_right_and_pays_for_today(door: Door, prepared: tuple[Path, str]) -> None:
    name = door.opens_account("settings")
    door.touch(Act.PAY)
    door.sees(CardKind.PAY)
    door.touch(Act.VOUCHER_CODE)
    door.sees(CardKind.VOUCHER_CODE)
    typed = door.page.locator("#stage .typed span")
    for sign in prepared[1][:-1]:
        door.touch(Act.KEY, sign)
    expect(typed).to_have_text(prepared[1][:-1])
    before = door.page.locator("#stage").get_attribute("data-number")
    door.touch(Act.VOUCHER_KEEP)
    door.page.wait_for_selector(f'#stage:not([data-number="{before}"])')
    door.sees(CardKind.VOUCHER_CODE)
    with door.records() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM voucher").scalar() == 0
    door.touch(Act.KEY, prepared[1][-1])
    expect(typed).to_have_text(prepared[1])
    door.touch(Act.VOUCHER_KEEP)
    door.sees(CardKind.HOUSE_DONE, name)
    door.touch(Act.DAY)
    door.touch(Act.DAY_USE, "voucher")
    door.page.wait_for_selector('#stage button[data-act="day-use"]', state="detached")
    with door.records() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT days, used FROM voucher")] == [(2, 1)]
