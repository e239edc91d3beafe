"""The whole place let for an evening, at the desk in a browser: quote, insurance, booked, in the calendar, deposit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kiosk.language.names import Names
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts

from .axe import check_axe
from .desk import EVERY_ROLE, RealDesk, laptop, running, sign_in


@pytest.fixture
def desk(lived: Path, tmp_path: Path) -> Iterator[RealDesk]:
    """A space with rooms turned on, a small one, a product to let the place by, and a cooperative."""
    with running(lived, tmp_path / "home") as found:
        found.space.rule("rooms_on", "true")
        with found.space.home.store.writing() as connection:
            room_rows.add(connection, "small", RoomFacts(names=Names({"fr": "Petite salle", "en": "Small room"})))
            organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
            connection.exec_driver_sql(
                "INSERT INTO product (id, code, kind, unit) VALUES (901, 'place-hour', 'room', 'hour')"
            )
            connection.exec_driver_sql(
                "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (901, 'full', '2020-01-01', 4000)"
            )
        yield found


def test_evening_is_quoted_booked_seen_and_its_deposit_given_back(desk: RealDesk, chromium: Browser) -> None:
    with laptop(chromium, desk) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        page.goto(f"{desk.address}/calendar")
        page.get_by_role("navigation", name="Rubriques", exact=True).get_by_role("link", name="Devis").click()
        page.get_by_role("link", name="Devis pour une partie du lieu").click()
        check_axe(page)
        page.get_by_label("Pour le client").fill("coopérative tilleul")
        page.get_by_label("Jour", exact=True).fill("2026-12-04")
        page.get_by_label("De", exact=True).fill("18:00")
        page.get_by_label("Jusqu’à", exact=True).fill("22:00")
        expect(page.get_by_label("Prix")).to_have_value("place-hour")  # there is no other
        page.get_by_label("Objet de la location").fill("Assemblée")
        page.get_by_label("Acompte demandé (€)").fill("60")
        page.get_by_label("Caution (€)").fill("300")
        page.get_by_label("Devis valable jusqu’au").fill("2026-12-01")
        page.get_by_role("button", name="Créer le devis").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Devis 1")
        expect(page.locator("dl").first).to_contain_text("160,00")
        check_axe(page)
        page.get_by_label("Attestation vue, valable jusqu’au").fill("2027-08-31")
        page.get_by_role("button", name="Noter l’attestation").click()
        expect(page.locator("dl").first).to_contain_text("vue, valable jusqu’au")
        page.get_by_role("button", name="Noter l’accord et réserver").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("accepté")
        page.goto(f"{desk.address}/calendar?day=2026-12-04")
        expect(page.locator("main")).to_contain_text("Tout le lieu")
        page.goto(f"{desk.address}/rooms/quotes/1")
        page.get_by_role("button", name="Rendre la caution").click()
        expect(page.locator("dl").first).to_contain_text("rendue")
    assert desk.sql("SELECT state FROM privatisation") == [("booked",)]
    [(owed,)] = desk.sql(
        "SELECT balance_cents FROM account JOIN organisation o ON o.id = organisation_id"
        " WHERE o.name = 'Coopérative Tilleul'"
    )
    assert owed == 16000
