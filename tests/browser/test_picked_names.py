"""A member, an organisation and a product are named in a form as people do it, with a script and without one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from tests.rooms.hall import let

from .axe import check_axe
from .desk import EVERY_ROLE, RealDesk, laptop, running, sign_in

WIDTHS = (390, 1280)
PICTURES = os.environ.get("KIOSK_PICTURES", "")


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    """A space with rooms turned on, and three organisations of which two have a word in common."""
    with running(lived, tmp_path_factory.mktemp("picked") / "home") as found:
        let(found.space)
        with found.space.home.store.writing() as connection:
            organisations.add(connection, Facts(name="Tilleul Formation", kind="company"))
            organisations.add(connection, Facts(name="Atelier Lune", kind="association"))
        yield found


@pytest.fixture
def page(desk: RealDesk, chromium: Browser) -> Iterator[Page]:
    with laptop(chromium, desk) as context:
        opened = context.new_page()
        sign_in(opened, desk, EVERY_ROLE)
        yield opened


def looked_at(page: Page, name: str) -> None:
    """Hold a page to axe and to its width, on a telephone and on a laptop."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    check_axe(page)


def options(page: Page, field: str) -> list[str]:
    return [str(each) for each in page.locator(f"#{field}-likely option").evaluate_all("all => all.map(o => o.value)")]


def test_what_fits_is_offered_while_one_types(page: Page, desk: RealDesk) -> None:
    page.goto(f"{desk.address}/rooms/book")
    page.locator("#organisation").press_sequentially("tilleul")
    expect(page.locator("#organisation-likely option")).to_have_count(2)
    assert options(page, "organisation") == [
        "1 · Coopérative Tilleul (coopérative d’activité et d’emploi)",
        "2 · Tilleul Formation (entreprise)",
    ]
    page.locator("#member").press_sequentially("hugo")
    expect(page.locator("#member-likely option").first).to_have_attribute("value", "0010 · Hugo Petit")
    assert len(options(page, "organisation")) == 2, "each field has a list of its own"
    looked_at(page, "book")


def test_a_name_that_may_be_two_is_asked_about_beside_its_field(page: Page, desk: RealDesk) -> None:
    page.goto(f"{desk.address}/rooms/quotes/new?what=part")
    assert options(page, "product") == ["room-hour", "room-half", "room-day"]
    page.locator("#organisation").fill("tilleul")
    page.locator("#product").fill("room hour")
    page.locator("#when").fill("2026-12-04")
    page.locator("#from").fill("18:00")
    page.locator("#until").fill("20:00")
    page.get_by_role("button", name="Créer le devis").click()
    expect(page.locator("#organisation-error")).to_contain_text("1 · Coopérative Tilleul, 2 · Tilleul Formation")
    expect(page.locator("#organisation")).to_have_value("tilleul")
    expect(page.locator("#product")).to_have_value("room hour")
    looked_at(page, "quote")
    page.locator("#organisation").fill("2 · Tilleul Formation (entreprise)")
    page.get_by_role("button", name="Créer le devis").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Devis 1")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/members/11/payers", "organisation"),
        ("/rooms/1/edit", "hour_product"),
        ("/organisations/1/vouchers", ""),
        ("/books/invoices?organisation=tilleul", "organisation"),
    ],
)
def test_the_other_forms_fit_and_please_axe(page: Page, desk: RealDesk, path: str, field: str) -> None:
    page.goto(f"{desk.address}{path}")
    if field == "hour_product":
        page.locator("details summary").last.click()
    if field:
        expect(page.locator(f"#{field}")).to_have_attribute("list", f"{field}-likely")
    looked_at(page, path.strip("/").replace("/", "-").partition("?")[0])


def test_without_a_script_names_are_typed_and_told_the_same(desk: RealDesk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    sign_in(page, desk, EVERY_ROLE)
    page.goto(f"{desk.address}/rooms/book?room=2&day=2026-12-07&from=10:00")
    page.locator("#until").fill("11:00")
    for typed in ("tilleul", "Brasserie"):
        page.locator("#organisation").fill(typed)
        page.get_by_role("button", name="Réserver", exact=True).click()
        expect(page.locator("#organisation-error")).to_be_visible()
    assert desk.sql("SELECT count(*) FROM booking WHERE kind IN ('booking', 'house')") == [(0,)]
    page.locator("#organisation").fill("atelier lune")
    page.get_by_role("button", name="Réserver", exact=True).click()
    expect(page.locator("main")).to_contain_text("Atelier Lune")
    context.close()
