"""The one box: what people ask in their words and with their slips, which forms it fills, what it shows to whom."""

import csv
import re
from pathlib import Path

import pytest
from flask import url_for

from kiosk.domain.members.roles import Role
from kiosk.exports.manual import Section
from kiosk.store.members.name_list import Named
from kiosk.web.desk.finder import people
from kiosk.web.desk.finder.asked import read
from kiosk.web.desk.finder.further import FORMS, PAGES, Act
from kiosk.web.desk.finder.places import Place, everyday, places, ranked
from kiosk.web.desk.tree import TREE, Entry
from tests.web.desk.conftest import Desk, Officer

DATA = Path(__file__).parents[2] / "data" / "finder"
FIRST_TWO = 2


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def everyone() -> list[Named]:
    names = {int(row["member"]): row["name"] for row in rows("names")}
    return [Named(number, None, number, name, None) for number, name in names.items()]


def best(text: str) -> int | None:
    known = everyone()
    found = people.fitting(known, read(text), sees_contacts=True)
    return max(((score, known[place].number) for place, score in found.items()), default=(0, None))[1]


@pytest.mark.parametrize("row", rows("names"), ids=lambda row: row["query"])
def test_every_spelling_of_a_name_finds_its_member_first(row: dict[str, str]) -> None:
    assert best(row["query"]) == int(row["member"])


def ask(officer: Officer, text: str, language: str = "fr") -> list[tuple[str, str]]:
    """What the box answers: each line's label and address."""
    page = officer.page("/members/search", query_string={"q": text}, headers={"Accept-Language": language})
    return [
        (re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", words)).strip(), address.replace("&amp;", "&"))
        for address, words in re.findall(r'<li><a href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    ]


def missed(desk: Desk, asked: list[dict[str, str]]) -> list[str]:
    """Those whose answer is neither first nor second."""
    misses = []
    with desk.app.test_request_context(base_url="https://localhost"):
        for row in asked:
            meant = row["meant"].split("|")
            if (number := meant[0].removeprefix("/members/")).isdigit():
                answers = {f"/members/{best(row['query'])}"} if number else set()
            else:
                answers = {address(place) for place, _ in ranked(places(row["language"]), row["query"])[:FIRST_TWO]}
            if not answers & set(meant):
                misses.append(f"{row['query']} ({row['language']}): {answers}")
    return misses


def address(place: Place) -> str:
    """The address that a place leads to; of an act `act:` and its key."""
    about = place.about
    if isinstance(about, Entry):
        return url_for(about.endpoint, **about.query)  # type: ignore[arg-type]
    if isinstance(about, Section):
        return f"/help/read/{about.guide}/{about.slug}"
    return place.key if isinstance(about, Act) else f"/rules/policy/{place.key.removeprefix('rule:')}"


@pytest.mark.parametrize("name", ["words", "slips"])
def test_people_s_own_words_and_slips_are_answered_first_or_second(desk: Desk, name: str) -> None:
    asked = rows(name)
    misses = missed(desk, asked)
    assert len(misses) <= 0.15 * len(asked), misses


def test_every_entry_asks_for_the_same_right_as_its_page(desk: Desk) -> None:
    for entry in PAGES:
        assert getattr(desk.app.view_functions[entry.endpoint], "needs", None) is entry.permission, entry.endpoint


def test_people_s_own_words_are_kept_for_places_that_are_there() -> None:
    assert set(everyday()) <= {place.key for place in places("fr")}


def test_an_act_opens_its_form_filled_for_the_member_who_is_named(desk: Desk) -> None:
    number = desk.space.join("Hugo Martin", "04A2000000E511")
    treasurer = desk.sign_in(Role.TREASURER)
    assert ask(treasurer, "encaisser hugo 20")[0] == (
        f"Encaisser 20,00\xa0€ · Hugo Martin… {number:04d} ↵",
        "/money/accounts/1/pay?amount=20,00",
    )
    assert ask(treasurer, "encaiser hugo 20,5")[0][1] == "/money/accounts/1/pay?amount=20,50"
    assert ask(treasurer, "pardonner hugo 5")[0][1] == "/money/accounts/1/write-off?amount=5,00"
    assert ("/money/accounts/1/pay?amount=20,00") in [line[1] for line in ask(treasurer, "hugo 20")]
    assert ("/money/accounts/1/pay?amount=1000,00") in [line[1] for line in ask(treasurer, "hugo 1 000,00")]
    assert 'value="20,00"' in treasurer.page("/money/accounts/1/pay?amount=20,00")


def test_a_member_whose_departure_is_still_to_come_is_offered_what_members_are(desk: Desk) -> None:
    for name, uid in (("Hugo Martin", "04A2000000E511"), ("Hugo Martinet", "04A2000000E512")):
        desk.space.join(name, uid)
    treasurer = desk.sign_in(Role.TREASURER)
    for left_on, is_offered in (("2026-11-30", True), ("2026-11-25", False)):
        desk.space.sql_write(f"UPDATE member SET left_on = '{left_on}' WHERE number = 1")
        addresses = [address for _, address in ask(treasurer, "vendre hugo martin")]
        assert ("/money/sell/1" in addresses) is is_offered, left_on
        assert "/members/1" in [address for _, address in ask(treasurer, "hugo martin")]


def test_a_number_alone_after_an_act_is_a_member_and_no_sum(desk: Desk) -> None:
    desk.space.join("Hugo Martin", "04A2000000E511")
    treasurer = desk.sign_in(Role.TREASURER)
    assert ask(treasurer, "encaisser 1")[0][1] == "/money/accounts/1/pay"
    assert ask(treasurer, "1")[0][1] == "/members/1"


def test_enter_opens_what_fits_clearly_and_never_acts(desk: Desk) -> None:
    for name, uid in (("Hugo Martin", "04A2000000E511"), ("Hugo Petit", "04A2000000E512")):
        desk.space.join(name, uid)
    treasurer = desk.sign_in(Role.TREASURER)
    opened = treasurer.get("/find?q=encaisser+hugo+martin+20&go=1")
    assert opened.headers["Location"] == "/money/accounts/1/pay?amount=20,00"
    both = treasurer.get("/find?q=hugo&go=1")
    assert both.status_code == 200
    assert both.get_data(as_text=True).count('href="/members/') >= 2


def test_members_are_found_by_badge_and_by_e_mail_by_officers_who_may_see_it(desk: Desk) -> None:
    desk.space.join("Hugo Martin", "04A2000000E511")
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'courrier@hugo.example' WHERE number = 1")
    secretary, host = desk.sign_in(Role.SECRETARY), desk.sign_in(Role.HOST)
    assert ask(secretary, "E511")[0][1] == "/members/1"
    assert ask(secretary, "courrier@hugo.example")[0][1] == "/members/1"
    assert "/members/1" not in [line[1] for line in ask(host, "courrier@hugo.example")]


def test_a_rule_is_found_with_its_value(desk: Desk) -> None:
    treasurer, host = desk.sign_in(Role.TREASURER), desk.sign_in(Role.HOST)
    found = ask(treasurer, "limite de l'ardoise")
    assert ("Limite de l’ardoise échue 50,00\xa0€", "/rules/policy/tab_limit_cents") in [
        (words.removesuffix(" ↵"), address) for words, address in found
    ]
    assert not [words for words, _ in ask(host, "limite de l'ardoise") if "50,00" in words]


def test_what_an_officer_may_not_see_or_is_not_turned_on_is_not_offered(desk: Desk) -> None:
    host, secretary = desk.sign_in(Role.HOST), desk.sign_in(Role.SECRETARY)
    assert "/books/cash" not in [address for _, address in ask(host, "caisse")]
    assert "/members/new" not in [address for _, address in ask(host, "inscrire")]
    assert ask(secretary, "inscrire zoé")[0] == ("Inscrire · Zoe… ↵", "/members/new?name=Zoe")
    assert "/calendar/" not in [address for _, address in ask(secretary, "calendrier")]


def test_documents_are_found_by_their_number(desk: Desk) -> None:
    desk.space.join("Hugo Martin", "04A2000000E511")
    treasurer = desk.sign_in(Role.TREASURER)
    assert ("Écriture 1 ↵", "/money/acts/1") in ask(treasurer, "écriture 1")
    assert ask(treasurer, "annuler écriture 1")[0][1] == "/money/entries/1/reverse"
    assert not [address for _, address in ask(treasurer, "écriture 99999") if address.startswith("/money/acts/")]


def test_nothing_that_fits_says_so_and_nothing_typed_says_nothing(desk: Desk) -> None:
    host = desk.sign_in(Role.HOST)
    assert "Rien ne correspond" in host.page("/members/search?q=qwzx", headers={"Accept-Language": "fr"})
    assert host.page("/members/search?q=").strip() == ""
    assert host.get("/find").status_code == 200


def test_six_areas_and_only_what_is_turned_on_or_allowed(desk: Desk) -> None:
    def areas(role: Role) -> list[str]:
        page = desk.sign_in(role).page("/", headers={"Accept-Language": "fr"})
        nav = page.partition('class="five"')[2].partition("</nav>")[0]
        return re.findall(r"<span>([^<]+)</span>", nav)

    assert areas(Role.TREASURER) == ["Aujourd’hui", "Personnes", "Argent", "Lieu", "Plus"]
    page = desk.sign_in(Role.HOST).page("/money", headers={"Accept-Language": "fr"})
    tabs = page.partition('<nav class="tabs')[2].partition("</nav>")[0]
    assert tabs == ""  # a host takes payments, and nothing else of the area is theirs
    treasurer = desk.sign_in(Role.TREASURER)
    page = treasurer.page("/money/tabs", headers={"Accept-Language": "fr"})
    assert "Chaque mois" in page
    assert "Dons" not in page.partition('<nav class="tabs')[2].partition("</nav>")[0]
    desk.space.rule("gifts", "true")
    assert "Dons" in treasurer.page("/money/tabs", headers={"Accept-Language": "fr"})


def test_the_box_a_payment_and_the_evacuation_are_on_every_page_of_an_area(desk: Desk) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    for area in TREE:
        for entry in area.entries:
            if entry.rules or entry.permission.value in ("manage-users", "see-log", "edit-members", "open-door"):
                continue
            with desk.app.test_request_context(base_url="https://localhost"):
                path = url_for(entry.endpoint, **entry.query)  # type: ignore[arg-type]
            page = treasurer.page(path)
            bar = page.partition('class="bar')[2]
            assert 'id="find"' in bar, path
            assert 'href="/today/evacuation"' in bar, path
            assert 'href="/money"' in bar, path
            assert ' aria-current="page"' in page, path


def test_every_act_and_page_that_is_offered_is_there(desk: Desk) -> None:
    for act in FORMS:
        assert act.at in desk.app.view_functions
        assert act.alone in desk.app.view_functions


def test_a_field_for_a_member_offers_who_fits_and_takes_what_is_picked(desk: Desk) -> None:
    for name, uid in (("Hugo Martin", "04A2000000E511"), ("Hugo Petit", "04A2000000E512")):
        desk.space.join(name, uid)
    host = desk.sign_in(Role.HOST)
    options = host.page("/members/pick?field=member&member=hug")
    assert re.findall(r'value="([^"]+)"', options) == ["0001 · Hugo Martin", "0002 · Hugo Petit"]
    for typed, status in (("0002 · Hugo Petit", 303), ("hugo petit", 303), ("hugo", 400), ("2", 303)):
        day = desk.space.clock.now().date().isoformat()
        answer = host.post("/corrections/new", {"member": typed, "kind": "forgotten", "day": day, "said": ""})
        assert answer.status_code in (status, 400), typed
        assert ("De qui s’agit-il" in answer.get_data(as_text=True)) is (typed == "hugo"), typed


@pytest.mark.parametrize(
    ("typed", "left", "cents"),
    [
        ("encaisser hugo 20", ("encaisser", "hugo"), 2000),
        ("encaisser hugo 1 000,00", ("encaisser", "hugo"), 100_000),
        ("encaisser hugo 1.000,00 €", ("encaisser", "hugo"), 100_000),
        ("encaisser hugo 1'000.50", ("encaisser", "hugo"), 100_050),
        ("encaisser hugo 12 500 €", ("encaisser", "hugo"), 1_250_000),
        ("encaisser hugo 1 000", ("encaisser", "hugo"), 100_000),
        ("encaisser 12 500", ("encaisser", "12"), 50_000),  # member 12
        ("encaisser 12 500,00", ("encaisser", "12"), 50_000),
    ],
)
def test_sum_after_a_name_is_read_as_people_write_it(typed: str, left: tuple[str, ...], cents: int) -> None:
    assert (read(typed).words, read(typed).sum_cents) == (left, cents)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("hugo 20", 2000),
        ("hugo 1 000", 100_000),
        ("hugo 1 000,00", 100_000),
        ("hugo 1.000,00", 100_000),
        ("hugo 1,000.00", 100_000),
        ("hugo 1’000.00", 100_000),
        ("hugo 1 000,00 €", 100_000),
        ("hugo 12 500 eur", 1_250_000),
        ("hugo 1000,5", 100_050),
    ],
)
def test_sum_after_a_name_alone_may_be_of_thousands(typed: str, cents: int) -> None:
    asked = read(typed, names_no_act=True)
    assert (asked.words, asked.sum_cents) == (("hugo",), cents)
