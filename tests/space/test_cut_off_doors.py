"""Doors that cannot reach the records go on by their rosters; what they spooled is entered once, in whatever order."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiosk.domain.doors import Takes
from kiosk.errors import MachineError
from kiosk.health.entrance_health import Health
from kiosk.health.fleet.door_word import DoorWord
from kiosk.offline.offline_taps import Admitted
from kiosk.store.offline import tap_conflicts
from kiosk.store.space import door_news, door_rows
from kiosk.store.space.door_rows import NewDoor
from tests.conftest import Space
from tests.space.test_doors import INES, KARIM, at, doors, is_whole, seal_all

pytestmark = pytest.mark.promise(2, 4)
_CARNET = (
    "INSERT INTO carnet (member_id, product_id, days, value_cents, from_on, entry_number)"
    " SELECT 1, id, 1, 400, '2026-11-25', 1 FROM product WHERE kind = 'carnet' LIMIT 1"
)


@pytest.fixture
def two(space: Space) -> Iterator[tuple[Space, Space]]:
    """Two doors of one site."""
    gate = at(space, doors(space).add_here(NewDoor("Portail")))
    yield space, gate
    gate.kept.close()
    gate.home.store.close()


@contextmanager
def cut_off(*spaces: Space) -> Iterator[None]:
    """The records can be neither read nor written by these doors."""
    for each in spaces:
        each.kept.follower.follow()
        each.kept.outage.unreadable(MachineError("database", "the server is away"))
    yield
    for each in spaces:
        each.kept.outage.can_read = True


def listed(space: Space) -> list[tuple[int | None, str, str]]:
    """Whose taps are to be looked at, of which day, and why."""
    with space.home.store.reading() as connection:
        return [(number, day.isoformat(), why) for _, number, day, why, _ in tap_conflicts.unseen(connection)]


@pytest.mark.parametrize(
    ("taps", "order"), list(itertools.product(("ab", "ba", "aabb", "a|b", "ab|ba", "b|ab|a"), ((0, 1), (1, 0))))
)
def test_two_cut_off_doors_charge_each_day_once_in_either_order(
    two: tuple[Space, Space], taps: str, order: tuple[int, int]
) -> None:
    first, gate = two
    number = first.join("Inès Moreau", INES)
    with first.home.store.writing() as connection:  # a carnet of one day, whichever of them takes it
        connection.exec_driver_sql(_CARNET)
    before = first.owes(number)
    with cut_off(first, gate):
        for tap in taps:
            if tap == "|":
                first.clock.advance(days=1)
            else:
                first.clock.advance(seconds=60)
                assert isinstance((first if tap == "a" else gate).tap(INES), Admitted)
    for place in order:
        two[place].kept.replay.turn()
    for each in two:
        each.kept.replay.turn()  # once more: nothing is left to enter
    count = taps.count("|") + 1
    assert first.sql("SELECT count(*), count(DISTINCT day_on) FROM visit WHERE state = 'kept'") == [(count, count)]
    assert first.owes(number) - before == 500 * (count - 1)
    assert len(first.kept.spool) == len(gate.kept.spool) == 0
    assert first.sql("SELECT count(*) FROM spooled_tap") == [(len(taps.replace("|", "")),)]
    is_whole(first)


def test_a_lost_badge_is_listed_though_its_door_takes_permanents_alone_by_now(two: tuple[Space, Space]) -> None:
    first, gate = two
    first.join("Inès Moreau", INES)
    first.join("Karim Benali", KARIM)
    with cut_off(gate):
        gate.tap(INES)
        gate.tap(KARIM)
    with first.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET lost_on = '2026-11-25' WHERE member_id = 1")
    doors(first).change(2, NewDoor("Portail", takes=Takes.PERMANENTS))
    gate.kept.replay.turn()
    assert listed(first) == [(1, "2026-11-25", "badge-lost")]  # what the door takes by now is no matter


def test_what_changed_meanwhile_is_accepted_and_listed_until_somebody_has_looked(two: tuple[Space, Space]) -> None:
    first, gate = two
    number = first.join("Inès Moreau", INES)
    first.join("Karim Benali", KARIM)
    with cut_off(gate):
        gate.tap(INES)
        gate.tap(KARIM)
    with first.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET lost_on = '2026-11-25' WHERE member_id = 1")
        connection.exec_driver_sql("UPDATE badge SET member_id = 1 WHERE member_id = 2")
    first.clock.advance(hours=15, minutes=38)  # half past midnight
    gate.kept.replay.turn()
    assert first.owes(number) == 1000  # the fee, and the day
    assert sorted(listed(first)) == [(1, "2026-11-25", "badge-lost"), (2, "2026-11-25", "other-member")]
    assert first.sql("SELECT DISTINCT noted_on FROM tap_conflict") == [("2026-11-26",)]
    with first.home.store.writing() as connection:
        for tap_id, *_ in tap_conflicts.unseen(connection):
            assert tap_conflicts.see(connection, tap_id, first.clock.now().date(), "officer:1")
            assert not tap_conflicts.see(connection, tap_id, first.clock.now().date(), "officer:2")
    assert listed(first) == []
    is_whole(first)


def test_a_carnet_that_was_used_up_meanwhile_is_told_of(two: tuple[Space, Space]) -> None:
    first, gate = two
    number = first.join("Inès Moreau", INES)
    with first.home.store.writing() as connection:
        connection.exec_driver_sql(_CARNET)
    before = first.owes(number)
    with cut_off(gate):
        gate.tap(INES)
    first.clock.advance(days=1)
    first.tap(INES)  # takes the last day of the carnet
    gate.kept.replay.turn()
    assert first.owes(number) - before == 500
    assert listed(first) == [(1, "2026-11-25", "prepaid-used")]


@pytest.mark.parametrize(("carnets", "owed"), [(0, 500), (2, 0)])
def test_a_day_that_is_paid_as_it_was_to_be_is_told_to_nobody(
    two: tuple[Space, Space], carnets: int, owed: int
) -> None:
    first, gate = two
    number = first.join("Inès Moreau", INES)
    with first.home.store.writing() as connection:
        for _ in range(carnets):
            connection.exec_driver_sql(_CARNET)
    before = first.owes(number)
    with cut_off(gate):
        gate.tap(INES)
    if carnets:
        first.clock.advance(days=1)
        first.tap(INES)  # uses one of them up
    gate.kept.replay.turn()
    assert first.owes(number) - before == owed
    assert listed(first) == []


def test_the_desk_knows_which_door_does_not_know_yet_of_a_lost_badge(two: tuple[Space, Space]) -> None:
    first, gate = two
    first.join("Inès Moreau", INES)
    seal_all(first)
    kept = gate.kept.kept
    gate.kept.follower.follow()
    word = DoorWord(
        store=gate.home.store,
        door=2,
        health=lambda: Health("online", True, False, 0, "ok", "ok", "host", True, "disk", 0, False, "1.0"),
        aside=lambda: 0,
        last_entry=lambda: 0 if kept.now is None else kept.now.last_entry,
        clock=gate.clock,
    )
    word.turn()
    assert unknown(first) == []
    with first.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET lost_on = '2026-11-25' WHERE member_id = 1")
    assert unknown(first) == [("E511", 1)]
    gate.clock.advance(seconds=30)
    word.turn()  # its roster is the old one still, and it has spoken lately
    assert unknown(first) == [("E511", 1)]
    gate.kept.follower.follow()
    word.turn()
    assert unknown(first) == []


def unknown(space: Space) -> list[tuple[str, int]]:
    """The lost badges that door 2 has not heard of."""
    with space.home.store.reading() as connection:
        word = door_rows.words(connection)[2]
        assert word.facts["version"] == "1.0"
        return door_news.lost_since(connection, space.home.seal, word.last_entry)
