"""Members, organisations and products are named in a form by number, as picked, or by name; never taken for another."""

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.errors import RequestError
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.web.desk.finder import picking
from kiosk.web.desk.finder.picking import Fit
from tests.money.test_vouchers import envelopes_for_sale
from tests.rooms.hall import INES, SMALL, TODAY, let
from tests.web.desk.conftest import Desk, Officer

TEMPLATES = Path(kiosk.__file__).parent / "web" / "desk" / "templates"
DAY = TODAY.isoformat()
BOOK = "/rooms/book"
TILLEUL, FORMATION, LUNE = 1, 2, 3


@pytest.fixture
def rooms(desk: Desk) -> Desk:
    """Rooms to let, Inès (1), and three organisations of which two have a word in common."""
    let(desk.space)
    with desk.space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Tilleul Formation", kind="company"))
        organisations.add(connection, Facts(name="Atelier Lune", kind="association"))
    desk.space.join("Inès Moreau", INES)
    return desk


def booking(**typed: str) -> dict[str, object]:
    """A room this afternoon."""
    return {"key": "1" * 32, "room": SMALL, "day": DAY, "from": "14:00", "until": "15:00", "title": "", **typed}


def beside(page: str, field: str) -> str:
    """What stands beside a field as wrong; nothing where the field is right."""
    told = re.search(rf'id="{field}-error"[^>]*>([^<]*)', page)
    assert told is None or re.search(rf'<input id="{field}"[^>]*aria-invalid="true"', page)
    return "" if told is None else told[1]


def test_a_field_for_an_organisation_offers_those_that_fit_by_name_or_number(rooms: Desk, host: Officer) -> None:
    path = "/members/pick?kind=organisation&field=organisation&organisation="
    shown = {
        typed: re.findall(r'value="([^"]+)"', host.page(f"{path}{typed}")) for typed in ("tilleul", "3", "zzz", "")
    }
    assert shown == {
        "tilleul": [
            "1 · Coopérative Tilleul (coopérative d’activité et d’emploi)",
            "2 · Tilleul Formation (entreprise)",
        ],
        "3": ["3 · Atelier Lune (association)"],
        "zzz": [],
        "": [],
    }


@pytest.mark.parametrize(
    ("typed", "organisation"),
    [
        ("Atelier Lune", LUNE),
        ("  atelier   LUNE ", LUNE),
        ("3 · Atelier Lune (association)", LUNE),
        ("0003", LUNE),
        ("coopérative tilleul", TILLEUL),
    ],
)
def test_a_room_is_booked_for_the_organisation_that_is_named(
    rooms: Desk, host: Officer, typed: str, organisation: int
) -> None:
    assert host.post(BOOK, booking(organisation=typed), form_on=BOOK).status_code == 303
    assert rooms.space.sql("SELECT kind, organisation_id FROM booking") == [("booking", organisation)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("tilleul", "1 · Coopérative Tilleul, 2 · Tilleul Formation :"),
        ("lune", "3 · Atelier Lune :"),
        ("Brasserie du Nord", "Aucune structure ne porte ce nom"),
        ("-3", "Aucune structure ne porte ce nom"),
        ("99", "Choisissez une structure de la liste"),
        ("···", "Aucune structure ne porte ce nom"),
    ],
)
def test_a_name_that_fits_none_or_several_is_told_beside_its_field_and_books_nothing(
    rooms: Desk, host: Officer, typed: str, says: str
) -> None:
    answer = host.post(BOOK, booking(organisation=typed), form_on=BOOK)
    page = answer.text.replace("\xa0", " ").replace("&nbsp;", " ")
    assert answer.status_code == 400
    assert says in beside(page, "organisation")
    assert f'name="organisation" type="text" value="{typed}"' in page
    assert rooms.space.sql("SELECT count(*) FROM booking") == [(0,)]


def test_a_series_names_its_organisation_the_same_way(rooms: Desk, host: Officer) -> None:
    series = {"every": "week", "last": "2026-12-31", "confirmed": "yes"}
    assert host.post(BOOK, {**booking(organisation="lune"), **series}, form_on=BOOK).status_code == 400
    assert rooms.space.sql("SELECT count(*) FROM booking") == [(0,)]
    host.post(BOOK, {**booking(organisation="atelier lune"), **series}, form_on=BOOK)
    assert {row[0] for row in rooms.space.sql("SELECT organisation_id FROM booking")} == {LUNE}


def test_a_quote_names_its_client_and_its_product(rooms: Desk, host: Officer) -> None:
    new = "/rooms/quotes/new"
    wish = {"key": "2" * 32, "what": "part", "day": DAY, "from": "18:00", "until": "20:00", "valid_until": DAY}
    page = host.page(f"{new}?what=part")
    assert re.findall(r'<option value="(room-[^"]+)">', page) == ["room-hour", "room-half", "room-day"]
    for typed, says in ({"product": "room"}, "Quel produit ?"), ({"product": "pain"}, "Aucun produit de la liste"):
        answer = host.post(new, {**wish, "organisation": "atelier lune", **typed}, form_on=new)
        assert says in beside(answer.text.replace("\xa0", " "), "product")
    answer = host.post(new, {**wish, "organisation": "tilleul", "product": "room hour"}, form_on=new)
    assert "Tilleul Formation" in beside(answer.text, "organisation")
    assert rooms.space.sql("SELECT count(*) FROM quote") == [(0,)]
    assert host.post(new, {**wish, "organisation": "atelier lune", "product": "room hour"}, form_on=new).location
    assert rooms.space.sql("SELECT organisation_id FROM quote") == [(LUNE,)]


def test_a_room_takes_its_prices_from_products_that_are_named(rooms: Desk, president: Officer) -> None:
    form = {"code": "grenier", "name-fr": "Grenier", "setup_minutes": "0", "hour_product": "room"}
    refused = president.post("/rooms/new", {**form, "hour_product": "pain"}, form_on="/rooms/new").text
    assert "Aucun produit" in beside(refused, "hour_product")
    assert re.search(r"<details open>\s*<summary>Reprendre", refused)
    assert president.post("/rooms/new", {**form, "hour_product": "room hour"}, form_on="/rooms/new").status_code == 303
    assert 'id="hour_product" name="hour_product" type="text" value="room-hour"' in president.page("/rooms/3/edit")


def test_an_envelope_is_named_and_the_only_one_stands_in_its_field(rooms: Desk, treasurer: Officer) -> None:
    envelopes_for_sale(rooms.space.home.store)
    page = "/organisations/3/vouchers"
    shown = treasurer.page(page)
    (option,) = re.findall(r'<option value="([^"]*€)">', shown)
    assert f'id="product" name="product" type="text" value="{option}"' in shown
    refused = treasurer.post(f"{page}/sell", {"key": "3" * 32, "product": "pain"}, form_on=page)
    assert "Aucun produit" in beside(refused.text, "product")
    sold = {"key": "3" * 32, "product": option.replace("&#39;", "'")}
    assert treasurer.post(f"{page}/sell", sold, form_on=page).status_code == 303
    assert rooms.space.sql("SELECT count(*) FROM envelope") == [(1,)]


def test_who_pays_for_a_member_is_named_or_the_member(rooms: Desk, treasurer: Officer) -> None:
    page = "/members/1/payers"
    form = {"kinds": ["day"], "from": DAY}
    refused = treasurer.post(page, {**form, "payer": "organisation", "organisation": "tilleul"}, form_on=page)
    assert "Tilleul Formation" in beside(refused.text, "organisation")
    assert rooms.space.sql("SELECT count(*) FROM payer") == [(0,)]
    named = {**form, "payer": "organisation", "organisation": "atelier lune"}
    assert treasurer.post(page, named, form_on=page).status_code == 303
    assert "Atelier Lune" in treasurer.page(page)


def test_invoices_are_looked_through_by_an_organisation_s_name(rooms: Desk, treasurer: Officer) -> None:
    assert "Tilleul Formation" in treasurer.page("/books/invoices?organisation=tilleul")
    page = treasurer.page("/books/invoices?organisation=atelier+lune")
    assert re.search(r'class="chips".*Atelier Lune', page, re.DOTALL)


def test_no_form_asks_for_a_member_or_an_organisation_in_another_way() -> None:
    """A list of all organisations, or a bare number, is in no template: what names one is the picker's field."""
    left = {
        path.name: found
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (found := re.findall(r'<select[^>]*name="(?:member|organisation|product)"', path.read_text("utf-8")))
    }
    assert left == {}


def fits(*names: str) -> list[Fit]:
    return [Fit(name.lower(), name, f"{name} · 5,00 €") for name in names]


@pytest.mark.parametrize(
    ("typed", "names", "key"),
    [
        ("journée", ("Journée", "Journée réduite", "Demi-journée"), "journée"),
        ("Journée réduite · 5,00 €", ("Journée", "Journée réduite"), "journée réduite"),
        ("salle une heure", ("Salle, une heure", "Salle, un jour"), "salle, une heure"),
        ("carnet 10", ("Carnet 10", "Carnet 20"), "carnet 10"),
        ("日", ("日", "月"), "日"),
    ],
)
def test_a_name_that_is_the_text_itself_comes_before_longer_ones(typed: str, names: tuple[str, ...], key: str) -> None:
    assert picking._only(picking._named(typed, fits(*names)), "product", "product").key == key


@pytest.mark.parametrize(
    ("typed", "names", "code"),
    [
        ("carnet", ("Carnet 10", "Carnet 20"), "product-unclear"),
        ("journée", ("Journée", "journee"), "product-unclear"),
        ("pain", ("Carnet 10",), "product-none"),
        ("火", ("日", "月"), "product-none"),
        ("salle", (), "product-none"),
    ],
)
def test_two_that_are_alike_and_a_part_of_a_name_are_asked_about(typed: str, names: tuple[str, ...], code: str) -> None:
    with pytest.raises(RequestError) as told:
        picking._only(picking._named(typed, fits(*names)), "product", "price")
    assert (told.value.code, told.value.field) == (code, "price")
