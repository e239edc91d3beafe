"""The list of members, and finding one of them while typing."""

import pytest

from kiosk.members.enrolment import Application
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

INES, KARIM, ELOISE = "04A1B2C3D4E501", "04A1B2C3D4E502", "04A1B2C3D4EF2A"


@pytest.fixture
def people(desk: Desk) -> Space:
    """Inès comes by the day, Karim by the month, Éloïse left."""
    space = desk.space
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, plan="permanent")
    eloise = space.join("Éloïse Gîté", ELOISE)
    space.till.pay(1, 500, "cash")
    space.enrolment.leave(eloise)
    return space


@pytest.mark.parametrize("typed", ["inès", "INES", "mor", "moreau in", "1", "E501", "d4e501"[2:]])
def test_a_member_is_found_by_a_name_a_number_or_the_end_of_a_badge(
    people: Space, secretary: Officer, typed: str
) -> None:
    found = secretary.page(f"/members/search?q={typed}")
    assert "Inès Moreau" in found
    assert "Karim" not in found


def test_those_who_left_are_found_and_said_to_have_left(people: Space, secretary: Officer) -> None:
    found = secretary.page("/members/search?q=eloise")
    assert "Éloïse Gîté" in found
    assert "départ le" in found


@pytest.mark.parametrize("typed", ["%25", "_", "zzz", "99"])
def test_what_fits_nobody_finds_nobody(people: Space, secretary: Officer, typed: str) -> None:
    assert "Rien ne correspond" in secretary.page(f"/members/search?q={typed}")


def test_nothing_typed_shows_nothing(people: Space, secretary: Officer) -> None:
    assert secretary.page("/members/search?q=").strip() == ""


def test_enter_in_the_search_box_opens_the_one_file_that_fits(people: Space, secretary: Officer) -> None:
    assert secretary.get("/members?q=karim&go=1").headers["Location"].endswith("/members/2")
    assert "Karim Benali" in secretary.page("/members?q=karim")


def test_the_list_shows_members_and_leaves_out_those_who_left(people: Space, secretary: Officer) -> None:
    page = secretary.page("/members")
    assert "Inès Moreau" in page
    assert "Éloïse" not in page
    assert "Éloïse" in secretary.page("/members?who=left")
    assert "Éloïse" in secretary.page("/members?who=all")


def test_filters_narrow_the_list_and_each_can_be_taken_off(people: Space, treasurer: Officer) -> None:
    page = treasurer.page("/members?plan=permanent&owes=1")
    assert "Karim Benali" in page
    assert "Inès" not in page
    assert 'href="/members?owes=1"' in page
    assert 'href="/members?plan=permanent"' in page


def test_a_search_is_quoted_in_the_language_of_the_page(people: Space, treasurer: Officer) -> None:
    assert "“Inès”" in treasurer.page("/members?q=Inès", headers={"Accept-Language": "en"})
    assert "“Inès”" in treasurer.page("/money/tabs?q=Inès", headers={"Accept-Language": "en"})


def test_a_membership_that_is_over_is_found(people: Space, treasurer: Officer) -> None:
    assert "Personne ne correspond" in treasurer.page("/members?over=1")
    with people.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE membership SET from_on = '2024-01-01', until_on = '2024-12-31' WHERE id = 1")
    assert "Inès Moreau" in treasurer.page("/members?over=1")


def test_who_has_not_come_for_sixty_days_is_found(people: Space, treasurer: Officer) -> None:
    with people.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET joined_on = '2024-01-01'")
    assert "Inès Moreau" in treasurer.page("/members?absent=1")
    people.tap(INES)
    page = treasurer.page("/members?absent=1")
    assert "Inès" not in page
    assert "Karim Benali" in page


@pytest.mark.parametrize("sort", ["number", "name", "plan", "until", "last", "owes", "-number", "-last", "drop table"])
def test_the_list_is_sorted_by_each_column_and_by_nothing_else(people: Space, treasurer: Officer, sort: str) -> None:
    page = treasurer.page(f"/members?sort={sort}")
    assert page.count("aria-sort=") == 1


def test_columns_are_sorted_both_ways(people: Space, treasurer: Officer) -> None:
    page = treasurer.page("/members?sort=-name")
    assert page.index("Karim Benali</a>") < page.index("Inès Moreau</a>")


def test_fifty_members_make_a_page(desk: Desk, treasurer: Officer) -> None:
    for number in range(51):
        desk.space.enrolment.add(Application(name=f"Membre {number:02}"))
    assert "page 1 sur 2" in treasurer.page("/members").replace("\xa0", " ")
    assert "Membre 50" in treasurer.page("/members?page=2")
    assert treasurer.get("/members?page=9").status_code == 303


def test_hosts_see_neither_money_nor_when_people_came(people: Space, host: Officer) -> None:
    page = host.page("/members?owes=1&absent=1&sort=owes")
    assert "Inès Moreau" in page
    assert "€" not in page
    assert "Dernière visite" not in page


def test_an_empty_list_says_what_it_is_for(secretary: Officer) -> None:
    assert "Inscrire le premier membre" in secretary.page("/members")


def test_somebody_joins_once_however_often_the_form_is_sent(desk: Desk, secretary: Officer) -> None:
    form = {"name": "Sam  Okafor", "plan": "itinerant", "badge": INES, "email": "sam@exemple.fr", "key": "ab" * 16}
    first = secretary.post("/members/new", form, form_on="/members/new")
    again = secretary.post("/members/new", form, form_on="/members/new")
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert desk.space.sql("SELECT count(*), max(name) FROM member") == [(1, "Sam Okafor")]
    assert desk.space.owes(1) == 500


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Écrivez un nom"),
        ("email", "sam", "ines@exemple.fr"),
        ("phone", "abc", "chiffres"),
        ("badge", "08112233", "téléphone"),
        ("badge", "xyz", "lettres de A à F"),
        ("plan", "royal", "formule de la liste"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_it_and_kept(
    desk: Desk, secretary: Officer, field: str, typed: str, said: str
) -> None:
    form = {"name": "Sam Okafor", "plan": "itinerant", "key": "ab" * 16, field: typed}
    answer = secretary.post("/members/new", form, form_on="/members/new")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert said in page
    assert f'id="{field}-error"' in page
    assert desk.space.sql("SELECT count(*) FROM member") == [(0,)]


def test_a_second_file_of_one_name_is_asked_about(people: Space, secretary: Officer) -> None:
    form = {"name": "inès moreau", "plan": "itinerant", "key": "ab" * 16}
    answer = secretary.post("/members/new", form, form_on="/members/new")
    assert answer.status_code == 400
    assert 'href="/members/1"' in answer.get_data(as_text=True)
    assert secretary.post("/members/new", {**form, "another": "1"}, form_on="/members/new").status_code == 303


def test_only_who_may_enrols(treasurer: Officer, host: Officer) -> None:
    assert treasurer.get("/members/new").status_code == 403
    assert host.post("/members/new", {"name": "X", "plan": "itinerant"}).status_code == 403


@pytest.mark.parametrize(("sent", "kept"), [({"no_tab": "1"}, 1), ({}, 0)])
def test_somebody_is_enrolled_without_a_tab(desk: Desk, secretary: Officer, sent: dict[str, str], kept: int) -> None:
    form = {"name": "Zoé Petit", "plan": "itinerant", **sent}
    assert secretary.post("/members/new", form, form_on="/members/new").status_code == 303
    assert desk.space.sql("SELECT no_tab FROM member WHERE name = 'Zoé Petit'") == [(kept,)]
