"""The premises at the desk: a plan drawn by form, desks lent and given, things handed out, registered offices."""

import re
from collections.abc import Iterator

import pytest

from kiosk.language import problems
from tests.premises.test_lending import Floor
from tests.web.desk.conftest import Desk, Officer

FRENCH = {"Accept-Language": "fr"}
TODAY, TOMORROW = "2026-11-25", "2026-11-26"


@pytest.fixture
def floor(desk: Desk) -> Floor:
    for rule in ("floor_plan", "things", "registered_offices"):
        desk.space.rule(rule, "true")
    return Floor(desk.space)


def ok(officer: Officer, path: str, page: str, **fields: object) -> None:
    typed = {name: str(value) for name, value in fields.items()}
    assert officer.post(path, typed, form_on=page).status_code == 303, (path, fields)


def test_the_plan_is_drawn_by_form_and_by_arrows(floor: Floor, president: Officer) -> None:
    draw = "/premises/draw"
    ok(president, draw, draw, kind="desk", label="B1", x=12, y=4, wide=3, high=2)
    ((spot,),) = floor.space.sql("SELECT id FROM spot WHERE label = 'B1'")
    ok(president, f"{draw}/{spot}/move", draw, step="right")
    ok(president, f"{draw}/{spot}", draw, kind="desk", label="B2", x=13, y=5, wide=4, high=2)
    ok(president, f"{draw}/{spot}/give", draw, member=floor.ines)
    page = president.page(f"{draw}?spot={spot}", headers=FRENCH)
    assert re.search(r'<rect x="261" y="101" width="78" height="38"', page)
    assert "Inès Moreau" in page
    assert ">B2<" in page
    ok(president, f"{draw}/{spot}/end", draw)
    ok(president, f"{draw}/{spot}/remove", draw)
    assert ">B2<" not in president.page(draw)  # the two signs alone may stand in a token
    assert president.post(f"{draw}/{spot}/move", {"step": "up"}, form_on=draw).status_code == 404


def test_a_desk_is_lent_given_and_freed_at_the_desk(floor: Floor, host: Officer) -> None:
    page = "/premises/"
    ok(host, "/premises/lend", page, member=floor.karim, day=TOMORROW)
    assert "prêté, à prendre" in host.page(f"{page}?day={TOMORROW}", headers=FRENCH)
    ok(host, "/premises/take", page, taker=floor.ines, spot=floor.a1, day=TOMORROW)
    shown = host.page(f"{page}?day={TOMORROW}", headers=FRENCH)
    assert "prêté et pris" in shown and "Inès Moreau" in shown
    refused = host.post(
        "/premises/take",
        {"taker": str(floor.zoe), "spot": str(floor.a1), "day": TOMORROW},
        form_on=page,
        headers=FRENCH,
    )
    assert refused.status_code == 400
    assert problems.told("spot-taken", "fr") in refused.get_data(as_text=True)
    ok(host, "/premises/leave", page, taker=floor.ines, day=TOMORROW)
    ok(host, "/premises/keep", page, member=floor.karim, day=TOMORROW)
    assert floor.space.sql("SELECT count(*) FROM spot_day") == [(0,)]


def test_things_are_handed_out_and_come_back(floor: Floor, president: Officer) -> None:
    page = "/premises/things"
    ok(president, page, page, kind="locker", label="Casier 4", places=1)
    ((locker,),) = floor.space.sql("SELECT id FROM thing WHERE label = 'Casier 4'")
    for _ in range(2):  # sent twice, it is one
        ok(president, f"{page}/lend", page, thing=locker, member=floor.zoe, key="0" * 32)
    ok(president, f"{page}/lend", page, thing=floor.key, member=floor.zoe, key="1" * 32)
    with floor.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE loan SET due_on = '2026-11-24' WHERE due_on IS NOT NULL")
    shown = president.page(page, headers=FRENCH)
    assert "Zoé Petit depuis le 25 nov. 2026" in " ".join(shown.split()).replace("\xa0", " ")
    assert "en retard" in shown
    ((loan,), _) = floor.space.sql("SELECT id FROM loan ORDER BY id")
    ok(president, f"/premises/loans/{loan}/back", page)
    ok(president, f"{page}/{locker}/remove", page)
    assert floor.space.sql("SELECT count(*) FROM loan WHERE ended_at IS NULL") == [(1,)]


def test_registered_offices_want_an_approval_and_tell_whom_to_tell(floor: Floor, president: Officer) -> None:
    page = "/premises/offices"
    wish = {"name": "Studio Lune", "from": "2026-07-06", "member": str(floor.zoe)}
    assert president.post(page, wish, form_on=page).status_code == 400
    given = {"authority": "Préfecture du Nord", "number": "2021-12", "approval_from": "2021-01-10"}
    ok(president, f"{page}/approvals", page, **given, approval_until="2027-01-09")
    ok(president, page, page, **wish)
    shown = " ".join(president.page(page, headers=FRENCH).split()).replace("\xa0", " ")
    assert "L’agrément expire le 9 janv. 2027" in shown  # it is time to ask for the next one
    assert "Nouvelles entreprises : Studio Lune" in shown.replace("\u202f", " ")
    ((office,),) = floor.space.sql("SELECT id FROM registered_office")
    ok(president, f"{page}/{office}/end", page, until=TODAY)
    ok(president, f"{page}/{office}/told", page)
    ((approval,),) = floor.space.sql("SELECT id FROM office_approval")
    ok(president, f"{page}/approvals/{approval}/withdraw", page)
    assert floor.space.sql("SELECT until_on, told_on FROM registered_office") == [(TODAY, TODAY)]
    assert floor.space.sql("SELECT ended_on FROM office_approval") == [(TODAY,)]


def wrong(floor: Floor) -> Iterator[tuple[str, str, dict[str, object], str]]:
    """Bad input: where it is sent, from which page, and the code of what is said."""
    plan, draw, things, offices = "/premises/", "/premises/draw", "/premises/things", "/premises/offices"
    box = {"x": 0, "y": 0, "wide": 2, "high": 2}
    yield "/premises/lend", plan, {"member": floor.zoe, "day": TODAY}, "spot-none"
    yield "/premises/lend", plan, {"member": floor.karim, "day": "yesterday"}, "day"
    yield "/premises/lend", plan, {"member": "²", "day": TODAY}, "member-none"
    yield "/premises/take", plan, {"taker": floor.zoe, "spot": floor.a2, "day": TODAY}, "spot-not-lent"
    yield "/premises/take", plan, {"taker": floor.zoe, "spot": 9999, "day": TODAY}, "no-such-spot"
    yield draw, draw, {"kind": "desk", "label": "x" * 10_000, **box}, "spot-label"
    yield draw, draw, {"kind": "throne", "label": "B1", **box}, "spot-kind"
    yield draw, draw, {"kind": "desk", "label": "A1", **box}, "spot-known"
    yield draw, draw, {"kind": "desk", "label": "B1", **box, "wide": "large"}, "number"
    yield "/premises/lend", plan, {"member": floor.karim, "day": "2026-11-24"}, "spot-day"
    yield draw, draw, {"kind": "desk", "label": "B1", **box, "x": "-4"}, "spot-place"
    yield f"{draw}/{floor.a1}/move", draw, {"step": "sideways"}, "spot-step"
    yield f"{draw}/{floor.a1}/remove", draw, {}, "spot-held"
    yield f"{draw}/{floor.hall}/give", draw, {"member": floor.zoe}, "spot-no-desk"
    yield f"{draw}/{floor.a2}/give", draw, {"member": floor.karim}, "spot-held"
    yield things, things, {"kind": "key", "label": "Clé du local", "places": 1}, "thing-known"
    yield things, things, {"kind": "key", "label": "Autre", "places": 1, "minutes": 30, "days": 2}, "thing-terms"
    yield things, things, {"kind": "spoon", "label": "Autre", "places": 1}, "thing-kind"
    yield f"{things}/lend", things, {"thing": 99, "member": floor.zoe, "key": "2" * 32}, "no-such-thing"
    yield f"{things}/lend", things, {"thing": floor.key, "member": 99, "key": "2" * 32}, "no-such-member"
    yield "/premises/loans/99/back", things, {}, "no-such-loan"
    yield offices, offices, {"name": "", "from": TODAY}, "office-name"
    yield offices, offices, {"name": "Lune", "siren": "12", "from": TODAY}, "office-siren"
    yield offices, offices, {"name": "Lune", "from": TODAY, "until": "2026-12-24"}, "office-period"
    yield f"{offices}/9/end", offices, {"until": TODAY}, "no-such-office"
    yield f"{offices}/approvals/9/withdraw", offices, {}, "no-such-approval"
    approval = {"authority": "P", "approval_from": TODAY, "approval_until": "2040-01-01"}
    yield f"{offices}/approvals", offices, {**approval, "number": "1"}, "approval-period"
    yield f"{offices}/approvals", offices, {**approval, "number": ""}, "approval-words"


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_half_done(floor: Floor, president: Officer) -> None:
    before = [floor.space.sql(f"SELECT * FROM {table}") for table in ("spot", "spot_day", "thing", "loan")]
    for path, page, fields, code in wrong(floor):
        typed = {name: str(value) for name, value in fields.items()}
        answer = president.post(path, typed, form_on=page, headers=FRENCH)
        assert answer.status_code == 400, (path, code)
        shown = answer.get_data(as_text=True).replace("&#39;", "'")
        assert all(part in shown for part in problems.told(code, "fr").split("…")), (path, code)  # between its values
    assert before == [floor.space.sql(f"SELECT * FROM {table}") for table in ("spot", "spot_day", "thing", "loan")]
