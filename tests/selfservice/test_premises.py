"""Desks are lent and taken at the screen, badge in hand; things are had and come back; nobody hidden is named."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.premises.things import Terms
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.selfservice.house import HouseSheet
from kiosk.selfservice.premises.desks import FloorSheet
from tests.conftest import Space
from tests.premises.test_lending import INES, KARIM, ZOE, Floor
from tests.selfservice.self_service import Visit


@pytest.fixture
def floor(space: Space) -> Floor:
    space.rule("floor_plan", "true")
    space.rule("things", "true")
    return Floor(space)


def says(visit: Visit) -> str:
    """All that stands on a page, in French."""
    sheet, card = visit.card.sheet, visit.card
    found = [spoken(each.said, "fr") for each in card.options]
    if isinstance(sheet, HouseSheet | FloorSheet):
        found += [spoken(each, "fr") for each in (*sheet.values, *((sheet.about,) if sheet.about else ()))]
    return " ".join([*found, "" if card.confirms is None else card.confirms.to("fr")]).replace("\xa0", " ")


def at(space: Space, uid: str, act: Act) -> Visit:
    visit = Visit(space, uid)
    visit.pick(Act.HOUSE)
    visit.pick(act)
    return visit


def test_a_permanent_lends_their_desk_and_an_itinerant_takes_it_by_a_touch(floor: Floor) -> None:
    space = floor.space
    visit = at(space, KARIM, Act.FLOOR)
    assert "Mon bureau : A1" in says(visit)
    visit.pick(Act.SPOT_DAYS)
    assert "Je suis là" in says(visit) and "Prêté" not in says(visit)
    visit.pick(Act.SPOT_LEND, "2026-11-25 0")
    assert "Prêté" in says(visit)
    visit = at(space, INES, Act.FLOOR)
    assert "Prendre A1" in says(visit) and "Karim" not in says(visit)
    visit.pick(Act.SPOT_TAKE, str(floor.a1))
    assert "A1 est à vous aujourd’hui" in says(visit)
    assert floor.stands(viewer=floor.ines)["A1"] == "yours"
    visit = at(space, ZOE, Act.FLOOR)
    assert "Aucun bureau prêté" in says(visit)
    visit.touch(Act.SPOT_TAKE, str(floor.a1))  # which was there when she looked
    assert space.shows(CardKind.HOUSE_REFUSED)
    assert "déjà pris" in says(visit)
    visit = at(space, INES, Act.FLOOR)
    visit.pick(Act.SPOT_LEAVE)
    assert floor.stands()["A1"] == "lent"
    assert space.sql("SELECT count(*) FROM desk_log WHERE actor = 'kiosk' AND act LIKE 'spot-%'") == [(3,)]


def test_a_booth_and_a_key_are_taken_and_given_back(floor: Floor) -> None:
    space = floor.space
    visit = at(space, INES, Act.THINGS)
    visit.pick(Act.THING, str(floor.booth))
    assert "Maintenant" in says(visit) and "30 min" in says(visit)
    visit.pick(Act.THING_TAKE, str(floor.booth))
    visit = at(space, ZOE, Act.THINGS)
    assert "Une personne membre" in says(visit)  # Inès is not visible
    visit.pick(Act.THING, str(floor.booth))
    assert "Maintenant" not in says(visit)
    later = visit.values[Act.THING_TAKE][0]
    visit.pick(Act.THING_TAKE, later)
    visit.pick(Act.THINGS)
    visit.pick(Act.THING, str(floor.key))
    assert "À rendre le" in says(visit)
    visit.pick(Act.THING_TAKE, str(floor.key))
    visit.pick(Act.THINGS)
    visit.pick(Act.THING, str(floor.key))
    (mine,) = visit.values[Act.THING_BACK]
    visit.pick(Act.THING_BACK, mine)
    assert floor.who_has("Clé du local") == []
    assert floor.who_has("Cabine") == [floor.ines, floor.zoe]


def test_things_with_one_long_name_are_told_apart_in_the_list(floor: Floor) -> None:
    for place in (1, 2):
        floor.things.add("booth", f"Cabine téléphonique {place}", Terms(minutes=30))
    floor.things.add("key", "Clé de la grande remise du fond", Terms())
    listed = says(at(floor.space, INES, Act.THINGS))
    assert all(each in listed for each in ("Cabine télépho… 1", "Cabine télépho… 2", "Clé de la grande…"))


def test_another_s_loan_is_not_given_back_and_what_is_no_choice_is_over(floor: Floor) -> None:
    space = floor.space
    floor.things.lend(b"1" * 16, floor.ines, floor.key)
    visit = at(space, ZOE, Act.THINGS)
    visit.touch(Act.THING_BACK, "1")
    assert space.shows(CardKind.HOUSE_REFUSED)
    assert floor.who_has("Clé du local") == [floor.ines]
    for act, value in (
        (Act.THING_TAKE, f"{floor.booth} yesterday"),
        (Act.THING_TAKE, f"{floor.booth} 2026-11-25T09:00:00"),
        (Act.THING, "²"),
        (Act.SPOT_LEND, "soon 0"),
        (Act.SPOT_TAKE, "-1"),
    ):
        visit = at(space, ZOE, Act.THINGS)
        with pytest.raises(RequestError) as refused:
            visit.touch(act, value)
        assert refused.value.code == "touch-over"


def test_without_their_rules_there_are_no_such_pages_and_no_way_to_them(space: Space) -> None:
    floor = Floor(space)
    visit = Visit(space, INES)
    assert Act.HOUSE not in visit.values
    for act in (Act.FLOOR, Act.THINGS, Act.SPOT_DAYS):
        visit = Visit(space, INES)
        with pytest.raises(RequestError):
            visit.touch(act)
    assert floor.who_has("Cabine") == []


def test_with_all_turned_on_every_way_can_still_be_reached(floor: Floor) -> None:
    for rule in ("hosting", "events", "people", "notices", "rooms_on", "rooms_at_screen"):
        floor.space.rule(rule, "true")
    visit = Visit(floor.space, INES)
    visit.pick(Act.HOUSE)
    seen = set(visit.values)
    assert len(visit.card.options) == 4
    visit.pick(Act.HOUSE, "3")
    assert len(visit.card.options) == 4
    seen |= set(visit.values)
    assert {Act.HOSTING, Act.EVENTS, Act.ROOM, Act.FLOOR, Act.THINGS, Act.PEOPLE, Act.NOTICES} <= seen
    assert set(visit.pick(Act.PEOPLE).acts) >= {Act.SKILL_FIND, Act.OWN_SKILLS}
