"""For the assembly and the funders: who may vote, what was decided, and sums that tell on nobody."""

import re

import pytest

from kiosk.domain.anonymity import hidden
from kiosk.domain.members.roles import Role
from tests.web.desk.conftest import Desk

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


def test_who_is_up_to_date_is_listed_to_sign(desk: Desk) -> None:
    number = desk.space.join("Inès Moreau", INES)
    gone = desk.space.join("Karim Benali", KARIM)
    desk.space.enrolment.leave(gone)
    secretary = desk.sign_in(Role.SECRETARY)
    for path in ("/assembly/", "/assembly/sheet"):
        page = secretary.page(path)
        assert "Inès Moreau" in page
        assert "Karim Benali" not in page
    assert "Inès Moreau" not in secretary.page("/assembly/?on=2028-01-01")
    (sold,) = desk.space.sql("SELECT entry_number FROM membership WHERE member_id = 1")[0]
    desk.space.till.reverse(int(str(sold)), "rendue")
    assert "Inès Moreau" not in secretary.page("/assembly/")
    assert number == 1


def test_a_tariff_cites_its_decision(desk: Desk) -> None:
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents, decided_by)"
            " VALUES (1, 'full', '2027-01-01', 600, 'AG du 3 mars 2026')"
        )
    assert "AG du 3 mars 2026" in desk.sign_in(Role.TREASURER).page("/assembly/")


def test_what_is_declared_shows_in_sums_only_and_can_be_taken_back(desk: Desk) -> None:
    secretary = desk.sign_in(Role.SECRETARY)
    for number in range(1, 7):
        uid = f"04C000000000{number:02X}"
        desk.space.join(f"Membre {number}", uid)
        secretary.post(f"/members/{number}/category", {"category": "student"}, form_on=f"/members/{number}/category")
        desk.space.tap(uid)
    page = secretary.page("/assembly/categories?period=month")
    plain = re.sub(r' data-label="[^"]*"', "", page)
    assert '<th scope="row">Études</th><td class="number">6</td><td class="number">6</td>' in plain
    for number in (1, 2):
        secretary.post(f"/members/{number}/category", {"category": ""}, form_on=f"/members/{number}/category")
    page = secretary.page("/assembly/categories?period=month")
    assert page.count("caché") == 2
    refused = secretary.post("/members/1/category", {"category": "ill"}, form_on="/members/1/category")
    assert refused.status_code == 400


@pytest.mark.promise(6)
@pytest.mark.parametrize(
    ("people", "cells"),
    [
        ({}, set()),
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 3, "c": 9}, {"a", "b"}),
        ({"a": 4, "b": 7, "c": 9}, {"a", "b"}),
        ({"a": 0, "b": 7}, set()),
        ({"a": 1}, {"a"}),
    ],
)
def test_a_single_hidden_cell_cannot_be_told_from_the_total(people: dict[str, int], cells: set[str]) -> None:
    assert hidden(people) == cells


def test_a_long_list_of_members_up_to_date_comes_page_by_page(desk: Desk) -> None:
    with desk.space.home.store.writing() as connection:
        for number in range(1, 53):
            connection.exec_driver_sql(
                "INSERT INTO member (id, number, name, shown_name, search, joined_on, plan_code, zone_id, version)"
                f" SELECT {number}, {number}, 'M{number:02}', 'M', 'm{number:02}', '2026-01-01', code, zone_id, 1"
                " FROM plan LIMIT 1"
            )
            connection.exec_driver_sql(
                f"INSERT INTO membership (member_id, from_on, until_on) VALUES ({number}, '2026-01-01', '2026-12-31')"
            )
    treasurer = desk.sign_in(Role.TREASURER)
    first, second = treasurer.page("/assembly/"), treasurer.page("/assembly/?page=2")
    assert "52 membres à jour" in first.replace("\xa0", " ")
    assert "M50" in first
    assert "M51" not in first
    assert "M51" in second
    assert treasurer.page("/assembly/?page=99").count("M52") == 1
