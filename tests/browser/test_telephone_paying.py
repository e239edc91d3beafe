"""A member pays online on their telephone, and the screen at the door knows: paid and seen, the browser closed after
paying, paid too late, and not paid at all.

The platform stands in for HelloAsso; its page has a button that pays. What calls outwards and what enters are the
commands that timers run.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.online import ASKED_MINUTES
from kiosk.money.online import calling

from .door import CAST
from .telephones import House, opened_house

PAYS, CLOSES, IS_LATE = "settings", "reports", "host"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[House]:
    with opened_house(tmp_path_factory.mktemp("paying"), chromium) as opened:
        yield opened


def goes_out(house: House) -> None:
    """What calls outwards makes a pass, as its unit does when it is woken."""
    done = house.door.home.kiosk("outside")
    assert done.returncode == 0, done.stderr


def asks(house: House, phone: Page, sum_: str) -> None:
    """Ask to pay, and wait for the platform's page."""
    phone.get_by_role("link", name="Payer en ligne").tap()
    if sum_:
        phone.get_by_label("Une autre somme, en euros").fill(sum_)
        phone.get_by_role("button", name="Payer cette somme").tap()
    else:
        phone.get_by_role("button", name=re.compile("^Payer ")).first.tap()
    expect(phone.locator("main")).to_contain_text("HelloAsso prépare la page de paiement")
    goes_out(house)
    phone.get_by_role("link", name=re.compile("chez HelloAsso")).tap()  # the page has loaded itself again
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("^Payer .* €$"))


def paid(house: House, story: str) -> list[int]:
    """The payments on a member's account, in cents."""
    return [-cents for kind, cents in house.door.entries(CAST[story][0]) if kind == "payment"]


def sees_at_the_door(house: House, sum_: str) -> None:
    """The member's own lines on the screen name the payment."""
    house.door.touch(Act.LINES)
    house.door.sees(CardKind.OWN_LINES)
    house.door.reads(sum_)


def test_what_is_owed_is_paid_on_the_telephone_and_seen_at_the_door(house: House) -> None:
    door = house.door
    with house.telephone() as phone:
        house.pairs(phone, PAYS)
        owed = door.member(CAST[PAYS][0]).balance_cents
        assert owed > 0
        asks(house, phone, "")
        phone.get_by_role("link", name="Revenir sans payer").tap()
        expect(phone.locator("main")).to_contain_text("Nous attendons la confirmation de HelloAsso.")
        phone.get_by_role("link", name="Je n’ai pas encore payé").tap()
        phone.get_by_role("link", name=re.compile("chez HelloAsso")).tap()
        assert paid(house, PAYS) == [], "what leads back writes nothing"
        phone.get_by_role("button", name="Payer par carte").tap()
        expect(phone.locator("main")).to_contain_text("Nous attendons la confirmation de HelloAsso.")
        assert paid(house, PAYS) == [], "nor does the platform's own way back"
        goes_out(house)
        expect(phone.locator("main")).to_contain_text("Payé")
        assert paid(house, PAYS) == [owed]
        phone.get_by_role("link", name="Reçus et relevés").tap()
        expect(phone.get_by_role("button", name=re.compile("^Reçu"))).to_be_visible()
        door.touch(Act.ACCOUNT)
        door.sees(CardKind.ACCOUNT)
        sees_at_the_door(house, f"{owed // 100},{owed % 100:02}")
        assert door.member(CAST[PAYS][0]).balance_cents == 0
    door.close()
    door.is_idle(CAST[PAYS][0].split()[0])


def test_a_browser_that_is_closed_after_paying_loses_nothing(house: House) -> None:
    door = house.door
    with house.telephone() as phone:
        house.knows(phone, CLOSES)
        asks(house, phone, "12,50")
        phone.route(f"{house.address}/**", lambda route: route.abort())  # it never comes back
        with phone.expect_event("requestfailed"):
            phone.get_by_role("button", name="Payer par carte").tap()
        phone.close()
    for _ in range(2):
        goes_out(house)
        assert door.home.kiosk("due").returncode == 0
        assert paid(house, CLOSES) == [1250]
    door.opens_account(CLOSES)
    sees_at_the_door(house, "12,50")
    door.close()
    door.is_idle(CAST[CLOSES][0].split()[0])


def test_what_is_paid_too_late_is_entered_all_the_same_and_told(house: House) -> None:
    with house.telephone() as phone:
        house.knows(phone, IS_LATE)
        asks(house, phone, "7")
        with home.opened(house.door.home.root, program="outside", is_patient=True) as outside:
            now = HostClock().now()
            calling.run(outside, now + timedelta(minutes=ASKED_MINUTES + 1))
            phone.goto(f"{house.address}/m/online-wait")
            expect(phone.locator("main")).to_contain_text("n’a pas été fait")
            house.platform.pay(house.platform.pages[-1])  # on a page that stayed open
            calling.run(outside, now + timedelta(days=1))
        phone.reload()
        expect(phone.locator("main")).to_contain_text("Payé")
        assert paid(house, IS_LATE) == [700]
