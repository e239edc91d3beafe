"""Rules at the desk: what is shown to whom, changes in two steps, hours, closed days, words."""

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import opening_hours
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.domain.members.roles import Role
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.money.units import UNITS
from kiosk.domain.periods import Unit
from kiosk.exports import formats
from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.names import Names
from kiosk.language.texts import own
from kiosk.web.screen import texts
from kiosk.web.screen.words import own_words
from tests.web.desk.conftest import Desk, Officer

INES = "04A1B2C3D4E501"
TOMORROW = "2026-11-26"


def confirmed(officer: Officer, path: str, data: dict[str, Any]) -> str:
    """Look first, then keep it. Returns what was shown before."""
    looked = officer.post(path, data, form_on=path)
    shown = looked.get_data(as_text=True)
    assert looked.status_code == 200, shown[:3000]
    assert 'name="confirmed"' in shown
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown))
    assert kept.items() >= {name: value for name, value in data.items() if value}.items()
    done = officer.post(path, {name: value for name, value in kept.items() if name != "csrf_token"}, form_on=path)
    assert done.status_code == 303, done.get_data(as_text=True)[:3000]
    return shown


PAGES = [
    "/rules",
    "/rules/policy/undo_limit",
    "/rules/policy/membership_year",
    "/rules/policy/pro_rata",
    "/rules/policy/tab_limit_cents",
    "/rules/policy/vat_status",
    "/rules/policy/fiscal_year_month",
    "/rules/policy/fec_whole",
    "/rules/policy/invoice_due_days",
    "/rules/books/association",
    "/rules/books/vat_rates",
    "/rules/books/accounts",
    "/rules/tariffs/day/full",
    "/rules/tariffs/day/new",
    "/rules/products/new",
    "/rules/products/day",
    "/rules/zones/new",
    "/rules/zones/comfort",
    "/rules/opening",
    "/rules/days",
    "/rules/wording",
    "/rules/wording/idle-title",
    "/rules/wording/notice-who",
    "/rules/notice",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_there_in_both_languages(treasurer: Officer, path: str, language: str) -> None:
    page = treasurer.page(path, headers={"Accept-Language": language})
    assert page.count("<h1>") == 1
    assert "style=" not in page
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize(
    "path",
    ["/rules/policy/prices", "/rules/policy/opening_hours", "/rules/policy/association", "/rules/books/vat_status",
     "/rules/tariffs/x/full", "/rules/tariffs/day/x",
     "/rules/products/x", "/rules/zones/x", "/rules/wording/x", "/rules/call-off/x/1"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(treasurer: Officer, path: str) -> None:
    assert treasurer.get(path).status_code == 404


def test_a_tariff_changes_from_a_day_on_after_a_look_at_last_month(desk: Desk, treasurer: Officer) -> None:
    desk.space.join("Inès", INES)
    desk.space.tap(INES)
    desk.space.clock.advance(days=10)
    treasurer = desk.sign_in(__import__("kiosk.web.desk.common.permissions", fromlist=["Role"]).Role.TREASURER)
    change = {"cents": "6,50", "floor": "", "valid_from": "2027-01-01", "decided_by": "assemblée du 3 novembre"}
    shown = confirmed(treasurer, "/rules/tariffs/day/full", change)
    assert "6,50" in shown
    assert "11,50" in shown  # a day and a membership, dearer
    page = treasurer.page("/rules", headers={"Accept-Language": "fr"})
    assert "à partir du 1er\u00a0janv.\u00a02027" in page
    assert "assemblée du 3 novembre" in page
    assert desk.space.sql("SELECT cents, decided_by FROM tariff WHERE valid_from = '2027-01-01'") == [
        (650, "assemblée du 3 novembre")
    ]
    assert ("tariff-changed",) in desk.space.sql("SELECT act FROM desk_log")


def test_what_is_only_looked_at_is_not_kept(desk: Desk, treasurer: Officer) -> None:
    before = desk.space.sql("SELECT count(*) FROM tariff")
    treasurer.post("/rules/tariffs/day/full", {"cents": "6", "valid_from": TOMORROW}, form_on="/rules/tariffs/day/full")
    assert desk.space.sql("SELECT count(*) FROM tariff") == before


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("/rules/tariffs/day/full", {"cents": "1.234", "valid_from": TOMORROW}, "cents"),
        ("/rules/tariffs/day/full", {"cents": "5", "floor": "6", "valid_from": TOMORROW}, "floor"),
        ("/rules/tariffs/day/full", {"cents": "5", "valid_from": "2026-11-24"}, "valid_from"),
        ("/rules/tariffs/day/full", {"cents": "5", "valid_from": "demain"}, "valid_from"),
        ("/rules/tariffs/day/new", {"cents": "5", "code": "Très bas", "valid_from": TOMORROW}, "code"),
        ("/rules/policy/undo_limit", {"value": "beaucoup", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/undo_limit", {"value": "", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/day_start_hour", {"value": "24", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/day_start_hour", {"value": "5", "valid_from": "2026-11-25"}, "valid_from"),
        ("/rules/policy/capacity_legal", {"value": "0", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/membership_year", {"value": "lunar", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/vat_status", {"value": "rich", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/fiscal_year_month", {"value": "13", "valid_from": TOMORROW}, "value"),
        ("/rules/policy/invoice_due_days", {"value": "400", "valid_from": TOMORROW}, "value"),
        ("/rules/books/association", {"siren": "732829321", "valid_from": TOMORROW}, "siren"),
        ("/rules/books/association", {"rna": "W59", "valid_from": TOMORROW}, "rna"),
        ("/rules/books/association", {"siren": "732829320", "vat_number": "FR40303265045", "valid_from": TOMORROW},
         "vat_number"),
        ("/rules/books/association", {"iban": "FR7630006000011234567890188", "valid_from": TOMORROW}, "iban"),
        ("/rules/books/association", {"bic": "AGRI", "valid_from": TOMORROW}, "bic"),
        ("/rules/books/association", {"email": "bureau", "valid_from": TOMORROW}, "email"),
        ("/rules/books/association", {"name": "La Coroutine", "valid_from": "2026-11-24"}, "valid_from"),
        ("/rules/books/vat_rates", {"rate-day": "cent", "valid_from": TOMORROW}, "rate-day"),
        ("/rules/books/vat_rates", {"rate-day": "101", "valid_from": TOMORROW}, "rate-day"),
        ("/rules/books/accounts", {"account-cash": "53", "valid_from": TOMORROW}, "account-cash"),
        ("/rules/books/accounts", {"account-product:day": "906", "valid_from": TOMORROW}, "account-product:day"),
        ("/rules/opening", {"mon-0-from": "19:00", "valid_from": TOMORROW}, "mon"),
        ("/rules/opening", {"mon-0-from": "08:00", "mon-0-until": "12:00", "mon-1-from": "11:00",
                            "mon-1-until": "19:00", "valid_from": TOMORROW}, "mon"),
        ("/rules/opening", {"valid_from": TOMORROW}, "value"),
        ("/rules/days", {"day": "2026-11-24", "reason": "Travaux", "state": "closed"}, "valid_from"),
        ("/rules/days", {"day": TOMORROW, "reason": "", "state": "closed"}, "fr"),
        ("/rules/days", {"day": TOMORROW, "until": "2026-11-25", "reason": "x", "state": "closed"}, "until"),
        ("/rules/products/new", {"code": "x y", "fr": "X", "en": "X", "kind": "day", "unit": "day", "cents": "1",
                                 "valid_from": TOMORROW}, "code"),
        ("/rules/products/new", {"code": "x", "fr": "X", "en": "X", "kind": "carnet", "unit": "month", "cents": "1",
                                 "days": "5", "valid_from": TOMORROW}, "unit"),
        ("/rules/products/new", {"code": "day", "fr": "X", "en": "X", "kind": "day", "unit": "day", "cents": "1",
                                 "valid_from": TOMORROW}, "code"),
        ("/rules/products/day", {"fr": "", "en": "X"}, "fr"),
        ("/rules/zones/new", {"code": "comfort", "fr": "X", "en": "X"}, "code"),
        ("/rules/zones/comfort", {"fr": "X", "en": "X", "day": "permanent"}, "day"),
        ("/rules/wording/closed", {"fr": "Fermé.", "en": "Closed until {time}."}, "fr"),
        ("/rules/wording/idle-title", {"fr": "<b>Badge</b>", "en": "Badge"}, "fr"),
        ("/rules/wording/idle-title", {"fr": "Passez", "en": "x" * 60}, "en"),
        ("/rules/wording/idle-title", {"fr": "{x.__class__}", "en": "x"}, "fr"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_shown_again_with_the_error_beside_its_field(
    desk: Desk, treasurer: Officer, path: str, data: dict[str, str], field: str
) -> None:
    before = desk.space.sql("SELECT (SELECT count(*) FROM tariff), (SELECT count(*) FROM policy)")
    answer = treasurer.post(path, {**data, "confirmed": "yes"}, form_on=path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400, page[:3000]
    assert f'id="f-{field}-error"' in page
    no_choices = {"lunar", "permanent", "rich", "13"}
    for typed in () if no_choices & set(data.values()) else data.values():
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in page
    assert desk.space.sql("SELECT (SELECT count(*) FROM tariff), (SELECT count(*) FROM policy)") == before


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("tab_limit_cents", "60,50", 6050),
        ("month_cap_days", "20", 20),
        ("month_cap_days", "", None),
        ("pro_rata", "yes", True),
        ("vat_status", "liable", "liable"),
        ("fiscal_year_month", "9", 9),
        ("fec_whole", "yes", True),
        ("invoice_due_days", "45", 45),
        ("closed_admits_permanents", "no", False),
        ("membership_year", "school", "school"),
        ("capacity_notice", "20", 20),
    ],
)
def test_each_kind_of_rule_is_typed_and_kept(
    desk: Desk, treasurer: Officer, name: str, value: str, kept: object
) -> None:
    confirmed(treasurer, f"/rules/policy/{name}", {"value": value, "valid_from": TOMORROW})
    rows = desk.space.sql(f"SELECT value FROM policy WHERE name = '{name}' AND valid_from = '{TOMORROW}'")
    assert [json.loads(str(row[0])) for row in rows] == [kept]


def test_a_coming_change_is_called_off_after_asking_once(desk: Desk, treasurer: Officer) -> None:
    confirmed(treasurer, "/rules/policy/guests_a_day", {"value": "9", "valid_from": TOMORROW})
    link = re.search(r'href="(/rules/call-off/policy/\d+)"', treasurer.page("/rules"))
    assert link is not None
    assert "26" in treasurer.page(link[1])
    assert treasurer.post(link[1], form_on=link[1]).status_code == 303
    page = treasurer.page("/rules")
    assert link[1] not in page
    assert "<del>9</del>" in page


def test_opening_hours_reach_the_door(desk: Desk, treasurer: Officer) -> None:
    desk.space.join("Inès", INES)
    hours = {"wed-0-from": "09:00", "wed-0-until": "12:30", "wed-1-from": "14:00", "wed-1-until": "00:00"}
    shown = confirmed(treasurer, "/rules/opening", {**hours, "valid_from": "2026-11-25"})
    assert "lundi à mardi\xa0: fermé · mercredi\xa0: 9\xa0h – 12\xa0h\xa030, 14\xa0h – 24\xa0h" in shown
    assert "jeudi à dimanche\xa0: fermé" in shown
    denied = desk.space.tap(INES)
    assert isinstance(denied, Denied)
    assert denied.until is not None
    assert (denied.until.hour, denied.until.date()) == (9, date(2026, 11, 25))
    assert 'value="09:00"' in treasurer.page("/rules/opening")


@pytest.mark.parametrize(("button", "until"), [("working-days", "fri"), ("week", "sun")])
def test_monday_s_hours_are_copied_and_nothing_is_kept_yet(treasurer: Officer, button: str, until: str) -> None:
    monday = {"mon-0-from": "08:30", "mon-0-until": "19:00", "sun-0-from": "", "copy": button}
    shown = treasurer.post("/rules/opening", {**monday, "valid_from": TOMORROW}, form_on="/rules/opening")
    found = re.findall(r'name="(\w+)-0-from" value="08:30"', shown.get_data(as_text=True))
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert found == days[: days.index(until) + 1]
    assert "08:30" not in treasurer.page("/rules/opening")
    assert 'value="yes" checked' not in shown.get_data(as_text=True)  # who copies hours wants them


def test_a_day_s_third_time_of_opening_is_kept_when_another_day_s_change(desk: Desk, treasurer: Officer) -> None:
    monday = ["08:00-12:00", "13:00-18:00", "20:00-22:00"]
    week = {"mon": monday, **{day: [] for day in ("tue", "wed", "thu", "fri", "sat", "sun")}}
    desk.space.rule("opening_hours", json.dumps(week))
    fields = re.findall(r'name="(\w+-\d-\w+)" value="([^"]*)"', treasurer.page("/rules/opening"))
    typed = {**dict(fields), "tue-0-from": "09:00", "tue-0-until": "19:00", "valid_from": TOMORROW}
    for more in ({}, {"confirmed": "yes"}):
        treasurer.post("/rules/opening", {**typed, **more}, form_on="/rules/opening")
    ((saved,),) = desk.space.sql(
        "SELECT value FROM policy WHERE name = 'opening_hours' ORDER BY valid_from DESC LIMIT 1"
    )
    assert json.loads(str(saved)) == {**week, "tue": ["09:00-19:00"]}


def test_hours_are_not_lost_under_a_box_that_was_ticked_and_a_look_is_no_dead_end(treasurer: Officer) -> None:
    path, hours = "/rules/opening", {"mon-0-from": "08:30", "mon-0-until": "19:00", "valid_from": TOMORROW}
    both = treasurer.post(path, {**hours, "always": "yes", "was-always": "yes"}, form_on=path)
    assert both.status_code == 400
    assert "décochez" in both.get_data(as_text=True)
    assert 'name="again"' in treasurer.post(path, hours, form_on=path).get_data(as_text=True)
    back = treasurer.post(path, {**hours, "confirmed": "yes", "again": "yes"}, form_on=path)
    assert back.status_code == 200
    assert 'value="08:30"' in back.get_data(as_text=True)
    assert "08:30" not in treasurer.page(path)


def test_closing_a_day_by_hand_and_opening_it_again(desk: Desk, treasurer: Officer) -> None:
    desk.space.join("Inès", INES)
    for state in ("closed", "open"):
        data = {"day": "2026-11-25", "reason": "Travaux", "state": state}
        assert treasurer.post("/rules/days", data, form_on="/rules/days").status_code == 303
        assert isinstance(desk.space.tap(INES), Denied if state == "closed" else Granted)
    assert "Travaux" in treasurer.page("/rules/days")


def test_holidays_are_listed_with_their_source_and_closed_when_the_rules_say_so(treasurer: Officer) -> None:
    french = {"Accept-Language": "fr"}
    page = treasurer.page("/rules/days", headers=french)
    assert "Noël" in page
    assert "Christmas" in treasurer.page("/rules/days", headers={"Accept-Language": "en"})
    assert "L’espace est ouvert les jours fériés" in page
    confirmed(treasurer, "/rules/policy/closed_on_holidays", {"value": "yes", "valid_from": "2026-11-25"})
    page = treasurer.page("/rules/days", headers=french)
    assert "L’espace est fermé les jours fériés" in page
    treasurer.post("/rules/days", {"day": "2026-12-25", "reason": "Noël", "state": "open"}, form_on="/rules/days")
    assert "à la main" in treasurer.page("/rules/days", headers=french)


def test_own_words_reach_the_screen_and_go_again(desk: Desk, treasurer: Officer) -> None:
    path = "/rules/wording/idle-title"
    words = {"fr": "Bienvenue, badgez ici", "en": "Welcome, tap here"}
    looked = treasurer.post(path, {**words, "act": "preview"}, form_on=path)
    assert "Bienvenue, badgez ici" in looked.get_data(as_text=True)
    assert desk.space.sql("SELECT count(*) FROM wording") == [(0,)]
    try:
        assert treasurer.post(path, {**words, "act": "keep"}, form_on=path).status_code == 303
        desk.space.kept.follower._worded = own_words.speak
        desk.space.kept.follower.turn()
        assert texts.IDLE.title.to("fr") == "Bienvenue, badgez ici"
        assert "Bienvenue, badgez ici" in treasurer.page("/rules/wording")
        assert treasurer.post(path, {**words, "act": "restore"}, form_on=path).status_code == 303
        desk.space.kept.follower.turn()
        assert texts.IDLE.title.to("fr") == "Passez votre badge"
    finally:
        own_words.speak({})


def test_words_that_a_hand_put_into_the_database_and_cannot_be_are_not_said() -> None:
    try:
        own_words.speak(
            {
                "closed": Names({"fr": "{x}", "en": "{x}"}),
                "no-such": Names({"fr": "a", "en": "b"}),
                "idle-lead": Names({"fr": "", "en": ""}),
            }
        )
        assert own == {}
    finally:
        own_words.speak({})


def test_the_notice_speaks_with_the_associations_words(treasurer: Officer) -> None:
    path = "/rules/wording/notice-contact"
    words = {"fr": "Écrivez à Nadia,\nou passez au bureau.", "en": "Write to Nadia.", "act": "keep"}
    assert treasurer.post(path, words, form_on=path).status_code == 303
    page = treasurer.page("/rules/notice")
    assert "Écrivez à Nadia," in page
    assert "90 jours" in page


def test_a_product_and_a_zone_are_added_and_named(desk: Desk, treasurer: Officer) -> None:
    product = {"code": "half", "fr": "Demi-journée", "en": "Half day", "kind": "day", "unit": "half-day", "cents": "3",
               "valid_from": "2026-11-25"}  # fmt: skip
    assert treasurer.post("/rules/products/new", product, form_on="/rules/products/new").status_code == 303
    zone = {"code": "attic", "fr": "Grenier", "en": "Attic", "day": "day", "half": "half"}
    assert treasurer.post("/rules/zones/new", zone, form_on="/rules/zones/new").status_code == 303
    named = {"fr": "Grand grenier", "en": "Large attic", "day": "", "half": ""}
    assert treasurer.post("/rules/zones/attic", named, form_on="/rules/zones/attic").status_code == 303
    named = {"fr": "Une demie", "en": "A half"}
    assert treasurer.post("/rules/products/half", named, form_on="/rules/products/half").status_code == 303
    page = treasurer.page("/rules", headers={"Accept-Language": "fr"})
    assert "Grand grenier" in page
    assert "Une demie" in page
    assert desk.space.sql("SELECT day_product_id FROM zone WHERE code = 'attic'") == [(None,)]


@pytest.fixture
def dutch(tmp_path: Path) -> Iterator[None]:
    """A third language is offered."""
    folder = tmp_path / "languages"
    folder.mkdir()
    (folder / "nl.po").write_text('msgid ""\nmsgstr ""\n"X-Complete: yes\\n"\n"X-Name: Nederlands\\n"\n', "utf-8")
    before = catalogues.look_in(folder)
    yield
    catalogues.look_in(before)


def _asked_for(page: str) -> list[tuple[str, bool]]:
    """The fields for names, in order, and which of them have to be filled in."""
    return [(code, " required" in more) for code, more in re.findall(r'<input id="f-(fr|en|nl)"([^>]*)>', page)]


@pytest.mark.usefixtures("dutch")
def test_a_name_is_asked_for_in_the_house_s_language_and_may_be_given_in_each(desk: Desk, treasurer: Officer) -> None:
    path, french, english = "/rules/products/day", {"Accept-Language": "fr"}, {"Accept-Language": "en"}
    assert _asked_for(treasurer.page(path)) == [("fr", True), ("en", False), ("nl", False)]
    assert "Nom en néerlandais" in treasurer.page(path, headers=french)
    given = {"fr": "Journée entière", "en": "", "nl": "Dagkaart"}
    assert treasurer.post(path, given, form_on=path).status_code == 303
    assert desk.space.sql("SELECT language, text FROM name WHERE code = 'day' AND from_on > '0001-01-01'") == [
        ("fr", "Journée entière"),
        ("en", ""),
    ]
    assert 'value="Dagkaart"' in treasurer.page(path)
    assert "Journée entière" in treasurer.page("/rules", headers=english)
    desk.app.config["HOUSE"] = "en"
    assert _asked_for(treasurer.page(path)) == [("en", True), ("fr", False), ("nl", False)]
    refused = treasurer.post(path, given, form_on=path)
    assert refused.status_code == 400
    assert 'id="f-en-error"' in refused.get_data(as_text=True)


@pytest.mark.usefixtures("dutch")
def test_own_words_may_be_given_in_each_language_and_need_the_house_s(desk: Desk, treasurer: Officer) -> None:
    path = "/rules/wording/notice-contact"
    assert treasurer.post(path, {"en": "Write.", "act": "keep"}, form_on=path).status_code == 400
    words = {"fr": "Écrivez.", "nl": "Schrijf ons.", "act": "keep"}
    assert treasurer.post(path, words, form_on=path).status_code == 303
    page = treasurer.page("/rules/notice")
    assert '<p lang="fr">Écrivez.</p>' in page
    assert '<p lang="nl" class="quiet">Schrijf ons.</p>' in page
    assert 'lang="nl"' in treasurer.page("/rules/wording")
    assert desk.space.sql("SELECT language, text FROM wording ORDER BY id") == [
        ("fr", "Écrivez."),
        ("nl", "Schrijf ons."),
    ]


def test_a_product_is_sold_by_the_units_of_its_kind_and_by_no_other(desk: Desk, treasurer: Officer) -> None:
    path = "/rules/products/new"
    for kind, unit in itertools.product(ProductKind, Unit):
        data = {"code": f"{kind}-{unit}", "fr": "X", "en": "X", "kind": kind.value, "unit": unit.value, "cents": "12",
                "days": "6", "valid_from": "2026-11-25"}  # fmt: skip
        may = kind is not ProductKind.MEMBERSHIP and unit in UNITS[kind]  # there is one membership, and no other
        answer = treasurer.post(path, data, form_on=path)
        assert answer.status_code == (303 if may else 400), (kind, unit)
        if not may:
            said = "Choisissez la sorte de produit." if kind is ProductKind.MEMBERSHIP else "Ce produit se vend par"
            assert said in answer.get_data(as_text=True)
    made = desk.space.sql(
        "SELECT kind, unit FROM product WHERE kind = 'carnet'"
        " AND code IN (SELECT code FROM name WHERE text = 'X') ORDER BY id"
    )
    assert made == [("carnet", "half-day"), ("carnet", "day")]


def test_a_host_sees_the_prices_and_changes_nothing(host: Officer) -> None:
    page = host.page("/rules", headers={"Accept-Language": "fr"})
    assert "5,00" in page
    assert "2,50" not in page  # who pays less is not shown to hosts
    assert "Loyer" not in page
    assert "Modifier" not in page
    for path in PAGES:
        if path not in ("/rules", "/rules/days", "/rules/wording", "/rules/notice"):
            assert host.get(path).status_code == 403, path
    data = {"cents": "1", "valid_from": TOMORROW, "confirmed": "yes"}
    assert host.post("/rules/tariffs/day/full", data).status_code == 403


def kept(desk: Desk, name: str) -> Any:
    (row,) = desk.space.sql(f"SELECT value FROM policy WHERE name = '{name}' AND valid_from = '{TOMORROW}'")
    return json.loads(str(row[0]))


def test_who_the_association_is_is_checked_cleaned_kept_and_logged(desk: Desk, treasurer: Officer) -> None:
    typed = {
        "name": "La  Coroutine",
        "address": "1 rue de l’Exemple\r\n\r\n59000 Lille",
        "siren": "123 456 782",
        "rna": "w595000001",
        "iban": "fr76 3000 6000 0112 3456 7890 189",
        "bic": "agrifrpp",
        "valid_from": TOMORROW,
    }
    shown = confirmed(treasurer, "/rules/books/association", typed)
    assert "IBAN FR76 3000 6000 0112 3456 7890 189" in shown
    assert kept(desk, "association") == {
        "name": "La Coroutine",
        "address": "1 rue de l’Exemple\n59000 Lille",
        "siren": "123456782",
        "rna": "W595000001",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
    }
    assert ("rule-changed",) in desk.space.sql("SELECT act FROM desk_log")
    desk.space.clock.advance(days=1)
    again = desk.sign_in(Role.TREASURER)
    assert 'value="123456782"' in again.page("/rules/books/association")
    assert "SIREN 123456782" in again.page("/rules")


def test_bank_details_are_not_changed_hours_after_the_password_was_given(desk: Desk, treasurer: Officer) -> None:
    with treasurer.client.session_transaction(base_url="https://localhost") as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    for path in ("/rules/books/association", "/rules/books/accounts"):
        assert treasurer.get(path).headers["Location"].startswith("/verify"), path
    data = {"iban": "FR7630006000011234567890189", "valid_from": TOMORROW, "confirmed": "yes"}
    assert treasurer.post("/rules/books/association", data).status_code == 302
    assert desk.space.sql("SELECT count(*) FROM policy WHERE name = 'association'") == [(0,)]


def test_rates_are_typed_in_percent_and_products_without_one_are_named(desk: Desk, treasurer: Officer) -> None:
    french = {"Accept-Language": "fr"}
    rates = {"rate-day": "20 %", "rate-membership": "0", "rate-week": "5,5", "valid_from": TOMORROW}
    assert "n’est pas redevable" in treasurer.page("/rules/books/vat_rates", headers=french)
    shown = treasurer.post("/rules/books/vat_rates", rates, form_on="/rules/books/vat_rates", headers=french)
    assert "Adhésion 0\u00a0%, Journée 20\u00a0%, Semaine 5,5\u00a0%" in shown.get_data(as_text=True)
    confirmed(treasurer, "/rules/books/vat_rates", rates)
    assert kept(desk, "vat_rates") == {"membership": 0, "day": 2000, "week": 550}
    confirmed(treasurer, "/rules/policy/vat_status", {"value": "liable", "valid_from": TOMORROW})
    desk.space.clock.advance(days=1)
    page = desk.sign_in(Role.TREASURER).page("/rules/books/vat_rates", headers=french)
    assert "Sans taux de TVA aujourd’hui\u00a0: Mois de permanent, Carnet de 10 journées" in page
    assert 'value="5,5"' in page


def test_vat_does_not_change_on_a_day_that_has_charges(desk: Desk, treasurer: Officer) -> None:
    desk.space.join("Inès", INES)  # the membership fee
    data = {"value": "liable", "valid_from": "2026-11-25", "confirmed": "yes"}
    answer = treasurer.post("/rules/policy/vat_status", data, form_on="/rules/policy/vat_status")
    assert answer.status_code == 400
    assert 'id="f-valid_from-error"' in answer.get_data(as_text=True)


def test_account_numbers_are_those_of_the_chart_but_where_others_are_chosen(desk: Desk, treasurer: Officer) -> None:
    page = treasurer.page("/rules/books/accounts")
    assert 'placeholder="4191"' in page
    numbers = {"account-cash": "531", "account-product:day": "70611", "valid_from": TOMORROW}
    confirmed(treasurer, "/rules/books/accounts", numbers)
    assert kept(desk, "accounts") == {"cash": "531", "product:day": "70611"}


def test_account_numbers_are_nothing_for_those_who_see_no_money(host: Officer, secretary: Officer) -> None:
    for officer in (host, secretary):
        page = officer.page("/rules", headers={"Accept-Language": "fr"})
        assert "Début de l’exercice" in page
        assert "Numéros de comptes" not in page
        assert officer.get("/rules/books/accounts").status_code == 403


def test_the_sheet_for_the_door_is_made_at_the_desk_too(treasurer: Officer, host: Officer) -> None:
    assert "/rules/door-sheet.pdf" in treasurer.page("/rules/notice")
    for officer in (treasurer, host):
        answer = officer.get("/rules/door-sheet.pdf")
        assert answer.status_code == 200
        assert "fiche-porte.pdf" in answer.headers["Content-Disposition"]
        assert answer.get_data().startswith(b"%PDF")


def test_hours_and_grace_say_who_would_have_been_refused(desk: Desk) -> None:
    desk.space.join("Inès", INES)
    desk.space.tap(INES)  # Wednesday the 25th of November
    desk.space.clock.advance(days=10)
    treasurer = desk.sign_in(Role.TREASURER)
    hours = {"thu-0-from": "08:00", "thu-0-until": "19:00", "valid_from": "2027-01-01"}
    said = treasurer.post("/rules/opening", hours, form_on="/rules/opening").get_data(as_text=True)
    assert "Venues refusées : 1 ; personnes : moins de 5" in said.replace("\xa0", " ").replace("\u202f", " ")
    grace = {"value": "0", "valid_from": "2027-01-01"}
    path = "/rules/policy/membership_grace_days"
    said = treasurer.post(path, grace, form_on=path).get_data(as_text=True)
    assert "Venues refusées : 0 ; personnes : 0" in said.replace("\xa0", " ").replace("\u202f", " ")


def test_a_change_is_shown_together_with_those_that_are_planned(desk: Desk) -> None:
    desk.space.join("Inès", INES)
    desk.space.tap(INES)
    desk.space.clock.advance(days=10)
    treasurer = desk.sign_in(Role.TREASURER)
    later = {"valid_from": "2027-01-01", "floor": ""}
    first = confirmed(treasurer, "/rules/tariffs/day/full", {"cents": "6,00", **later})
    assert "Et avec les changements déjà prévus" not in first
    page = treasurer.post(
        "/rules/tariffs/membership/full", {"cents": "8,00", **later}, form_on="/rules/tariffs/membership/full"
    ).get_data(as_text=True)
    said = page.replace("\xa0", " ")
    assert "Et avec les changements déjà prévus ?" in said
    assert "<strong>14,00 €</strong> au lieu de <strong>10,00 €</strong>" in said  # the day's 6 and the fee's 8


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "22 h – 24 h"), ("en", "22:00 – 24:00"), ("nl", "22:00 – 00:00")]
)
def test_a_day_that_ends_at_midnight_is_said_in_every_language(language: Language, said: str) -> None:
    assert formats.opening(opening_hours.hours("22:00-24:00"), language).replace("\xa0", " ") == said
