"""A member pairs their telephone before the screen, and a stranger with a photograph of it gets nothing.

Two contexts of one Chromium: the kiosk with touch, and telephones of 390 px.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act

from .axe import found_by_axe
from .door import CAST
from .looks import picture
from .telephones import House, opened_house, shows_qr, types
from .thefts import Theft, played

PAIRS, PHOTOGRAPHED = "settings", "reports"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[House]:
    with opened_house(tmp_path_factory.mktemp("telephones"), chromium) as opened:
        yield opened


def test_a_telephone_is_paired_and_used_and_ended(house: House, screenshots: Path) -> None:
    door, wrong = house.door, []
    with house.telephone() as phone:
        said = shows_qr(door, PAIRS)
        assert said.startswith(f"{house.address}/p/")
        picture(door.page, screenshots / "membres-qr.png")
        phone.goto(said)
        picture(phone, screenshots / "membres-relier.png", high=420)
        house.scans(phone, said)
        digits = phone.locator(".digits").inner_text()
        assert re.fullmatch(r"\d\d", digits)
        picture(phone, screenshots / "membres-chiffres.png", high=260)
        types(door, PAIRS, digits)
        door.sees(CardKind.PHONE_PAIRED)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
        picture(phone, screenshots / "membres-compte.png", high=660)
        (cookie,) = phone.context.cookies()
        assert cookie["httpOnly"]
        assert cookie["secure"]
        for label in ("Mes lignes", "Reçus et relevés", "J’ai oublié de badger", "Mes réglages", "Mes données"):
            phone.get_by_role("link", name=label).tap()
            expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("."))
            wrong += found_by_axe(phone)
            wide = phone.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, label
        assert wrong == []
        phone.get_by_role("link", name="Mes téléphones").tap()
        door.touch(Act.PHONES)
        door.sees(CardKind.PHONES)
        door.page.locator('#stage [data-act="phone-end"]').first.tap()
        door.reads("Rien pour l’instant")
        phone.reload()
        expect(phone.locator("main")).to_contain_text("n’est pas relié")
        assert phone.context.cookies() == []
    door.close()
    door.is_idle(CAST[PAIRS][0].split()[0])


def test_a_stranger_with_a_photograph_ends_both_and_opens_nothing(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as stranger:
        said = shows_qr(door, PHOTOGRAPHED)
        house.scans(stranger, said)  # the faster of the two
        shown = stranger.locator(".digits").inner_text()
        house.scans(phone, said)
        with played(Theft.FASTER):
            expect(phone.locator("main")).to_contain_text("Deux téléphones ont scanné le même QR.")
            expect(stranger.locator("main")).to_contain_text("Deux téléphones ont scanné le même QR.")
            types(door, PHOTOGRAPHED, shown)
            door.sees(CardKind.PHONE_REFUSED)
            assert stranger.context.cookies() == []
    door.close()
    door.is_idle(CAST[PHOTOGRAPHED][0].split()[0])
