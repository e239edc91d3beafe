"""The page « Portes »: each door's state, a code for one more, revoking, and taps to look at."""

import re

import pytest

from kiosk.domain.members.roles import Role
from kiosk.offline.offline_taps import Admitted
from kiosk.store.offline import tap_conflicts
from kiosk.store.offline.tap_conflicts import TapConflict
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import NewDoor, Word
from tests.conftest import WEDNESDAY
from tests.space.test_cut_off_doors import cut_off
from tests.space.test_doors import INES, KARIM, at, doors, seal_all
from tests.web.desk.conftest import Desk, Officer


def test_a_home_with_one_door_shows_it_and_a_code_is_given_once_for_a_form(desk: Desk, president: Officer) -> None:
    page = president.page("/doors")
    assert "1. Entrée" in page
    assert "n’a encore donné aucun signe" in page
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key is not None
    form = {"name": "Portail", "site": "1", "zone": "", "takes": "permanents", "key": key[1]}
    shown = [president.post("/doors/code", form, form_on="/doors").get_data(as_text=True) for _ in range(2)]
    codes = [re.findall(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</strong>", each) for each in shown]
    assert codes[0] == codes[1]
    assert desk.space.sql("SELECT name, takes, actor FROM door_code") == [("Portail", "permanents", "officer:1")]
    assert doors(desk.space).join(codes[0][0], b"k" * 32) == 2
    wrong = president.post("/doors/code", form | {"name": "Portail"}, form_on="/doors")
    assert wrong.status_code == 400
    assert "Une autre porte s’appelle déjà ainsi" in wrong.get_data(as_text=True)


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_each_door_says_how_it_is_and_the_president_revokes_it(desk: Desk, president: Officer, host: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        door_rows.add(connection, door_rows.NewDoor("Portail"), None, WEDNESDAY.date(), "officer:1")
    facts = {"reader": "online", "database": "ok", "version": "9.9"}
    desk.space.say_at_the_door(2, Word(desk.space.clock.now(), 0, facts))
    assert "fonctionne" in host.page("/doors")
    assert "version 9.9" in host.page("/doors")
    assert host.post("/doors/2/revoke", form_on="/").status_code == 403
    desk.space.clock.advance(minutes=5)
    assert "aucun signe depuis" in president.page("/doors")
    for _ in range(2):
        assert president.post("/doors/2/revoke", form_on="/doors").status_code == 303
    assert "retirée" in president.page("/doors")
    assert "C’est la seule porte" in president.post("/doors/1/revoke", form_on="/doors").get_data(as_text=True)


def test_taps_that_were_entered_later_are_listed_until_the_treasurer_has_looked(
    desk: Desk, treasurer: Officer, host: Officer
) -> None:
    at_door = desk.space.at_door or desk.space.home
    with at_door.store.writing() as connection:
        day = WEDNESDAY.date()
        tap_conflicts.note(connection, TapConflict(b"t" * 16, 1, 1, day, "prepaid-used", day))
    assert "le carnet a été fini entre-temps" in treasurer.page("/doors")
    assert "entre-temps" not in host.page("/doors")  # how somebody stands with what they owe is no host's to see
    treasurer.post(f"/doors/taps/{(b't' * 16).hex()}/seen", form_on="/doors")
    assert "le carnet a été fini" not in treasurer.page("/doors")
    assert desk.space.sql("SELECT seen_by FROM tap_conflict") == [("officer:2",)]
    assert treasurer.post("/doors/taps/zz/seen", form_on="/doors").status_code == 404


def test_a_door_is_changed_and_a_site_is_told_what_it_holds(desk: Desk, president: Officer, host: Officer) -> None:
    assert "Capacité de chaque site" not in president.page("/doors"), "one site holds what the rules say"
    number = doors(desk.space).add_here(door_rows.NewDoor("Portail"))
    zone = str(desk.space.sql("SELECT code FROM zone ORDER BY id DESC")[0][0])
    wanted = {"name": "Jardin", "zone": zone, "takes": "permanents"}
    assert host.post(f"/doors/{number}/change", wanted, form_on="/").status_code == 403
    assert president.post(f"/doors/{number}/change", wanted, form_on="/doors").status_code == 303
    found = desk.space.sql("SELECT name, takes FROM door WHERE id = 2 AND zone_id IS NOT NULL")
    assert found == [("Jardin", "permanents")]
    assert "badges des permanents seulement" in president.page("/doors")
    wrongs: list[tuple[int, dict[str, str]]] = [(9, {}), (1, {"name": "Jardin"}), (2, {"name": " "})]
    for door, changed in [*wrongs, (2, {"zone": "x"}), (2, {"takes": ""})]:
        assert president.post(f"/doors/{door}/change", wanted | changed, form_on="/doors").status_code == 400
    site = doors(desk.space).add_site("Fives")
    path = f"/doors/sites/{site}/capacity"
    assert president.post(path, {"notice": "20", "legal": ""}, form_on="/doors").status_code == 303
    assert desk.space.sql("SELECT notice, legal FROM site_capacity") == [(20, None)]
    for typed in ("x", "0", "-3", "123456"):
        assert president.post(path, {"notice": typed}, form_on="/doors").status_code == 400
    assert desk.space.sql("SELECT count(*) FROM site_capacity") == [(1,)]


def test_what_two_cut_off_doors_let_in_is_entered_and_told_at_the_desk(desk: Desk) -> None:
    """A tab over its limit, and a badge declared lost of which a door had not heard: one day each, and a line each."""
    first = desk.space
    gate = at(first, doors(first).add_here(NewDoor("Portail")))
    first.rule("tab_limit_cents", "900")
    first.rule("tab_due_days", "0")
    for number, uid in enumerate((INES, KARIM), 1):
        first.join(f"Member {number}", uid)
    seal_all(first)
    with cut_off(first, gate):
        for _ in range(2):  # two days, both at both doors
            for door in (first, gate):
                first.clock.advance(minutes=5)
                assert isinstance(door.tap(INES), Admitted)
            first.clock.advance(days=1)
        gate.tap(KARIM)
    ((heard,),) = first.sql("SELECT max(number) FROM entry")
    with first.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET lost_on = '2026-11-25' WHERE member_id = 2")
    facts = {"reader": "online", "database": "ok", "version": "9.9"}
    first.say_at_the_door(2, Word(first.clock.now(), int(str(heard)), facts))
    page = desk.sign_in(Role.HOST).page("/doors").replace("\u00a0", " ")
    assert f"Cette porte ne sait pas encore que ces badges sont perdus : …{KARIM[-4:]} (2)" in page
    for door in (gate, first, gate):
        door.kept.replay.turn()
    assert first.sql("SELECT member_id, count(*) FROM visit WHERE state = 'kept' GROUP BY 1 ORDER BY 1") == [
        (1, 2),
        (2, 1),
    ]
    page = desk.sign_in(Role.TREASURER).page("/doors").replace("\u00a0", " ")
    assert "membre 1, Portail : l’ardoise dépassait sa limite" in page
    assert "membre 2, Portail : le badge avait été déclaré perdu" in page
    gate.kept.close()
    gate.home.store.close()
