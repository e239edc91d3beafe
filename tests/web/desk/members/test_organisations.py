"""Organisations that pay for members, and what they pay for whom."""

import re

import pytest

from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

INES = "04A1B2C3D4E501"
RESONANCE = {"name": "Résonance", "kind": "cooperative", "siren": "732 829 320", "order_reference": "BC-7"}


@pytest.fixture
def space(space: Space) -> Space:
    """Inès is a member."""
    space.join("Inès Moreau", INES)
    return space


def add(officer: Officer, **fields: str) -> tuple[int, str]:
    answer = officer.post("/organisations/new", {**RESONANCE, **fields}, form_on="/organisations/new")
    return answer.status_code, answer.get_data(as_text=True)


def test_an_organisation_has_an_account_and_its_siren_is_checked(desk: Desk, treasurer: Officer) -> None:
    assert "apparaîtront ici" in treasurer.page("/organisations")
    assert add(treasurer)[0] == 303
    assert desk.space.sql("SELECT name, kind, siren, order_reference FROM organisation") == [
        ("Résonance", "cooperative", "732829320", "BC-7")
    ]
    assert "732829320" in treasurer.page("/organisations")
    assert "coopérative d’activité et d’emploi" in treasurer.page("/organisations/1")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("siren", "732829321"), ("siren", "12"), ("name", " "), ("kind", "bank"), ("address", "x" * 501)],
)
def test_what_is_wrong_is_said_beside_it(desk: Desk, treasurer: Officer, field: str, typed: str) -> None:
    status, page = add(treasurer, **{field: typed})
    assert status == 400
    assert f'id="{field}-error"' in page
    assert desk.space.sql("SELECT count(*) FROM organisation") == [(0,)]


def test_a_siren_is_one_organisation_s(desk: Desk, treasurer: Officer) -> None:
    add(treasurer)
    status, page = add(treasurer, name="Autre")
    assert status == 400
    assert "déjà ce SIREN" in page


def test_who_saves_second_is_shown_the_first_change(desk: Desk, treasurer: Officer, president: Officer) -> None:
    add(treasurer)
    found = re.search(r'name="read" value="(\w+)"', treasurer.page("/organisations/1/edit"))
    assert found is not None
    form = {**RESONANCE, "read": found[1]}
    first = president.post("/organisations/1/edit", {**form, "name": "Résonance SCIC"}, form_on="/organisations/1/edit")
    assert first.status_code == 303
    second = treasurer.post("/organisations/1/edit", {**form, "name": "Autre nom"}, form_on="/organisations/1/edit")
    assert second.status_code == 409
    assert "Résonance SCIC" in second.get_data(as_text=True)
    assert desk.space.sql("SELECT name FROM organisation") == [("Résonance SCIC",)]


def appoint(officer: Officer, **fields: object) -> int:
    form = {"organisation": "1", "kinds": ["day"], "from": "2026-11-25", **fields}
    return officer.post("/members/1/payers", form, form_on="/members/1/payers").status_code


def test_an_organisation_pays_days_from_a_day_on_and_the_member_again_later(desk: Desk, treasurer: Officer) -> None:
    add(treasurer)
    assert appoint(treasurer) == 303
    assert "Résonance" in treasurer.page("/members/1")
    assert "Inès Moreau" in treasurer.page("/organisations/1")
    desk.space.tap(INES)
    assert desk.space.owes(1) == 500, "the membership alone"
    assert desk.space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(500,)]
    assert appoint(treasurer, payer="self", **{"from": "2026-12-01"}) == 303
    assert desk.space.sql("SELECT kind, from_on, until_on FROM payer") == [("day", "2026-11-25", "2026-11-30")]
    assert ">Journée" in treasurer.page("/organisations/1")


@pytest.mark.parametrize(
    "fields",
    [{"from": "2026-11-24"}, {"from": "demain"}, {"kinds": []}, {"kinds": ["bread"]}, {"organisation": "9"},
     {"organisation": ""}],
)  # fmt: skip
def test_the_past_is_not_paid_by_somebody_else(desk: Desk, treasurer: Officer, fields: dict[str, object]) -> None:
    add(treasurer)
    assert appoint(treasurer, **fields) == 400
    assert desk.space.sql("SELECT count(*) FROM payer") == [(0,)]


def test_hosts_and_the_secretary_see_no_organisation(desk: Desk, secretary: Officer, host: Officer) -> None:
    for officer in (secretary, host):
        assert officer.get("/organisations").status_code == 403
        assert officer.get("/organisations/new").status_code == 403
    assert secretary.get("/organisations/1").status_code == 403


def test_an_unknown_organisation_is_not_there(desk: Desk, treasurer: Officer) -> None:
    assert treasurer.get("/organisations/7").status_code == 404
