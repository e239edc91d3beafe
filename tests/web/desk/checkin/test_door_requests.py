"""The door from afar: asked at the desk, done at the entrance."""

import re

import pytest

from kiosk.checkin.desk_requests import Opener
from kiosk.domain.members.roles import Role
from kiosk.errors import DeviceOffline
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common.permissions import MAY, May
from tests.conftest import Space
from tests.space.test_doors import doors
from tests.web.desk.conftest import Desk, Officer, actor_of

FR = {"Accept-Language": "fr"}


def entrance(space: Space, door: int = 1) -> None:
    """One turn of what the entrance at a door does when somebody has committed."""
    rules = Rules(space.home.config.zone, door=door)
    note = space.events.append
    Opener(store=space.home.store, rules=rules, clock=space.clock, door=space.door, note=note).turn()


@pytest.mark.parametrize("role", Role)
def test_the_door_is_for_who_may_and_off_unless_the_rules_have_it(desk: Desk, space: Space, role: Role) -> None:
    officer = desk.sign_in(role)
    if role not in MAY[May.OPEN_DOOR]:
        assert officer.get("/door/open").status_code == 403
        return
    assert "ne laissent pas" in officer.page("/door/open", headers=FR)
    assert officer.post("/door/open").status_code == 400
    assert space.sql("SELECT count(*) FROM desk_request") == [(0,)]
    assert "/door/open" not in officer.page("/")


def test_an_officer_opens_once_and_it_is_on_today_with_their_name(space: Space, host: Officer) -> None:
    space.rule("remote_opening", "true")
    assert "/door/open" in host.page("/")
    asked = host.post("/door/open", form_on="/door/open")
    assert asked.status_code == 303
    assert "Demande envoyée" in host.page(asked.headers["Location"], headers=FR)
    entrance(space)
    entrance(space)
    assert space.door.pulses == 1
    assert "La porte est ouverte" in host.page(f"{asked.headers['Location']}/now", headers=FR)
    assert "par Host" in host.page("/", headers=FR)
    assert space.sql("SELECT actor, act FROM desk_log WHERE act = 'open-door'") == [(actor_of(Role.HOST), "open-door")]


def test_of_several_doors_one_is_chosen_and_that_one_opens(space: Space, host: Officer) -> None:
    space.rule("remote_opening", "true")
    assert "Ouvrir la porte maintenant" in host.page("/door/open", headers=FR)
    doors(space).add_here(NewDoor("Portail"))
    page = host.page("/door/open", headers=FR)
    offered = re.findall(r'name="door" value="(\d)">.*?Ouvrir\s: (\w+)', page, re.DOTALL)
    assert offered == [("1", "Entrée"), ("2", "Portail")]
    for wrong in ({}, {"door": "3"}, {"door": "x"}, {"door": "-1"}):
        assert host.post("/door/open", wrong, form_on="/door/open").status_code == 400
    assert space.sql("SELECT count(*) FROM desk_request") == [(0,)]
    asked = host.post("/door/open", {"door": "2"}, form_on="/door/open")
    entrance(space)
    assert space.door.pulses == 0, "the first door is another one"
    entrance(space, 2)
    assert space.door.pulses == 1
    assert "La porte est ouverte" in host.page(f"{asked.headers['Location']}/now", headers=FR)
    assert re.search(r"par Host\s*· Portail", host.page("/", headers=FR))
    assert space.sql("SELECT what FROM desk_log WHERE act = 'open-door'") == [("request 1, door 2",)]
    doors(space).revoke(1)
    assert "Ouvrir la porte maintenant" in host.page("/door/open", headers=FR)
    host.post("/door/open", form_on="/door/open")
    assert space.sql("SELECT door_id FROM desk_request ORDER BY id") == [(2,), (2,)], "the only one that is left"


def test_an_entrance_that_does_not_answer_is_told_and_opens_nothing_later(space: Space, host: Officer) -> None:
    space.rule("remote_opening", "true")
    asked = host.post("/door/open", form_on="/door/open")
    space.clock.advance(seconds=11)
    assert "ne répond pas" in host.page(asked.headers["Location"], headers=FR)
    entrance(space)
    assert space.door.pulses == 0
    assert "Délai dépassé" in host.page(asked.headers["Location"], headers=FR)


def test_a_lock_that_takes_its_time_is_waited_for_and_its_silence_told(
    space: Space, host: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in the network: it is asked, and says for seconds neither yes nor no."""
    space.rule("remote_opening", "true")
    page = host.post("/door/open", form_on="/door/open").headers["Location"]
    seen: list[str] = []

    def asked_in_vain() -> None:
        seen.append(host.page(page, headers=FR))
        raise DeviceOffline("door-offline", "the lock does not answer")

    monkeypatch.setattr(space.door, "pulse", asked_in_vain)
    entrance(space)
    assert "Demande envoyée" in seen[0]
    assert "La serrure n’a pas répondu" in host.page(page, headers=FR)


def test_who_signed_in_long_ago_signs_in_again_to_open(space: Space, host: Officer) -> None:
    space.rule("remote_opening", "true")
    with host.client.session_transaction(base_url="https://localhost") as session:
        session["fs_paa"] = session["fs_paa"] - 3600
        session.pop("fs_gexp", None)
    answer = host.get("/door/open")
    assert answer.status_code == 302
    assert "/verify" in answer.headers["Location"]
    assert host.post("/door/open").status_code == 302
    assert space.sql("SELECT count(*) FROM desk_request") == [(0,)]
