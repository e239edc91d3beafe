"""The rota at the desk, its template, the year, and what the links of mails lead to."""

import re
from datetime import date

import pytest

from kiosk.domain.members.roles import Role
from kiosk.hosting import links
from kiosk.language import problems
from kiosk.store.hosting import rota_rows
from kiosk.store.members import members
from tests.web.desk.conftest import HTTPS, Desk, Officer, actor_of

LINE = {"weekday": "3", "kind": "hosting", "from": "09:00", "until": "13:00", "places": "1"}
TOMORROW = date(2026, 11, 26)


@pytest.fixture
def people(desk: Desk) -> tuple[int, int]:
    desk.space.rule("hosting", "true")
    return desk.space.join("Inès Moreau", "04A2000000E511"), desk.space.join("Karim Benali", "04A1B2C3D4E501")


def shift(desk: Desk, day: date = TOMORROW) -> rota_rows.Turn:
    with desk.space.home.store.reading() as connection:
        return rota_rows.turns(connection, day, day)[0]


def test_a_rota_from_its_template_to_a_turn_that_was_held(desk: Desk, people: tuple[int, int], host: Officer) -> None:
    assert "Semaine type" in host.page("/hosting/", headers={"Accept-Language": "fr"})
    assert host.post("/hosting/template", LINE, form_on="/hosting/template").status_code == 303
    number = shift(desk).shift.id
    assert "Inès" not in host.page("/hosting/")
    answer = host.post(
        f"/hosting/shifts/{number}/take", {"member": str(people[0])}, form_on=f"/hosting/shifts/{number}"
    )
    assert answer.status_code == 303
    assert "Inès Moreau" in host.page("/hosting/")
    early = host.post(f"/hosting/shifts/{number}/confirm", {}, form_on=f"/hosting/shifts/{number}")
    assert early.status_code == 400
    desk.space.clock.advance(days=2)
    officer = desk.sign_in(Role.HOST)
    officer.post(f"/hosting/shifts/{number}/confirm", {"took": "3,5"}, form_on=f"/hosting/shifts/{number}")
    assert shift(desk).shift.declared_minutes == 210
    year = officer.page("/hosting/year")
    assert "Inès Moreau" in year and "<svg" in year
    officer.post(f"/hosting/shifts/{number}/unconfirm", {}, form_on=f"/hosting/shifts/{number}")
    assert not shift(desk).shift.confirmed


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({**LINE, "until": "08:00"}, "until-error"),
        ({**LINE, "from": "25:00"}, "until-error"),
        ({**LINE, "kind": "party"}, "kind-error"),
        ({**LINE, "weekday": "12"}, "until-error"),
        ({**LINE, "places": "many"}, "until-error"),
        ({}, "kind-error"),
    ],
)
def test_a_line_that_cannot_be_is_said_beside_its_field(
    desk: Desk, host: Officer, fields: dict[str, str], field: str
) -> None:
    answer = host.post("/hosting/template", fields, form_on="/hosting/template")
    assert answer.status_code == 400
    assert f'id="{field}"' in answer.get_data(as_text=True)
    assert desk.space.sql("SELECT count(*) FROM shift_slot") == [(0,)]


@pytest.mark.parametrize(
    ("act", "fields", "says"),
    [
        ("take", {"member": "999"}, "no-such-member"),
        ("take", {"member": "x"}, "member-none"),
        ("swap", {"other": "1"}, "shift-not-yours"),
        ("give-up", {}, "shift-not-yours"),
        ("confirm", {"took": "a lot"}, "shift-minutes"),
        ("confirm", {"took": "1e400"}, "shift-minutes"),
        ("confirm", {"took": "99999999999"}, "shift-minutes"),
    ],
)
def test_what_cannot_be_is_said_on_the_turn_s_page(
    desk: Desk, people: tuple[int, int], host: Officer, act: str, fields: dict[str, str], says: str
) -> None:
    host.post("/hosting/template", LINE, form_on="/hosting/template")
    number = shift(desk).shift.id
    answer = host.post(f"/hosting/shifts/{number}/{act}", fields, form_on=f"/hosting/shifts/{number}")
    assert answer.status_code == 400
    page = answer.get_data(as_text=True).replace("&#39;", "'")
    assert all(part in page for part in problems.told(says, "fr").split("…"))  # between its values
    assert shift(desk).shift.member is None


def test_only_the_president_gives_days_and_only_after_the_warning(
    desk: Desk, president: Officer, host: Officer
) -> None:
    assert host.get("/hosting/reward").status_code == 403
    assert "20 décembre 2017" in president.page("/hosting/reward", headers={"Accept-Language": "fr"})
    unread = president.post("/hosting/reward", {"shifts": "4"}, form_on="/hosting/reward")
    assert unread.status_code == 400
    assert desk.space.sql("SELECT count(*) FROM hosting_reward") == [(0,)]
    president.post("/hosting/reward", {"shifts": "4", "warned": "yes"}, form_on="/hosting/reward")
    assert desk.space.sql("SELECT shifts_a_day, actor FROM hosting_reward") == [(4, actor_of(Role.PRESIDENT))]
    assert president.post("/hosting/reward", {"shifts": "x"}, form_on="/hosting/reward").status_code == 400
    president.post("/hosting/reward", {"shifts": "0"}, form_on="/hosting/reward")
    assert desk.space.sql("SELECT shifts_a_day FROM hosting_reward ORDER BY id DESC LIMIT 1") == [(0,)]


def test_no_officer_confirms_their_own_turn_where_turns_earn_days(
    desk: Desk, people: tuple[int, int], host: Officer
) -> None:
    host.post("/hosting/template", {**LINE, "weekday": "2"}, form_on="/hosting/template")
    today = date(2026, 11, 25)
    number = shift(desk, today).shift.id
    host.post(f"/hosting/shifts/{number}/take", {"member": str(people[0])}, form_on=f"/hosting/shifts/{number}")
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = (SELECT id FROM member WHERE number = 1)")
        connection.exec_driver_sql(
            "INSERT INTO hosting_reward (shifts_a_day, actor, made_at) VALUES (1, 'a', '2026-11-01T10:00:00.000000Z')"
        )
    assert people[0] == 1
    answer = host.post(f"/hosting/shifts/{number}/confirm", {}, form_on=f"/hosting/shifts/{number}")
    assert answer.status_code == 400
    assert not shift(desk, today).shift.confirmed


def link(desk: Desk, act: str, number: int) -> str:
    with desk.space.home.store.writing() as connection:
        person = members.by_number(connection, number)
        return links.made(connection, "", act, person.id, shift(desk).shift)


def test_a_link_does_nothing_when_it_is_opened_and_its_button_works_once(
    desk: Desk, people: tuple[int, int], host: Officer
) -> None:
    host.post("/hosting/template", LINE, form_on="/hosting/template")
    path = link(desk, links.TAKE, people[0])
    stranger = desk.stranger()
    for _ in range(3):
        page = stranger.page(path)
        assert shift(desk).shift.member is None
    assert "Inès" not in page and "Moreau" not in page
    assert stranger.post(path, {"answer": "yes"}, form_on=path).status_code == 200
    assert shift(desk).shift.member == people[0]
    assert stranger.get(path).status_code == 410
    again = stranger.client.post(path, base_url=HTTPS, data={"csrf_token": "x"})
    assert again.status_code == 400


def test_a_link_whose_turn_is_another_s_says_so_and_stays_unused(
    desk: Desk, people: tuple[int, int], host: Officer
) -> None:
    host.post("/hosting/template", LINE, form_on="/hosting/template")
    number = shift(desk).shift.id
    path = link(desk, links.TAKE, people[0])
    stranger = desk.stranger()
    token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.page(path))
    assert token is not None
    host.post(f"/hosting/shifts/{number}/take", {"member": str(people[1])}, form_on=f"/hosting/shifts/{number}")
    answer = stranger.client.post(path, base_url=HTTPS, data={"csrf_token": token[1], "answer": "yes"})
    assert answer.status_code == 409
    assert "Karim" not in answer.get_data(as_text=True)
    assert shift(desk).shift.member == people[1]


@pytest.mark.parametrize("token", ["x", "é" * 40, "a" * 5000, "../../rules"])
def test_a_link_that_is_not_ours_is_over(desk: Desk, token: str) -> None:
    assert desk.stranger().get(f"/accueil/{token}").status_code in (404, 410)


def test_nobody_is_asked_who_does_not_want_to_be(desk: Desk, people: tuple[int, int], host: Officer) -> None:
    path = f"/hosting/members/{people[0]}"
    host.post(path, {"wants": "yes"}, form_on=path)
    assert desk.space.sql("SELECT number FROM member WHERE asked_to_host = 1") == [(people[0],)]
    host.post(path, {"wants": "no"}, form_on=path)
    assert desk.space.sql("SELECT number FROM member WHERE asked_to_host = 1") == []
    assert host.get("/hosting/members/999").status_code == 404
    assert host.get("/hosting/shifts/999").status_code == 404


def test_the_table_of_a_long_year_is_sorted_turned_and_looked_through(desk: Desk, people: tuple[int, int]) -> None:
    desk.sign_in(Role.HOST).post("/hosting/template", LINE, form_on="/hosting/template")
    desk.space.clock.advance(days=2)
    for place in range(60):
        number = desk.space.join(f"Membre {place:02}", f"04A20002{place:06X}")
        with desk.space.home.store.writing() as connection:
            of = members.by_number(connection, number).id
            connection.exec_driver_sql(
                "INSERT INTO shift (slot_id, kind, day_on, from_minute, until_minute, place, member_id, confirmed,"
                " declared_minutes, called_off) VALUES (1, 'hosting', '2026-11-26', 540, 780, ?, ?, 1, ?, 0)",
                (place + 2, of, 60 * (place % 7 + 1)),
            )
    officer = desk.sign_in(Role.HOST)

    def names(query: str) -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', officer.page(f"/hosting/year?{query}"))

    assert names("sort=name") == [f"Membre {place:02}" for place in range(50)]
    assert names("sort=name&page=2") == [f"Membre {place:02}" for place in range(50, 60)]
    assert names("sort=-total")[0] in {f"Membre {place:02}" for place in range(6, 60, 7)}
    assert names("q=membre 07") == ["Membre 07"]
