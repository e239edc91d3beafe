"""What everybody may ask: nothing before its rule is on, nobody's name ever, and a line to put on a web site."""

from datetime import timedelta

import msgspec
import pytest

from kiosk.domain.space.sharing import RULES, SHARED
from kiosk.web.member_pages.api import shared
from kiosk.web.pages.api import answering, shapes
from tests.homes import wrote

from .conftest import House, problem

NAMES = ("Moreau", "Inès", "Haddad", "Karim")


def turn_on(house: House, name: str) -> None:
    house.space.rule(RULES[name], "true")
    if name == "agenda":
        house.space.rule("events", "true")


@pytest.mark.promise(6)
@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("ending", ["", ".html"])
def test_nothing_is_told_before_its_own_rule_is_on(house: House, name: str, ending: str) -> None:
    for other in SHARED:
        if other != name:
            turn_on(house, other)
    assert problem(house.script().get(f"/api/v1/public/{name}{ending}")) == (404, "api-off")
    turn_on(house, name)
    answer = house.script().get(f"/api/v1/public/{name}{ending}")
    assert answer.status_code == 200
    assert not [each for each in NAMES if each in answer.text]


@pytest.mark.parametrize("name", SHARED)
def test_what_is_told_is_as_the_document_says_and_may_be_read_by_a_site_s_script(house: House, name: str) -> None:
    turn_on(house, name)
    answer = house.script().get(f"/api/v1/public/{name}")
    assert msgspec.json.decode(answer.data, type=shapes.SHARED[name])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=15"
    again = house.script().get(f"/api/v1/public/{name}", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", SHARED)
def test_a_line_can_be_put_into_another_site_s_page_and_runs_nothing(house: House, name: str) -> None:
    turn_on(house, name)
    answer = house.script().get(f"/api/v1/public/{name}.html")
    assert answer.content_type == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert answer.text.count("\n") == 1
    assert "<script" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_fewer_than_three_people_are_no_number(house: House) -> None:
    turn_on(house, "occupancy")
    assert house.script().get("/api/v1/public/occupancy").get_json()["present"] is None
    house.space.join("Ami", "04A2000000E5A1")
    house.space.tap("04A2000000E5A1")
    found = house.script().get("/api/v1/public/occupancy").get_json()
    assert (found["present"], found["fewer_than"], found["free"]) == (3, None, None)
    house.space.rule("capacity_notice", "5")
    found = house.script().get("/api/v1/public/occupancy").get_json()
    assert (found["places"], found["free"]) == (5, 2)
    line = house.script().get("/api/v1/public/occupancy.html?language=fr").text
    assert "3 personnes ici · encore 2 places" in line
    assert "3 people here · 2 seats free" in house.script().get("/api/v1/public/occupancy.html?language=en").text


def test_opening_hours_are_told_in_a_line(house: House) -> None:
    turn_on(house, "opening")
    assert "Ouvert à toute heure" in house.script().get("/api/v1/public/opening.html?language=fr").text
    house.space.rule("opening_hours", '{"mon": ["08:00-19:00"], "thu": ["09:00-12:30", "13:30-19:00"]}')
    found = house.script().get("/api/v1/public/opening").get_json()
    assert (found["open"], found["today"]) == (False, ["09:00-12:30", "13:30-19:00"])  # it is 8:52
    assert found["opens"] == "2026-11-26T09:00:00+01:00"
    line = house.script().get("/api/v1/public/opening.html?language=fr").text.replace("\xa0", " ")
    assert "Ouvert aujourd’hui : 9 h – 12 h 30, 13 h 30 – 19 h" in line
    house.space.clock.advance(days=1)
    line = house.script().get("/api/v1/public/opening.html?language=fr").text.replace("\xa0", " ")
    assert "Fermé aujourd’hui · ouvre lundi 8 h" in line


def test_the_agenda_has_what_the_desk_put_on_it_and_what_it_is_called_is_no_code(house: House) -> None:
    turn_on(house, "agenda")
    assert house.script().get("/api/v1/public/agenda").get_json() == {"events": []}
    values = ("<b>Vélo</b>", "2026-12-08T17:00:00.000000Z", "2026-12-08T19:00:00.000000Z")
    with house.space.home.store.writing() as connection:
        change = (
            "UPDATE event SET is_listed = 1, places = 5, title = ?, starts_at = ?, ends_at = ? WHERE title = 'Paie'"
        )
        wrote(connection, change, *values)
    (event,) = house.script().get("/api/v1/public/agenda").get_json()["events"]
    assert (event["starts"], event["title"], event["places_left"]) == ("2026-12-08T18:00:00+01:00", "<b>Vélo</b>", 3)
    line = house.script().get("/api/v1/public/agenda.html?language=fr").text
    assert "&lt;b&gt;Vélo&lt;/b&gt;" in line
    assert "<b>" not in line


def test_everybody_gets_the_same_answer_for_some_seconds(house: House) -> None:
    turn_on(house, "prices")
    now = [0.0]
    script = house.script()
    api = answering.Api(house.ask, lambda: now[0])
    with script.client.application.test_request_context("/api/v1/public/prices"):
        for _ in range(5):
            assert api.answer("v1/public/prices").status_code == 200
        assert len(house.heard) == 1
        now[0] += answering.SHARED_SECONDS + 1
        api.answer("v1/public/prices")
    assert len(house.heard) == 2


def test_shapes_and_answers_know_the_same_names() -> None:
    assert shapes.SHARED.keys() == shared.TOLD.keys() == SHARED.keys() == RULES.keys()
    assert timedelta(seconds=answering.SHARED_SECONDS) < timedelta(minutes=1)
