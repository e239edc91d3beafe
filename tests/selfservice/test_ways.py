"""How « Le lieu » learns which ways are used: by the day, without a name, and without moving a tile under a finger."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain.checkin.choices import Act
from kiosk.selfservice.premises.ways import START, Ways

DAY = date(2026, 11, 25)
NEXT = DAY + timedelta(days=1)


def test_the_order_begins_as_it_is_written(tmp_path: Path) -> None:
    assert Ways(tmp_path / "ways.json").order(DAY) == START
    assert not (tmp_path / "ways.json").exists()  # to look keeps nothing


def test_what_is_touched_most_is_first_from_the_next_day_on(tmp_path: Path) -> None:
    ways = Ways(tmp_path / "ways.json")
    ways.order(DAY)
    for _ in range(9):
        ways.touched(Act.FLOOR)
    assert ways.order(DAY) == START  # no tile moves within a day
    assert ways.order(NEXT) == (Act.FLOOR, *(act for act in START if act is not Act.FLOOR))


def test_one_touch_turns_nothing_around(tmp_path: Path) -> None:
    ways = Ways(tmp_path / "ways.json")
    ways.touched(Act.THINGS)
    assert ways.order(NEXT)[:4] == START[:4]


def test_the_counts_outlive_the_entrance_and_hold_acts_alone(tmp_path: Path) -> None:
    ways = Ways(tmp_path / "ways.json")
    for _ in range(9):
        ways.touched(Act.NOTICES)
    assert Ways(tmp_path / "ways.json").order(NEXT)[0] is Act.NOTICES
    kept = (tmp_path / "ways.json").read_text("ascii")
    assert kept == (
        '{"room": 7.0, "events": 6.0, "hosting": 5.0, "people": 4.0, "notices": 12.0, "floor": 2.0, "things": 1.0}'
    )


def test_what_was_used_long_ago_gives_way_to_what_is_used_now(tmp_path: Path) -> None:
    ways = Ways(tmp_path / "ways.json")
    ways.order(DAY)
    for _ in range(40):
        ways.touched(Act.FLOOR)
    later = DAY + timedelta(days=90)
    ways.order(later)
    for _ in range(12):
        ways.touched(Act.PEOPLE)
    assert ways.order(later + timedelta(days=1))[:2] == (Act.PEOPLE, Act.FLOOR)


@pytest.mark.parametrize("kept", ["", "[]", "{", "[" * 4000, '{"room": "many", "cellar": 3}', "9" * 5000])
def test_a_file_that_holds_no_counts_begins_anew(tmp_path: Path, kept: str) -> None:
    (tmp_path / "ways.json").write_text(kept, "ascii")
    ways = Ways(tmp_path / "ways.json")
    assert ways.order(DAY) == START
    ways.touched(Act.ROOM)
    assert (tmp_path / "ways.json").read_text("ascii").startswith('{"room": 8.0, ')


def test_a_place_that_cannot_be_written_counts_in_memory(tmp_path: Path) -> None:
    for path in (None, tmp_path / "gone" / "ways.json"):
        ways = Ways(path)
        for _ in range(9):
            ways.touched(Act.FLOOR)
        assert ways.order(NEXT)[0] is Act.FLOOR


def test_another_act_counts_nothing(tmp_path: Path) -> None:
    ways = Ways(tmp_path / "ways.json")
    ways.touched(Act.EVENT)
    assert not (tmp_path / "ways.json").exists()
