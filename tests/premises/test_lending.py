"""Whoever has a desk of their own lends it on days away; somebody else takes it, once. Things are had and come back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kiosk.domain.premises.floor import Box, Stands
from kiosk.domain.premises.things import Terms
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.premises import credit, plan
from kiosk.store.members import members
from kiosk.store.premises import thing_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.premises.keeping import FloorPlan, OfficeRegister, ThingDesk, acting

TODAY = date(2026, 11, 25)
INES, KARIM, ZOE = "04A2000000E511", "04A1B2C3D4E501", "04A2000000E518"


class Floor:
    """Desk A1 is Karim's own, A2 is nobody's; Inès and Zoé come by the day. A booth, a key, two bicycles."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.karim = space.join("Karim Benali", KARIM, "permanent")
        self.ines, self.zoe = space.join("Inès Moreau", INES), space.join("Zoé Petit", ZOE)
        self.rules = Rules(space.home.config.zone)
        of = acting(space.home, space.clock)
        self.plan, self.things, self.offices = FloorPlan(of), ThingDesk(of), OfficeRegister(of)
        self.a1 = self.plan.add("desk", "A1", Box(2, 2, 3, 2))
        self.a2 = self.plan.add("desk", "A2", Box(6, 2, 3, 2))
        self.hall = self.plan.add("room", "Salle", Box(20, 0, 10, 10))
        self.plan.give(self.a1, self.karim)
        self.booth = self.things.add("booth", "Cabine", Terms(minutes=30), self.hall)
        self.key = self.things.add("key", "Clé du local", Terms(days=7))
        self.bikes = self.things.add("bikes", "Abri à vélos", Terms(places=2))

    def stands(self, day: date = TODAY, viewer: int = 0) -> dict[str, str]:
        with self.space.home.store.reading() as connection:
            seen = members.by_number(connection, viewer).id if viewer else 0
            return {each.spot.label: each.stands.value for each in plan.on_day(connection, day, seen)}

    def who_has(self, label: str) -> list[int]:
        with self.space.home.store.reading() as connection:
            running = thing_rows.running(connection, self.space.clock.now())
            return [each.person.number for each in running if each.label == label]

    def due(self) -> int:
        return credit.run(self.space.home, self.rules, self.space.clock.now())


@pytest.fixture
def floor(space: Space) -> Floor:
    return Floor(space)


def test_a_desk_is_lent_taken_once_and_left_again(floor: Floor) -> None:
    assert floor.stands() == {"A1": Stands.KEPT, "A2": Stands.OPEN, "Salle": Stands.NO_DESK}
    for _ in range(2):  # lent twice, it is lent once
        floor.plan.lend(floor.karim, TODAY)
    assert floor.stands()["A1"] == Stands.LENT
    for _ in range(2):  # and taken twice by the same person, it is theirs once
        floor.plan.take(floor.ines, floor.a1, TODAY)
    assert floor.stands()["A1"] == Stands.TAKEN
    assert floor.stands(viewer=floor.ines)["A1"] == Stands.YOURS
    refused: dict[str, Callable[[], None]] = {
        "spot-taken": lambda: floor.plan.take(floor.zoe, floor.a1, TODAY),
        "spot-not-lent": lambda: floor.plan.take(floor.zoe, floor.a2, TODAY),
        "spot-none": lambda: floor.plan.lend(floor.zoe, TODAY),
    }
    for code, act in refused.items():
        with pytest.raises(RequestError) as answer:
            act()
        assert answer.value.code == code
    with pytest.raises(RequestError, match="spot-taken: label A1"):
        floor.plan.lend(floor.karim, TODAY, lent=False)  # not while somebody sits there
    floor.plan.leave(floor.ines, TODAY)
    floor.plan.lend(floor.karim, TODAY, lent=False)
    assert floor.stands()["A1"] == Stands.KEPT
    assert floor.space.sql("SELECT count(*) FROM spot_day") == [(0,)]


def test_a_day_that_is_over_or_far_away_is_not_lent(floor: Floor) -> None:
    for days in (-1, 93, 4000):
        with pytest.raises(Problem) as refused:
            floor.plan.lend(floor.karim, TODAY + timedelta(days=days))
        assert refused.value.code == "spot-day"


def test_a_desk_that_is_given_up_is_lent_no_more(floor: Floor) -> None:
    floor.plan.lend(floor.karim, TODAY + timedelta(days=1))
    floor.plan.end(floor.a1)
    assert floor.stands(TODAY + timedelta(days=1))["A1"] == Stands.OPEN
    floor.plan.give(floor.a1, floor.zoe)  # on the same day, somebody else's
    assert floor.stands(viewer=floor.zoe)["A1"] == Stands.YOURS
    with pytest.raises(RequestError) as refused:
        floor.plan.give(floor.a2, floor.zoe)  # who has one already
    assert refused.value.code == "spot-held"


def test_lent_days_that_somebody_took_earn_a_banked_day_by_the_rules_of_each_day(floor: Floor) -> None:
    space = floor.space
    space.rule("lent_days_credit", "2", "2026-11-26")
    for days in range(6):  # 25 to 30 November: the first before the rule, the third not taken
        floor.plan.lend(floor.karim, TODAY + timedelta(days=days))
        if days != 2:
            floor.plan.take(floor.ines, floor.a1, TODAY + timedelta(days=days))
    assert floor.due() == 0  # no day is past
    space.clock.advance(days=4)
    assert floor.due() == 1
    assert floor.due() == 0
    banked = "SELECT days, reason, given_by FROM banked_day"
    assert space.sql(banked) == [(1, "Bureau prêté", "due")]
    space.clock.advance(days=2)
    assert floor.due() == 1  # the rest goes on counting: 28 with 29; 30 waits
    assert len(space.sql(banked)) == 2
    assert space.sql("SELECT count(*) FROM spot_day WHERE counts AND banked_id IS NULL") == [(0,)]
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'use'") == [(0,)]


def test_without_the_rule_lending_earns_nothing(floor: Floor) -> None:
    floor.plan.lend(floor.karim, TODAY)
    floor.plan.take(floor.ines, floor.a1, TODAY)
    floor.space.clock.advance(days=2)
    assert floor.due() == 0
    floor.space.rule("lent_days_credit", "1", "2026-11-27")
    assert floor.due() == 0  # it was settled by the rules of its day
    assert floor.space.sql("SELECT count(*) FROM banked_day") == [(0,)]


def test_a_thing_is_had_by_as_many_as_it_has_places_until_it_comes_back(floor: Floor) -> None:
    floor.things.lend(b"1" * 16, floor.ines, floor.bikes)
    floor.things.lend(b"2" * 16, floor.zoe, floor.bikes)
    floor.things.lend(b"2" * 16, floor.zoe, floor.bikes)  # sent twice
    with pytest.raises(RequestError) as refused:
        floor.things.lend(b"3" * 16, floor.karim, floor.bikes)
    assert refused.value.code == "thing-taken"
    with pytest.raises(RequestError) as refused:
        floor.things.remove(floor.bikes)
    assert refused.value.code == "thing-out"
    assert floor.who_has("Abri à vélos") == [floor.ines, floor.zoe]
    ((first,), _) = floor.space.sql("SELECT id FROM loan ORDER BY id")
    for _ in range(2):
        floor.things.give_back(int(str(first)))
    floor.things.lend(b"3" * 16, floor.karim, floor.bikes)
    assert floor.who_has("Abri à vélos") == [floor.zoe, floor.karim]


def test_what_is_lent_by_the_day_says_when_it_is_due_and_no_hour(floor: Floor) -> None:
    floor.things.lend(b"1" * 16, floor.ines, floor.key)
    ((loan, since, due),) = floor.space.sql("SELECT id, from_at, due_on FROM loan")
    assert (since, due) == ("2026-11-25T00:00:00.000000Z", "2026-12-02")
    floor.things.give_back(int(str(loan)))
    assert floor.space.sql("SELECT ended_at FROM loan") == [("2026-11-25T00:00:00.000000Z",)]
    floor.things.lend(b"2" * 16, floor.zoe, floor.key)  # on the same day
    assert floor.who_has("Clé du local") == [floor.zoe]


def test_a_booth_is_taken_for_its_minutes_and_ends_by_itself(floor: Floor) -> None:
    now = floor.space.clock.now()
    floor.things.lend(b"1" * 16, floor.ines, floor.booth)
    floor.things.lend(b"2" * 16, floor.zoe, floor.booth, now + timedelta(minutes=30))
    for key, number, starts in ((b"3", floor.karim, now), (b"4", floor.karim, now + timedelta(minutes=45))):
        with pytest.raises(RequestError) as refused:
            floor.things.lend(key * 16, number, floor.booth, starts)
        assert refused.value.code == "thing-taken"
    with pytest.raises(RequestError) as refused:
        floor.things.lend(b"5" * 16, floor.ines, floor.booth, now + timedelta(hours=3))
    assert refused.value.code == "thing-yours"  # one time of each at a time
    floor.space.clock.advance(minutes=31)
    assert floor.who_has("Cabine") == [floor.zoe]
    for key, starts in ((b"6", now), (b"7", now + timedelta(days=40))):
        with pytest.raises(RequestError) as refused:
            floor.things.lend(key * 16, floor.ines, floor.booth, starts)
        assert refused.value.code == "thing-time"


def test_a_registered_office_wants_an_approval_on_its_first_day(floor: Floor) -> None:
    with pytest.raises(RequestError) as refused:
        floor.offices.add("Studio Lune", "", TODAY)
    assert refused.value.code == "office-approval"
    with pytest.raises(Problem) as wrong:
        floor.offices.approve("Préfecture du Nord", "2026-59-12", TODAY, date(2032, 11, 25))
    assert wrong.value.code == "approval-period"  # six years at most: until the day before
    floor.offices.approve("Préfecture du Nord", "2026-59-12", TODAY, date(2032, 11, 24))
    made = floor.offices.add("Studio Lune", "732 829 320", TODAY, None, floor.zoe)
    assert floor.offices.add("Studio Lune", "", TODAY) == made  # the same again is one
    with pytest.raises(Problem) as wrong:
        floor.offices.add("Autre", "", TODAY, date(2026, 12, 31))
    assert wrong.value.code == "office-period"
    floor.offices.end(made, date(2027, 3, 1))
    floor.offices.told(made)
    row = "SELECT name, siren, until_on, told_on FROM registered_office"
    assert floor.space.sql(row) == [("Studio Lune", "732829320", "2027-03-01", "2026-11-25")]


WRONG = (
    ("desk", "A1", (0, 0, 1, 1), "spot-known"),
    ("desk", "x" * 10_000, (0, 0, 1, 1), "spot-label"),
    ("desk", " ", (0, 0, 1, 1), "spot-label"),
    ("throne", "B1", (0, 0, 1, 1), "spot-kind"),
    ("desk", "B1", (38, 0, 3, 1), "spot-place"),
    ("desk", "B1", (-1, 0, 3, 1), "spot-place"),
    ("desk", "B1", (0, 0, 0, 1), "spot-place"),
)


def test_what_cannot_stand_on_the_plan_is_refused_and_nothing_is_half_done(floor: Floor) -> None:
    for kind, label, box, code in WRONG:
        with pytest.raises((Problem, RequestError)) as refused:
            floor.plan.add(kind, label, Box(*box))
        assert getattr(refused.value, "code", "") == code
    assert len(floor.stands()) == 3


def test_a_spot_moves_by_a_step_and_stops_at_the_edge(floor: Floor) -> None:
    for step in ("left", "left", "up", "wider", "higher", "narrower"):
        floor.plan.move(floor.a1, step)
    assert floor.space.sql("SELECT x, y, wide, high FROM spot WHERE label = 'A1'") == [(0, 1, 3, 3)]
    with pytest.raises(Problem) as refused:
        floor.plan.move(floor.a1, "left")
    assert refused.value.code == "spot-place"


def test_who_was_erased_left_or_was_merged_holds_no_desk_twice(floor: Floor) -> None:
    with floor.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET left_on = '2026-11-20' WHERE number = ?", (floor.zoe,))
    acts: tuple[Callable[[], None], ...] = (
        lambda: floor.plan.give(floor.a2, floor.zoe),
        lambda: floor.plan.take(floor.zoe, floor.a1, TODAY),
        lambda: floor.things.lend(b"9" * 16, floor.zoe, floor.key),
    )
    for act in acts:
        with pytest.raises(RequestError) as refused:
            act()
        assert refused.value.code in ("member-left", "spot-not-lent")
