"""Whatever state a row is in, forgetting, erasing and merging get by every guard: from the schema, rule by rule."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.jobs.copies import backup
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store import copying, retention
from kiosk.store.members import erasure, members, merging
from tests import postgres
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.members import every_row
from tests.shared import once

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
LATER = datetime(2060, 1, 1, tzinfo=UTC)


def _filled(root: Path) -> None:
    home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        _fill(space)
        space.kept.close()


def _fill(space: Space) -> None:
    for name, uid in (("Zébulon Quatremère", INES), ("Karim Benali", KARIM)):
        space.join(name, uid)
        space.tap(uid)
    for _ in range(160):
        space.till.pay(1, 100, "cash")
    with space.by_owner():
        made = every_row.make(space, (1, 2))
    assert {name for name, count in made.items() if not count} == set()


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A home with rows of every table in every state, of two members. On a server it is filled there: no move takes
    rows along that no entry says.
    """
    return copied(template if postgres.is_asked() else once("every-row", _filled), tmp_path / "home")


@pytest.fixture
def space(space: Space) -> Space:
    """The same, opened."""
    if postgres.is_asked():
        _fill(space)
    return space


@pytest.fixture
def everything(space: Space) -> Space:
    """The same, opened."""
    return space


@pytest.mark.promise(6)
def test_every_rule_forgets_rows_in_every_state_and_finds_nothing_more(everything: Space) -> None:
    failed: dict[str, str] = {}
    left: dict[str, int] = {}
    with everything.home.store.writing() as connection:
        for rule in retention.RETENTION_RULES:
            try:
                with connection.begin_nested():
                    rule.erase(connection, rule.find(connection, LATER, LATER.date()))
            except sa.exc.DatabaseError as refused:
                failed[rule.name] = str(refused.orig)
            left[rule.name] = len(rule.find(connection, LATER, LATER.date()))
    assert failed == {}
    assert {name: count for name, count in left.items() if count} == {}


@pytest.mark.promise(6)
@pytest.mark.sqlite
def test_a_copy_forgets_hours_of_rows_in_every_state(everything: Space, tmp_path: Path) -> None:
    everything.kept.close()
    everything.home.store.close()
    for forget in (
        lambda copy: copying.forget_older_hours(copy, LATER),
        copying.forget_hours,
    ):
        copy = Path(shutil.copyfile(everything.home.paths.database, tmp_path / "copy.db"))
        forget(copy)
        with closing(sqlite3.connect(copy)) as opened:
            assert opened.execute(
                "SELECT count(*) FROM booking WHERE made_at NOT LIKE '%T00:00:00.000000Z'"
            ).fetchone() == (0,)


@pytest.mark.sqlite
def test_a_copy_is_made_of_rows_in_every_state_whatever_went_out_of_it(everything: Space) -> None:
    everything.clock.set(LATER)
    made = backup.make(everything.home, everything.clock, sure=True)
    assert made.path.exists()


@pytest.mark.promise(6)
def test_a_file_is_erased_whatever_state_its_rows_are_in(everything: Space) -> None:
    with everything.home.store.writing() as connection:
        connection.execute(sa.text("UPDATE account SET balance_cents = 0"))
        connection.execute(sa.text("UPDATE member SET left_on = '2026-11-25'"))
        for number in (1, 2):
            erasure.erase(connection, members.by_number(connection, number).id, LATER.date())
        assert erasure.numbers(connection) == [(1, LATER.date()), (2, LATER.date())]


def test_files_are_merged_and_parted_whatever_state_their_rows_are_in(everything: Space) -> None:
    with everything.home.store.writing() as connection:
        kept, other = members.by_number(connection, 2), members.by_number(connection, 1)
        merging.merge(connection, kept, other, LATER.date(), LATER, "officer:1")
        (made,) = merging.standing(connection, members.by_number(connection, 2))
        assert members.by_number(connection, 1).number == 2
        merging.undo(connection, members.by_number(connection, 2), other.id, made.id, LATER)
        assert members.by_number(connection, 1).number == 1
